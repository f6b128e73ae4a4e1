/** One listener for every key of the page. What the keys do is in the commands. */
import { useEffect } from "preact/compat";
import { isTyping } from "../components/focus.ts";
import { type Command, commandsNow } from "./commands.ts";
import { KeySequences } from "./key-sequences.ts";

export function useKeys(): void {
  useEffect(() => {
    const sequences = new KeySequences();
    const listener = (event: KeyboardEvent) => {
      // Choosing what a browser fills in is an event without a key.
      if (event.defaultPrevented || event.isComposing || !event.key) return;
      const command = sequences.press(event, offeredAt(event));
      if (!command) return;
      event.preventDefault();
      if (!event.repeat || command.repeats) command.run(event);
    };
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

/** Letters are letters while typing, and an open dialog has the keys to itself. */
function offeredAt(event: KeyboardEvent): readonly Command[] {
  if (document.querySelector("dialog[open]")) return [];
  const isText = isTyping(event.target);
  return commandsNow().filter((command) => !command.isOff && (command.isGlobal || !isText));
}
