/** The functions and methods conditions may call. They have no effects, and pay for the length of what they look at. */
import type { Budget } from "./budget.ts";
import { ConditionError } from "./errors.ts";
import { kindOf, numberOf, sizeOf } from "./operators.ts";
import { compilePattern, type Pattern } from "./patterns.ts";

type Call = (args: readonly unknown[], at: number, budget: Budget) => unknown;

export interface Callable {
  arity: readonly number[];
  call: Call;
}

/** Methods that bind a name; see evaluate.ts. */
export const MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);

const one = (call: Call): Callable => ({ arity: [1], call });
const two = (call: Call): Callable => ({ arity: [2], call });

export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map([
  ["size", one(([value], at) => sizeOf(value, at))],
  ["string", one(([value], at, budget) => textOf(value, at, budget))],
  ["int", one(([value], at) => Math.trunc(converted(value, at)))],
  ["double", one(([value], at) => converted(value, at))],
  ["bool", one(([value], at) => truthOf(value, at))],
  ["type", one(([value]) => kindOf(value))],
  ["abs", one(([value], at) => Math.abs(numberOf(value, at)))],
  ["matches", two(matches)],
]);

/** The first argument is what the method is called on; `arity` counts the others. */
export const METHODS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["size", { arity: [0], call: ([value], at) => sizeOf(value, at) }],
  ["contains", textual((text, part) => text.includes(part))],
  ["startsWith", textual((text, part) => text.startsWith(part))],
  ["endsWith", textual((text, part) => text.endsWith(part))],
  ["indexOf", textual((text, part) => text.indexOf(part))],
  ["split", textual((text, part) => text.split(part, 10_000))],
  ["matches", { arity: [1], call: matches }],
  ["lowerAscii", shaped((text) => text.toLowerCase())],
  ["upperAscii", shaped((text) => text.toUpperCase())],
  ["trim", shaped((text) => text.trim())],
]);

function textual(work: (text: string, part: string) => unknown): Callable {
  return {
    arity: [1],
    call: ([value, part], at, budget) => {
      const [text, wanted] = [stringOf(value, at), stringOf(part, at)];
      budget.read(at, text);
      return work(text, wanted);
    },
  };
}

function shaped(work: (text: string) => string): Callable {
  return {
    arity: [0],
    call: ([value], at, budget) => {
      const text = stringOf(value, at);
      budget.read(at, text);
      return work(text);
    },
  };
}

/** Texts longer than this are not searched: linear time is still time. */
const MAX_SEARCHED = 200_000;

/** An automaton does so many of its instructions in the time of a step. */
const INSTRUCTIONS_A_STEP = 8;

/** Compiled patterns, the newest few: most are written in the condition and asked for at every call. */
const patterns = new Map<string, Pattern>();
const MOST_PATTERNS = 200;

/** What a new pattern costs, in steps: compiling takes far longer than looking. */
const COMPILING = 5_000;

function matches(args: readonly unknown[], at: number, budget: Budget): boolean {
  const [text, source] = [stringOf(args[0], at), stringOf(args[1], at)];
  if (text.length > MAX_SEARCHED)
    throw new ConditionError(
      `matches() looks at up to ${MAX_SEARCHED.toLocaleString("en-US")} characters, not ${text.length.toLocaleString("en-US")}`,
      at,
    );
  if (!patterns.has(source)) budget.spend(at, COMPILING);
  const pattern = patternOf(source, at);
  budget.spend(at, 1 + Math.ceil((text.length * pattern.size) / INSTRUCTIONS_A_STEP));
  return pattern.find(text);
}

/** @throws ConditionError when it is no pattern, or too large. */
export function patternOf(source: string, at: number): Pattern {
  const known = patterns.get(source);
  if (known) return known;
  try {
    const compiled = compilePattern(source);
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(source, compiled);
    return compiled;
  } catch (error) {
    throw new ConditionError(
      `has a regular expression that is not one of linear time: ${error instanceof Error ? error.message : String(error)}`,
      at,
    );
  }
}

function stringOf(value: unknown, at: number): string {
  if (typeof value === "string") return value;
  throw new ConditionError(`wants a text here, and it is ${kindOf(value)}`, at);
}

function converted(value: unknown, at: number): number {
  if (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
  if (typeof value === "boolean") return Number(value);
  return numberOf(value, at);
}

function truthOf(value: unknown, at: number): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new ConditionError(`cannot make a truth value of ${kindOf(value)}`, at);
}

/** A value as text: for messages and for string(). Bounded. */
export function textOf(value: unknown, at: number, budget: Budget): string {
  if (typeof value === "string") return value;
  const text = jsonText(value, at, budget);
  return text.length > MAX_SEARCHED ? `${text.slice(0, MAX_SEARCHED)}...` : text;
}

function jsonText(value: unknown, at: number, budget: Budget): string {
  return (
    JSON.stringify(value, (_, part: unknown) => {
      budget.spend(at);
      if (typeof part === "bigint") return String(part);
      if (part instanceof Map) return Object.fromEntries([...part].map(([key, item]) => [String(key), item]));
      return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
    }) ?? "null"
  );
}
