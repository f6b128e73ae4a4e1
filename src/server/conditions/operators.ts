/** What the operators do. Numbers are as in JavaScript: whole ones and others are the same kind. */
import type { Budget } from "./budget.ts";
import { ConditionError } from "./errors.ts";
import { Unreadable } from "./types.ts";

/** What a value is, in CEL's words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Unreadable) return value.reason;
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "map" : "string";
}

const isNumeric = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";
const isMap = (value: unknown): value is Map<unknown, unknown> | Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Unreadable);

export function numberOf(value: unknown, at: number): number {
  if (isNumeric(value)) return Number(value);
  throw new ConditionError(`wants a number here, and it is ${kindOf(value)}`, at);
}

export function sizeOf(value: unknown, at: number): number {
  if (typeof value === "string" || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  if (isMap(value)) return Object.keys(value).length;
  throw new ConditionError(`wants the size of ${kindOf(value)}, which has none`, at);
}

type Binary = (left: unknown, right: unknown, at: number, budget: Budget) => unknown;

export const BINARY: Readonly<Record<string, Binary>> = {
  "==": (left, right, at, budget) => isEqual(left, right, at, budget),
  "!=": (left, right, at, budget) => !isEqual(left, right, at, budget),
  "<": (left, right, at) => compare(left, right, at, (order) => order < 0),
  "<=": (left, right, at) => compare(left, right, at, (order) => order <= 0),
  ">": (left, right, at) => compare(left, right, at, (order) => order > 0),
  ">=": (left, right, at) => compare(left, right, at, (order) => order >= 0),
  in: (left, right, at, budget) => isIn(left, right, at, budget),
  "+": add,
  "-": (left, right, at) => numberOf(left, at) - numberOf(right, at),
  "*": (left, right, at) => numberOf(left, at) * numberOf(right, at),
  "/": (left, right, at) => divide(left, right, at, (a, b) => a / b),
  "%": (left, right, at) => divide(left, right, at, (a, b) => a % b),
};

function divide(left: unknown, right: unknown, at: number, work: (a: number, b: number) => number): number {
  const [a, b] = [numberOf(left, at), numberOf(right, at)];
  if (b === 0) throw new ConditionError("divides by zero", at);
  return work(a, b);
}

function add(left: unknown, right: unknown, at: number, budget: Budget): unknown {
  if (typeof left === "string" && typeof right === "string") {
    budget.spend(at, 1 + ((left.length + right.length) >> 4));
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.spend(at, 1 + left.length + right.length);
    return [...(left as unknown[]), ...(right as unknown[])];
  }
  if (isNumeric(left) && isNumeric(right)) return Number(left) + Number(right);
  throw new ConditionError(
    `cannot add ${kindOf(left)} and ${kindOf(right)}; string(x) makes a text of a value`,
    at,
  );
}

/** Texts by their letters, numbers by size; NaN is neither more nor less than anything. */
function compare(left: unknown, right: unknown, at: number, wants: (order: number) => boolean): boolean {
  const isComparable =
    (isNumeric(left) && isNumeric(right)) ||
    (typeof left === "string" && typeof right === "string") ||
    (typeof left === "boolean" && typeof right === "boolean");
  if (!isComparable) throw new ConditionError(`cannot compare ${kindOf(left)} with ${kindOf(right)}`, at);
  if (left < right) return wants(-1);
  if (left > right) return wants(1);
  return !Number.isNaN(left) && !Number.isNaN(right) && wants(0);
}

function isIn(value: unknown, container: unknown, at: number, budget: Budget): boolean {
  if (Array.isArray(container)) return container.some((item) => isEqual(item, value, at, budget));
  if (isMap(container)) return memberOf(container, value).found;
  throw new ConditionError(`looks into ${kindOf(container)} with "in", which wants a list or a map`, at);
}

/** Deep, and paid for by what it looks at. */
export function isEqual(left: unknown, right: unknown, at: number, budget: Budget): boolean {
  budget.spend(at);
  for (const value of [left, right])
    if (value instanceof Unreadable) throw new ConditionError(`looks at a value that ${value.reason}`, at);
  if (isNumeric(left) && isNumeric(right))
    return left === right || (typeof left !== typeof right && Number(left) === Number(right));
  if (typeof left === "string" && typeof right === "string") {
    if (left.length === right.length) budget.read(at, left);
    return left === right;
  }
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isEqual(item, right[index], at, budget))
    );
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (isMap(left)) return isMap(right) && areEqualMaps(left, right, at, budget);
  return (left ?? null) === (right ?? null);
}

function areEqualMaps(
  left: Map<unknown, unknown> | Record<string, unknown>,
  right: Map<unknown, unknown> | Record<string, unknown>,
  at: number,
  budget: Budget,
): boolean {
  const entries = entriesOf(left);
  if (entries.length !== sizeOf(right, at)) return false;
  return entries.every(([key, value]) => {
    const member = memberOf(right, key);
    return member.found && isEqual(value, member.value, at, budget);
  });
}

export const entriesOf = (map: Map<unknown, unknown> | Record<string, unknown>): [unknown, unknown][] =>
  map instanceof Map ? [...map] : Object.entries(map);

/** The member of a map, by its own keys alone. */
export function memberOf(
  map: Map<unknown, unknown> | Record<string, unknown>,
  key: unknown,
): { found: boolean; value: unknown } {
  if (map instanceof Map) return { found: map.has(key), value: map.get(key) };
  const name = typeof key === "string" ? key : String(key);
  return Object.hasOwn(map, name) ? { found: true, value: map[name] } : { found: false, value: undefined };
}

/** `a.b` and `a["b"]`. */
export function select(value: unknown, key: unknown, at: number): unknown {
  if (value instanceof Unreadable) throw new ConditionError(`looks into a value that ${value.reason}`, at);
  if (key === "length" && (Array.isArray(value) || typeof value === "string"))
    throw new ConditionError(`asks ${kindOf(value)} for its length: write size(...)`, at);
  if (Array.isArray(value)) return elementOf(value, key, at);
  if (!isMap(value))
    throw new ConditionError(
      `looks for ${JSON.stringify(key)} in ${kindOf(value)}, which has no members`,
      at,
    );
  const member = memberOf(value, key);
  if (member.found) return member.value;
  const there = entriesOf(value)
    .slice(0, 8)
    .map(([name]) => String(name));
  throw new ConditionError(
    `finds no ${JSON.stringify(key)} there${there.length > 0 ? ` (there are ${there.join(", ").slice(0, 200)})` : ""}`,
    at,
  );
}

function elementOf(list: readonly unknown[], key: unknown, at: number): unknown {
  const index = typeof key === "bigint" ? Number(key) : key;
  if (typeof index !== "number" || !Number.isInteger(index))
    throw new ConditionError(`looks into a list with ${kindOf(key)} instead of a number`, at);
  if (index < 0 || index >= list.length)
    throw new ConditionError(`finds no [${index}] in a list of ${list.length}`, at);
  return list[index];
}

/** Whether `has(value.key)`. */
export function hasMember(value: unknown, key: string): boolean {
  return isMap(value) && memberOf(value, key).found;
}

/** What a macro walks over: the elements of a list, the keys of a map. */
export function walked(value: unknown, at: number): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isMap(value)) return entriesOf(value).map(([key]) => key);
  throw new ConditionError(`walks over ${kindOf(value)}, which is neither a list nor a map`, at);
}
