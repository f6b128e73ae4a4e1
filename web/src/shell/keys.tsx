/** Keys as they are written on the keyboard of this machine. */
import { isMac } from "../components/platform.ts";
import type { Command } from "./commands.ts";

const NAMES: Record<string, string> = {
  $mod: isMac ? "⌘" : "Ctrl",
  Shift: isMac ? "⇧" : "Shift",
  Control: "Ctrl",
  Enter: "⏎",
  Escape: "Esc",
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** `$mod+Enter` as `Ctrl ⏎`, `Shift+A` as `A`, `g f` as `g f`. */
export function keyText(keys: string): string {
  const presses = keys.replaceAll(/\[\w+\]\+/g, "").split(" ");
  return presses
    .map((press) => {
      const parts = press.split(/(?<=\w)\+/);
      // A capital letter says Shift already.
      const isCapital = parts.length === 2 && parts[0] === "Shift" && /^[A-Z]$/.test(parts[1] ?? "");
      const shown = isCapital ? parts.slice(1) : parts;
      const isChord = shown.length > 1;
      return shown
        .map((part) => NAMES[part] ?? (isChord && part.length === 1 ? part.toUpperCase() : part))
        .join(isMac ? "" : " ");
    })
    .join(" ");
}

export function Keys({ of, all = false }: { of: Pick<Command, "keys">; all?: boolean }) {
  const texts = [...new Set((of.keys ?? []).map(keyText))];
  return (all ? texts : texts.slice(0, 1)).map((text) => <kbd key={text}>{text}</kbd>);
}
