/** What `withDebug` was told besides the target, checked: which methods, and on which way their calls run. */
import { DebugError } from "../errors.ts";
import type { MethodFilter, MethodPattern, WrapMode, WrapOptions } from "../types.ts";

export interface CheckedOptions {
  mode: WrapMode;
  /** `null` when every method is meant. */
  filter: NameFilter | null;
  /** The same text for options that mean the same: wrapping twice in one way gives one wrapper. */
  key: string;
}

export interface NameFilter {
  accepts(name: string): boolean;
  /** Names that `include` spells out, to tell about one that no method bears. */
  readonly spelledOut: readonly string[];
}

const MODES: readonly WrapMode[] = ["auto", "sync", "async"];
const PATTERNS = 'a name such as "send", a pattern such as "get*", a RegExp, or an array of these';

/** Checks options; `undefined` stands for none. Throws a `DebugError` that says what would be right. */
export function checkOptions(options: unknown): CheckedOptions {
  if (options === undefined) return { mode: "auto", filter: null, key: "" };
  if (!isRecord(options)) {
    fail(`takes options as an object such as { mode: "async" }, and was given ${shown(options)}`);
  }
  const { mode, methods, ...others } = options as WrapOptions;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) fail(`does not know the option ${shown(unknown)}; it knows methods and mode`);
  if (mode !== undefined && !MODES.includes(mode)) {
    fail(`needs mode to be "auto", "sync" or "async", and was given ${shown(mode)}`);
  }
  const filter = methods === undefined ? null : filterOf(methods);
  return { mode: mode ?? "auto", filter, key: filter === null ? "" : keyOf(methods) };
}

function filterOf(methods: unknown): NameFilter {
  if (!isRecord(methods)) {
    fail(`needs methods to be an object such as { include: "get*" }, and was given ${shown(methods)}`);
  }
  const { include, exclude, ...others } = methods as MethodFilter;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) fail(`does not know methods.${unknown}; it knows include and exclude`);
  const included = include === undefined ? null : patternsOf("include", include);
  const excluded = exclude === undefined ? [] : patternsOf("exclude", exclude);
  const isOneOf = (patterns: readonly RegExp[], name: string) => patterns.some((each) => each.test(name));
  return {
    accepts: (name) => (included === null || isOneOf(included, name)) && !isOneOf(excluded, name),
    spelledOut: listOf(include).filter((one): one is string => typeof one === "string" && !one.includes("*")),
  };
}

function patternsOf(field: "include" | "exclude", patterns: unknown): RegExp[] {
  return listOf(patterns).map((pattern) => {
    // Without "g" and "y", which make a RegExp remember where it stopped.
    if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    if (typeof pattern === "string" && pattern !== "") return fromGlob(pattern);
    return fail(`needs methods.${field} to be ${PATTERNS}; it was given ${shown(pattern)}`);
  });
}

/** `*` stands for any characters, also none; everything else for itself. */
function fromGlob(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

const listOf = (patterns: unknown): readonly unknown[] =>
  patterns === undefined ? [] : Array.isArray(patterns) ? patterns : [patterns];

const keyOf = (methods: MethodFilter | undefined): string =>
  JSON.stringify(
    [methods?.include, methods?.exclude].map((side) =>
      side === undefined ? null : listOf(side).map((pattern) => textOf(pattern as MethodPattern)),
    ),
  );

/** A name and a RegExp that is written like it differ. */
const textOf = (pattern: MethodPattern): unknown =>
  typeof pattern === "string" ? pattern : [String(pattern)];

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

function fail(what: string): never {
  throw new DebugError(`withDebug ${what}.`);
}
