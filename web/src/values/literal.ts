/**
 * What a person types in place of a leaf, made into tagged JSON: JSON itself, and what programmers write where JSON has
 * no word (`undefined`, `10n`, `NaN`, `'text'`, `True`, `new Date("…")`).
 */
import { scanJson } from "./json-scan.ts";

export type Literal = { ok: true; json: string } | { ok: false; message: string };

const WORDS: Readonly<Record<string, string>> = {
  undefined: '{"$type":"undefined"}',
  NaN: '{"$type":"number","value":"NaN"}',
  Infinity: '{"$type":"number","value":"Infinity"}',
  "-Infinity": '{"$type":"number","value":"-Infinity"}',
  "-0": '{"$type":"number","value":"-0"}',
  True: "true",
  False: "false",
  None: "null",
};

const BIGINT = /^(-?\d{1,9000})n$/;
const DATE = /^(?:new )?Date\(\s*(["'])([^"']*)\1\s*\)$/;
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const SINGLE = /^'((?:[^'\\\n]|\\.)*)'$/s;

/** Reads what was typed. `was` is the kind of leaf it replaces: a bare date is a date only where one stood. */
export function readLiteral(typed: string, was: "date" | "other" = "other"): Literal {
  const text = typed.trim();
  const word = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  if (word !== undefined) return { ok: true, json: word };
  const bigint = BIGINT.exec(text);
  if (bigint) return { ok: true, json: `{"$type":"bigint","value":"${bigint[1]}"}` };
  const date = DATE.exec(text)?.[2] ?? (was === "date" && ISO.test(text) ? text : undefined);
  if (date !== undefined) return readDate(date);
  const single = SINGLE.exec(text)?.[1];
  if (single !== undefined) return { ok: true, json: doubleQuoted(single) };
  const { error } = scanJson(text);
  return error ? { ok: false, message: error.message } : { ok: true, json: text };
}

function readDate(text: string): Literal {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return { ok: false, message: `${text} is not a date; write 2026-01-31T12:00:00Z` };
  return { ok: true, json: `{"$type":"date","value":"${new Date(time).toISOString()}"}` };
}

/** `'it"s'` as JSON writes it. */
function doubleQuoted(inner: string): string {
  const escaped = inner.replace(/\\'|"/g, (found) => (found === '"' ? '\\"' : "'"));
  return scanJson(`"${escaped}"`).error === null ? `"${escaped}"` : JSON.stringify(inner);
}
