/** What kind of function something is, told without calling it. */
import { className, functionName } from "../encode/look.ts";
import type { AnyFunction } from "../types.ts";

/** The name a function is reported under when it has none of its own. */
export const ANONYMOUS = "anonymous";

export const nameOf = (fn: AnyFunction): string => functionName(fn) || ANONYMOUS;

/** Declared `async`, or bound from one that was: it is certain to return a promise. */
export const isAsyncFunction = (fn: AnyFunction): boolean => className(fn) === "AsyncFunction";

/** Declared with `class`: calling it is an error, and it is used as a value (`instanceof`, `extends`). */
export function isClass(value: unknown): boolean {
  try {
    return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
  } catch {
    return false;
  }
}
