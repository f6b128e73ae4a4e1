/** One listener for every key of the page. What the keys do is in the commands. */
import { useEffect } from "react";
import { createKeybindingsHandler, type KeybindingsMap } from "tinykeys";
import { isTyping } from "../components/focus.ts";
import { type Command, useAllCommands } from "./commands.ts";

export function useKeys(): void {
  const commands = useAllCommands();
  useEffect(() => {
    const bindings: KeybindingsMap = {};
    for (const command of commands) {
      if (command.isOff) continue;
      for (const key of command.keys ?? []) bindings[key] = (event) => press(command, event);
    }
    const listener = createKeybindingsHandler(bindings, { ignore: (event) => event.isComposing });
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, [commands]);
}

function press(command: Command, event: KeyboardEvent): void {
  if (event.defaultPrevented || isBlocked(command, event)) return;
  event.preventDefault();
  if (!event.repeat || command.repeats) command.run(event);
}

/** Letters are letters while typing, and an open dialog has the keys to itself. */
function isBlocked(command: Command, event: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return !command.isGlobal && isTyping(event.target);
}
