/** Values of `arg:` and `result:`: text to find, or a path, an operator and a literal. */
import { folded } from "../store/searchable.ts";
import { type Compare, type Query, QueryError } from "./ast.ts";
import { endOfQuotes, unquoted } from "./tokens.ts";
import type { PathStep } from "./value.ts";

const OPERATORS: readonly Compare[] = [">=", "<=", "!=", "=", ">", "<", "~"];

export const comparison =
  (where: "arg" | "result") =>
  (raw: string, start: number): Query => {
    const found = operatorIn(raw);
    if (!found) {
      const said = unquoted(raw, start);
      return { kind: "contains", where, text: folded(said), said };
    }
    const { at, length, compare } = found;
    const path = pathOf(raw.slice(0, at), start);
    const literal = raw.slice(at + length);
    if (literal === "")
      throw new QueryError(`A value is missing after ${compare}`, start + at + length + 1, 0, [
        "5",
        '"text"',
        "null",
      ]);
    return {
      kind: "compare",
      place: { where, path },
      compare,
      literal: {
        text: literal === '""' ? "" : unquoted(literal, start + at + length),
        isQuoted: literal.startsWith('"'),
      },
      said: raw,
    };
  };

function operatorIn(raw: string): { at: number; length: number; compare: Compare } | null {
  for (let at = 0; at < raw.length; ) {
    if (raw[at] === '"') {
      at = endOfQuotes(raw, at);
      continue;
    }
    if (raw.startsWith("==", at)) return { at, length: 2, compare: "=" };
    const compare = OPERATORS.find((operator) => raw.startsWith(operator, at));
    if (compare !== undefined) return { at, length: compare.length, compare };
    at++;
  }
  return null;
}

/** `$.a.b`, `0.a`, `lines[2].sku`, `*["odd key"]`. `$` at the beginning may be left out. */
function pathOf(raw: string, start: number): PathStep[] {
  const steps: PathStep[] = [];
  let at = raw.startsWith("$") ? 1 : 0;
  while (at < raw.length) {
    const rest = raw.slice(at);
    const match =
      /^\.?([^.[\]"]+)/.exec(rest) ??
      /^\[(\d+)\]/.exec(rest) ??
      /^\[(\*)\]/.exec(rest) ??
      /^\.?\[?("(?:[^"\\]|\\.)*")\]?/.exec(rest);
    const step = match?.[1];
    if (match === null || step === undefined) {
      // One dot stands for the value itself: result:.=5
      if (rest === ".") break;
      throw new QueryError("This is not a path", start + at + 1, raw.length - at, ["name", "[0]", "*"]);
    }
    if (step.startsWith('"')) steps.push(unquoted(step, start + at));
    else steps.push(/^\d{1,9}$/.test(step) ? Number(step) : step);
    at += match[0].length;
  }
  return steps;
}
