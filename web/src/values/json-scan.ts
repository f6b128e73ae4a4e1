/**
 * Reads JSON as a person types it: tokens for colouring, and the first error with its place and a remedy, the same in
 * every browser. Iterative: depth costs memory, never the stack. Agrees with JSON.parse on what is JSON, except that a
 * number too large for a double is refused instead of becoming Infinity.
 */
import { mayHideLetters } from "../../../src/protocol/hidden-letters.ts";

export type TokenKind = "punct" | "key" | "string" | "number" | "word" | "space" | "bad";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
}

export interface JsonError {
  readonly message: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface JsonScan {
  readonly tokens: readonly Token[];
  readonly error: JsonError | null;
}

type Expect = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

const EXPECTED: Record<Expect, string> = {
  value: "Expected a value",
  "value-or-end": "Expected a value or ]",
  key: "Expected a property name in double quotes",
  "key-or-end": "Expected a property name in double quotes, or }",
  colon: "Expected : after the property name",
  "comma-or-end": "Expected , or the closing bracket",
  nothing: "Something follows the end of the value",
};

/** Space, the start of a string, number, punctuation, word, anything else. */
const LEXEME = /([ \t\n\r]+)|(")|(-?[\d.][\d.eE+-]*|-)|([{}[\],:])|([\p{L}_$][\p{L}\p{N}_$]*)|([\s\S])/gu;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WRONG_ESCAPE = /\\(?:\\|["/bfnrt]|u[0-9a-fA-F]{4})|(\\.?)/gsu;

/** Cuts the text into tokens and finds the first thing that keeps it from being JSON. */
export function scanJson(text: string): JsonScan {
  const scanner = new Scanner();
  const lexer = new RegExp(LEXEME);
  for (let match = lexer.exec(text); match !== null; match = lexer.exec(text)) {
    const [lexeme, space, quote, number, punct, word] = match;
    const at = match.index;
    if (space !== undefined) scanner.space(space, at);
    else if (quote !== undefined) {
      lexer.lastIndex = endOfString(text, at);
      scanner.string(text.slice(at, lexer.lastIndex), at);
    } else if (number !== undefined) scanner.scalar("number", number, at, numberFault(number));
    else if (punct !== undefined) scanner.punctuation(punct, at);
    else if (word !== undefined) scanner.scalar("word", word, at, wordFault(word));
    else scanner.stranger(lexeme, at);
  }
  return scanner.end(text);
}

class Scanner {
  readonly #tokens: Token[] = [];
  readonly #open: ("{" | "[")[] = [];
  #expect: Expect = "value";
  #failure: { message: string; offset: number } | null = null;
  /** Place of a comma that nothing has followed yet. */
  #comma: number | null = null;

  space(text: string, start: number): void {
    this.#tokens.push({ kind: "space", text, start });
  }

  string(text: string, start: number): void {
    const fault = stringFault(text);
    if (this.#expect === "key" || this.#expect === "key-or-end") {
      this.#add("key", text, start);
      this.#expect = "colon";
    } else {
      this.#add("string", text, start);
      this.#value(start);
    }
    if (fault) this.#fail(fault.message, start + fault.at);
  }

