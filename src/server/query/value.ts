/** Paths into values, and the literals they are compared with: `lines[0].sku="KX-7"`. */
import { entriesOf, memberOf } from "../conditions/operators.ts";
import { folded } from "../store/searchable.ts";
import type { Compare } from "./ast.ts";

/** A key, a position, or any member. */
export type PathStep = string | number | "*";

export interface Literal {
  /** As it stands in the query, without quotes. */
  text: string;
  isQuoted: boolean;
}

/** Values at a path; more than one where a step is `*`. */
export function valuesAt(value: unknown, path: readonly PathStep[]): unknown[] {
  let found: unknown[] = [value];
  for (const step of path) found = found.flatMap((one) => members(one, step));
  return found;
}

function members(value: unknown, step: PathStep): unknown[] {
  if (Array.isArray(value)) {
    if (step === "*") return value;
    if (step === "length") return [value.length];
    const index = typeof step === "number" ? step : Number(step);
    return Number.isInteger(index) && index >= 0 && index < value.length ? [value[index]] : [];
  }
  if (typeof value === "string") return step === "length" ? [value.length] : [];
  if (!isMap(value)) return [];
  if (step === "*") return entriesOf(value).map(([, member]) => member);
  const member = memberOf(value, step);
  if (member.found) return [member.value];
  // A Map may have numbers as keys.
  const byNumber = memberOf(value, String(step));
  return byNumber.found ? [byNumber.value] : [];
}

const isMap = (value: unknown): value is Map<unknown, unknown> | Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Whether a value compares to a literal as a query says. What cannot be compared is not equal, and not more or less. */
export function compares(value: unknown, compare: Compare, literal: Literal): boolean {
  switch (compare) {
    case "=":
      return equals(value, literal);
    case "!=":
      return !equals(value, literal);
    case "~":
      return folded(textOf(value)).includes(folded(literal.text));
    default:
      return isOrdered(value, compare, literal);
  }
}

function equals(value: unknown, { text, isQuoted }: Literal): boolean {
  if (typeof value === "string") return value === text;
  if (isQuoted) return false;
  if (typeof value === "number" || typeof value === "bigint")
    return text.trim() !== "" && (String(value) === text || Number(value) === Number(text));
  // Lists and objects are not written as a literal: ask for what is in them.
  if (typeof value === "object" && value !== null) return false;
  return String(value) === (text === "undefined" || text === "None" ? "null" : text.toLowerCase());
}

function isOrdered(value: unknown, compare: Compare, { text, isQuoted }: Literal): boolean {
  const number = isQuoted || text.trim() === "" ? Number.NaN : Number(text);
  if (typeof value === "number" || typeof value === "bigint") {
    if (Number.isNaN(number) || Number.isNaN(Number(value))) return false;
    return order(Number(value) - number, compare);
  }
  if (typeof value !== "string" || !Number.isNaN(number)) return false;
  return order(value < text ? -1 : value > text ? 1 : 0, compare);
}

function order(difference: number, compare: Compare): boolean {
  switch (compare) {
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    default:
      return difference <= 0;
  }
}

/** A value as text to search in. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Map) return textOf(Object.fromEntries(value));
  if (typeof value !== "object" || value === null) return String(value);
  return (
    JSON.stringify(value, (_, member: unknown) => {
      if (typeof member === "bigint") return String(member);
      return member instanceof Map ? Object.fromEntries(member) : member;
    }) ?? ""
  );
}
