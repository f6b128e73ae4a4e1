/** A query cut into words and signs, each with its place. */
import { QueryError } from "./ast.ts";

export interface Token {
  kind: "word" | "sign";
  /** With its quotes. */
  raw: string;
  /** From 0. */
  start: number;
}

const BLANK = /\s/;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const letter = text[at] ?? "";
    if (BLANK.test(letter)) at++;
    else if ("()|&".includes(letter) || isNegation(text, at))
      tokens.push({ kind: "sign", raw: letter, start: at++ });
    else {
      const end = endOfWord(text, at);
      tokens.push({ kind: "word", raw: text.slice(at, end), start: at });
      at = end;
    }
  }
  return tokens;
}

/** `-word` and `!word`; a minus before a digit belongs to a number. */
function isNegation(text: string, at: number): boolean {
  const next = text[at + 1];
  if (next === undefined || BLANK.test(next) || next === ")") return false;
  return text[at] === "!" || (text[at] === "-" && !/[\d-]/.test(next));
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const letter = text[at] ?? "";
    if (letter === '"') at = endOfQuotes(text, at);
    else if (BLANK.test(letter) || letter === "(" || letter === ")") break;
    else at++;
  }
  return at;
}

/** The place after the closing quote. */
export function endOfQuotes(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new QueryError("This quote is not closed", start + 1, text.length - start, ['"']);
}

/** A word without its quotes; `\"` and `\\` inside them stand for themselves. */
export function unquoted(raw: string, start: number): string {
  let text = "";
  for (let at = 0; at < raw.length; ) {
    if (raw[at] !== '"') text += raw[at++];
    else {
      const end = endOfQuotes(raw, at);
      text += raw.slice(at + 1, end - 1).replace(/\\(.)/gs, "$1");
      at = end;
    }
  }
  if (text === "")
    throw new QueryError("There is nothing between the quotes", start + 1, raw.length, ["text"]);
  return text;
}

/** Splits at commas outside quotes. */
export function listOf(raw: string, start: number): { text: string; start: number; raw: string }[] {
  const parts: { text: string; start: number; raw: string }[] = [];
  let from = 0;
  for (let at = 0; at <= raw.length; ) {
    if (raw[at] === '"') at = endOfQuotes(raw, at);
    else if (at === raw.length || raw[at] === ",") {
      const part = raw.slice(from, at);
      if (part === "") throw new QueryError("A value is missing here", start + at + 1, 0, ["value"]);
      parts.push({ text: unquoted(part, start + from), start: start + from, raw: part });
      from = ++at;
    } else at++;
  }
  return parts;
}