  scalar(kind: "number" | "word", text: string, start: number, fault: string | null): void {
    this.#add(kind === "word" && fault !== null ? "bad" : kind, text, start);
    if (this.#wantsValue && fault !== null) this.#fail(fault, start);
    this.#value(start);
  }

  punctuation(text: string, start: number): void {
    const comma = this.#comma;
    this.#add("punct", text, start);
    if (text === "{" || text === "[") {
      if (!this.#wantsValue) this.#fail(EXPECTED[this.#expect], start);
      this.#open.push(text);
      this.#expect = text === "{" ? "key-or-end" : "value-or-end";
    } else if (text === "}" || text === "]") this.#close(text, start, comma);
    else if (text === ",") {
      if (this.#expect !== "comma-or-end") this.#fail(`${EXPECTED[this.#expect]}, not a comma`, start);
      const top = this.#open.at(-1);
      this.#expect = top === undefined ? "nothing" : top === "{" ? "key" : "value";
      this.#comma = start;
    } else {
      if (this.#expect !== "colon") this.#fail("A colon belongs after a property name", start);
      this.#expect = "value";
    }
  }

  stranger(text: string, start: number): void {
    this.#add("bad", text, start);
    this.#fail(strangerHint(text), start);
  }

  end(text: string): JsonScan {
    if (this.#expect !== "nothing") {
      const top = this.#open.at(-1);
      this.#fail(
        top === undefined ? "Write a JSON value" : `Not finished: ${closerOf(top)} is missing`,
        text.length,
      );
    }
    return { tokens: this.#tokens, error: this.#failure && placed(text, this.#failure) };
  }

  get #wantsValue(): boolean {
    return this.#expect === "value" || this.#expect === "value-or-end";
  }

  #value(start: number): void {
    if (!this.#wantsValue) this.#fail(EXPECTED[this.#expect], start);
    this.#expect = this.#open.length === 0 ? "nothing" : "comma-or-end";
  }

  #close(text: "}" | "]", start: number, comma: number | null): void {
    const top = this.#open.pop();
    const isEmptyOrDone = this.#expect === "comma-or-end" || this.#expect.endsWith("-or-end");
    if (top === undefined) this.#fail(EXPECTED[this.#expect], start);
    else if (closerOf(top) !== text) this.#fail(`Expected ${closerOf(top)} here, not ${text}`, start);
    else if (comma !== null) this.#fail(`A comma before ${text} is not JSON`, comma);
    else if (!isEmptyOrDone) this.#fail(EXPECTED[this.#expect], start);
    this.#expect = this.#open.length === 0 ? "nothing" : "comma-or-end";
  }

  #add(kind: TokenKind, text: string, start: number): void {
    this.#tokens.push({ kind, text, start });
    this.#comma = null;
  }

  #fail(message: string, offset: number): void {
    this.#failure ??= { message, offset };
  }
}

const closerOf = (opener: "{" | "[") => (opener === "{" ? "}" : "]");

/** By hand: a pattern would keep a way back for every character of a string that may be megabytes long. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') return at + 1;
    if (char === "\n" || char === "\r") return at;
    at += char === "\\" && text[at + 1] !== "\n" && text[at + 1] !== "\r" ? 2 : 1;
  }
  return text.length;
}

function isClosed(token: string): boolean {
  let slashes = 0;
  while (token[token.length - 2 - slashes] === "\\") slashes += 1;
  return token.length > 1 && token.endsWith('"') && slashes % 2 === 0;
}

function stringFault(token: string): { message: string; at: number } | null {
  if (!isClosed(token)) return { message: "This string is not closed", at: 0 };
  for (const match of token.matchAll(WRONG_ESCAPE)) {
    if (match[1] !== undefined) return { message: `Unknown escape ${match[1]}`, at: match.index };
  }
  for (let at = 1; at < token.length - 1; at++) {
    if (token.charCodeAt(at) < 0x20)
      return { message: "A control character; write it as an escape such as \\t", at };
  }
  return null;
}

function numberFault(token: string): string | null {
  if (!NUMBER.test(token)) return `${clip(token)} is not a JSON number`;
  return Number.isFinite(Number(token)) ? null : `${clip(token)} is too large for a number`;
}

function wordFault(word: string): string | null {
  if (word === "true" || word === "false" || word === "null") return null;
  if (word === "True" || word === "False") return `JSON writes ${word.toLowerCase()}`;
  if (word === "None") return "JSON writes null";
  if (word === "undefined") return 'JSON has no undefined; write null, or {"$type": "undefined"}';
  if (word === "NaN" || word === "Infinity") {
    return `JSON has no ${word}; write {"$type": "number", "value": "${word}"}`;
  }
  return `${clip(word)} is not JSON: text needs double quotes`;
}

function strangerHint(char: string): string {
  if (/['`‘’“”]/.test(char)) return 'Text needs straight double quotes: "…"';
  if (char === "/") return "JSON has no comments";
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `${mayHideLetters(char) || char.trim() === "" ? `U+${code}` : char} does not belong here`;
}

export const clip = (text: string): string => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

function placed(text: string, failure: { message: string; offset: number }): JsonError {
  const before = text.slice(0, failure.offset);
  return { ...failure, line: before.split("\n").length, column: failure.offset - before.lastIndexOf("\n") };
}
