/** From a query's text to what it means. A mistake points at its place and says what is expected there. */

import { nearest } from "../nearest.ts";
import { folded } from "../store/searchable.ts";
import { type Query, QueryError } from "./ast.ts";
import { FIELDS, fieldOf } from "./fields.ts";
import { type Token, tokenize, unquoted } from "./tokens.ts";

/** Longest query, in characters, and how deep parentheses nest. */
const MAX_LENGTH = 4_096;
const MAX_DEPTH = 50;

/** @throws QueryError */
export function parseQuery(text: string, now: number): Query {
  if (text.length > MAX_LENGTH)
    throw new QueryError(`A query may have up to ${MAX_LENGTH} characters`, MAX_LENGTH + 1, 1);
  const tokens = tokenize(text);
  if (tokens.length === 0) return { kind: "all" };
  return new Parser(tokens, text.length, now).whole();
}

const CONDITION = ["text", "field:value", "(", "not"];

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  readonly #now: number;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], end: number, now: number) {
    this.#tokens = tokens;
    this.#end = end;
    this.#now = now;
  }

  whole(): Query {
    const query = this.#or();
    const rest = this.#peek();
    if (rest)
      throw this.#wrong(rest, rest.raw === ")" ? "This ) has no (" : "This is not expected here", [
        "and",
        "or",
      ]);
    return query;
  }

  #or(): Query {
    const parts = [this.#and()];
    while (this.#takeWord("or") || this.#take("|")) parts.push(this.#and());
    return parts.length === 1 ? (parts[0] as Query) : { kind: "or", parts };
  }

  #and(): Query {
    const parts = [this.#not()];
    for (;;) {
      if (this.#takeWord("and") || this.#take("&")) parts.push(this.#not());
      else if (this.#startsCondition()) parts.push(this.#not());
      else break;
    }
    return parts.length === 1 ? (parts[0] as Query) : { kind: "and", parts };
  }

  #not(): Query {
    if (this.#takeWord("not") || this.#take("!") || this.#take("-")) {
      if (++this.#depth > MAX_DEPTH) throw this.#deep();
      const part = this.#not();
      this.#depth--;
      return { kind: "not", part };
    }
    return this.#condition();
  }

  #condition(): Query {
    const token = this.#peek();
    if (!token) throw new QueryError("Something is missing at the end", this.#end + 1, 0, CONDITION);
    if (token.raw === "(") return this.#group(token);
    if (token.kind !== "word" || isOperator(token))
      throw this.#wrong(token, `A condition is missing before ${token.raw}`, CONDITION);
    this.#at++;
    const field = /^([A-Za-z_]+):/.exec(token.raw)?.[1];
    if (field === undefined) return textQuery(token);
    const known = fieldOf(field);
    if (!known) {
      const names = FIELDS.map(({ name }) => `${name}:`);
      const near = nearest(
        field,
        FIELDS.map(({ name }) => name),
      );
      const guess = near === undefined ? "." : `; did you mean ${near}:?`;
      const hint = `To search for the text, put it in quotes: "${token.raw.replaceAll('"', "")}"`;
      throw new QueryError(
        `There is no field ${field}${guess} ${hint}`,
        token.start + 1,
        field.length,
        names,
      );
    }
    const start = token.start + field.length + 1;
    const value = token.raw.slice(field.length + 1);
    if (value === "")
      throw new QueryError(`${known.name}: wants a value after the colon`, start + 1, 0, known.expected);
    return known.parse(value, start, this.#now);
  }

  #group(open: Token): Query {
    if (++this.#depth > MAX_DEPTH) throw this.#deep();
    this.#at++;
    const query = this.#or();
    const close = this.#peek();
    if (close?.raw !== ")" || close.kind !== "sign")
      throw new QueryError(
        `The ( at column ${open.start + 1} is not closed`,
        (close?.start ?? this.#end) + 1,
        0,
        [")"],
      );
    this.#at++;
    this.#depth--;
    return query;
  }

  #startsCondition(): boolean {
    const token = this.#peek();
    if (!token) return false;
    if (token.kind === "sign") return token.raw === "(" || token.raw === "!" || token.raw === "-";
    return !["or", "and"].includes(token.raw.toLowerCase());
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(sign: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "sign" || token.raw !== sign) return false;
    this.#at++;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "word" || token.raw.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #wrong(token: Token, message: string, expected: string[]): QueryError {
    return new QueryError(message, token.start + 1, token.raw.length, expected);
  }

  #deep(): QueryError {
    return new QueryError(`A query may nest ${MAX_DEPTH} deep`, (this.#peek()?.start ?? this.#end) + 1, 1);
  }
}

const isOperator = ({ raw }: Token): boolean => ["or", "and"].includes(raw.toLowerCase());

function textQuery(token: Token): Query {
  const said = unquoted(token.raw, token.start);
  return { kind: "text", text: folded(said), said };
}
