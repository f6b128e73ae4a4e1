/** What text is found in a payload: its JSON with escapes resolved, or what a pickle shows. Lower case, and bounded. */
import { reprOf } from "../values/index.ts";
import type { StoredPayload } from "./store.ts";

/** Characters of one payload that are searched. */
export const SEARCHED = 16_384;

/** Ends the text of a payload whose value may hold more than the text shows. No letter of it can be typed by accident. */
export const CUT = "\u0001\u0002\u0003";

export function searchable({ format, bytes }: Pick<StoredPayload, "format" | "bytes">): string {
  if (format === "dill") return folded(reprOf("dill", bytes, SEARCHED)) + CUT;
  const text = new TextDecoder().decode(bytes.subarray(0, SEARCHED));
  const whole = folded(text.includes("\\") ? text.replace(ESCAPE, unescaped) : text);
  return bytes.length > SEARCHED ? whole + CUT : whole;
}

/** A text as it is compared: without case, and without the one character that ends a text for SQLite. */
export const folded = (text: string): string => text.toLowerCase().replaceAll("\0", "\ufffd");

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/g;
const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function unescaped(_: string, code: string | undefined, letter: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return LETTERS[letter ?? ""] ?? letter ?? "";
}
