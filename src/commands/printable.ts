/**
 * Makes text from outside fit to be shown. A folder's name or a request's path can hold escape sequences that rewrite
 * a terminal, or controls that turn the reading direction, and either can make a line say what is not so.
 */
import { hiddenLetters } from "../protocol/hidden-letters.ts";

const HARMFUL = hiddenLetters();

function escapeLetter(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code === 0x0a) return "\\n";
  if (code === 0x0d) return "\\r";
  if (code === 0x09) return "\\t";
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/**
 * One line that says what is there: whatever would not be shown, or would change what is shown, is spelled out.
 *
 * @example
 * printable("a\u001b[2Jb"); // "a\\x1b[2Jb"
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, escapeLetter);
}

/**
 * JSON on one line, with the same letters spelled out: the value is the same, and a terminal shows it as it is.
 *
 * @example
 * jsonLine({ cwd: "/tmp/\u202e" }); // {"cwd":"/tmp/\u202e"} in ASCII
 */
export function jsonLine(value: unknown): string {
  return safeJson(JSON.stringify(value));
}

/** A line of JSON with those letters spelled out: within JSON they only ever stand inside strings. */
export function safeJson(line: string): string {
  const spelled = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return line.replace(HARMFUL, (letter) => letter.split("").map(spelled).join(""));
}
