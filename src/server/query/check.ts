/** A query's mistakes as data. */
import type { QueryCheck } from "../../protocol/query.ts";
import { QueryError } from "./ast.ts";
import { formatQuery } from "./format.ts";
import { type Known, meantQuery } from "./meant.ts";
import { parseQuery } from "./parse.ts";

export function checkQuery(text: string, now: number, known: Known): QueryCheck {
  try {
    const normalized = formatQuery(parseQuery(text, now));
    return { ok: true, problem: null, normalized, meant: meantQuery(text, known) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { message, column, length, expected } = error;
    return {
      ok: false,
      problem: { message: `${message}.`, column, length, expected: [...expected] },
      normalized: null,
      meant: null,
    };
  }
}
