/**
 * JSON laid out and compared as text, never through JSON.parse, so that no digit, duplicate key or order is lost on
 * the way to the screen.
 */
import { mayHideLetters } from "../../../src/protocol/hidden-letters.ts";
import { clip, scanJson, type Token } from "./json-scan.ts";

/** The same JSON without its spaces, strings in one spelling: equal here means nothing was edited. */
export function minifyJson(text: string): string {
  const { tokens, error } = scanJson(text);
  if (error) return text;
  return tokens
    .filter((token) => token.kind !== "space")
    .map((token) => (token.kind === "string" || token.kind === "key" ? respell(token.text) : token.text))
    .join("");
}

const respell = (token: string): string => (token.includes("\\") ? JSON.stringify(JSON.parse(token)) : token);

/** A short container with nothing nested in it stays on one line up to this many characters. */
const INLINE_WIDTH = 64;

/** Lays JSON out for reading. Invisible characters become `\u` escapes, so that an editor shows them. */
export function formatJson(text: string): string {
  const { tokens, error } = scanJson(text);
  if (error) return text;
  const solid = tokens.filter((token) => token.kind !== "space").map((token) => escapeInvisible(token.text));
  const inline = inlineSpans(solid);
  const out: string[] = [];
  const closesInline: boolean[] = [];
  const newline = () => `\n${"  ".repeat(closesInline.filter((isInline) => !isInline).length)}`;
  for (const [index, token] of solid.entries()) {
    const flat = closesInline.at(-1) ?? false;
    if (token === "{" || token === "[") {
      const isInline = inline.has(index);
      const isEmpty = solid[index + 1] === (token === "{" ? "}" : "]");
      closesInline.push(isInline || isEmpty);
      out.push(token);
      if (!isEmpty) out.push(isInline ? (token === "{" ? " " : "") : newline());
    } else if (token === "}" || token === "]") {
      const previous = solid[index - 1];
      closesInline.pop();
      if (previous !== "{" && previous !== "[") out.push(flat ? (token === "}" ? " " : "") : newline());
      out.push(token);
    } else if (token === ",") out.push(flat ? ", " : `,${newline()}`);
    else if (token === ":") out.push(": ");
    else out.push(token);
  }
  return out.join("");
}

/** Indexes of the opening tokens whose container fits on one line. The outermost object never does: it is edited. */
function inlineSpans(solid: readonly string[]): Set<number> {
  const spans = new Set<number>();
  const stack: { index: number; nested: boolean; width: number; entries: number }[] = [];
  for (const [index, token] of solid.entries()) {
    const top = stack.at(-1);
    if (top) {
      top.width += token.length + 1;
      if (token === ",") top.entries += 1;
    }
    if (token === "{" || token === "[") {
      if (top) top.nested = true;
      stack.push({ index, nested: false, width: 2, entries: 1 });
    } else if (token === "}" || token === "]") {
      const closed = stack.pop();
      if (!closed || closed.nested || closed.width > INLINE_WIDTH) continue;
      if (stack.length === 0 && token === "}" && closed.entries > 1) continue;
      spans.add(closed.index);
    }
  }
  return spans;
}

function escapeInvisible(token: string): string {
  if (!token.startsWith('"') || !mayHideLetters(token)) return token;
  return [...token].map((char) => (mayHideLetters(char) ? unicodeEscape(char) : char)).join("");
}

function unicodeEscape(char: string): string {
  let out = "";
  for (let unit = 0; unit < char.length; unit++) {
    out += `\\u${char.charCodeAt(unit).toString(16).padStart(4, "0")}`;
  }
  return out;
}

/** Whole numbers that a double cannot hold: what is sent would not be what is read. */
export function inexactNumbers(tokens: readonly Token[]): string[] {
  return tokens
    .filter((token) => token.kind === "number" && /^-?\d{16,}$/.test(token.text))
    .filter((token) => BigInt(token.text) !== BigInt(Number(token.text)))
    .map((token) => clip(token.text));
}
