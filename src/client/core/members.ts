/** Which members of a wrapped object are intercepted when they are called. */
import { dataProperty } from "../encode/look.ts";
import type { AnyFunction } from "../types.ts";
import { isClass } from "./functions.ts";

/**
 * Never intercepted: the language itself calls these, at moments that are no calls of the program (`await`,
 * `JSON.stringify`, text conversion).
 */
const QUIET = new Set(["then", "toJSON", "toString", "valueOf", "toLocaleString"]);

/** Of those, and of the language's symbols, what a program may still want to see called. Not `then`: every `await` asks. */
const LOGGED = new Set<PropertyKey>([
  ...["toJSON", "toString", "valueOf", "toLocaleString"],
  ...[Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive],
]);

/** Built in such a way that interception would be noise: `promise.catch` is `then` in other words. */
const QUIET_OF_PROMISES = new Set(["catch", "finally"]);

/** Not functions to call, though they are functions. */
const NOT_CALLED = new Set(["constructor", "prototype", "caller", "arguments"]);

/** How a member is handed out. */
export type Treatment =
  /** A call of it is reported. */
  | "intercept"
  /** A call of it is reported when it is over, and never paused. */
  | "log"
  /** It works on the real object, unreported. */
  | "forward"
  /** As it is. */
  | "leave";

/** What to do with a function found under a key of a wrapped object. */
export function treatmentOf(
  target: object,
  key: PropertyKey,
  value: AnyFunction,
  quiet: "forward" | "log" = "forward",
): Treatment {
  if (
    quiet === "log" &&
    LOGGED.has(key) &&
    dataProperty(Object.prototype, key) !== value &&
    !isClass(value)
  ) {
    return dataProperty(Function.prototype, key) === value ? "forward" : "log";
  }
  if (typeof key === "symbol") return isClass(value) ? "leave" : "forward";
  const name = String(key);
  if (NOT_CALLED.has(name) || isClass(value)) return "leave";
  // The engine shows a Proxy as native code, and programs read the source of functions.
  if (value === Function.prototype.toString) return "forward";
  // call, apply and bind reach the wrapper through `this`; hasOwnProperty and its like work on any object.
  if (dataProperty(Function.prototype, key) === value) return "leave";
  if (QUIET.has(name) || (target instanceof Promise && QUIET_OF_PROMISES.has(name))) return "forward";
  return dataProperty(Object.prototype, key) === value ? "leave" : "intercept";
}

/** A property the language insists on: a Proxy that answers anything else for it makes the program throw. */
export function isFixed(target: object, key: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, key);
  if (!own || own.configurable) return false;
  return "value" in own ? !own.writable : own.get === undefined;
}

/** More names than this would flood the list of functions; those are still intercepted, and listed when called. */
const MOST_LISTED = 256;

export interface Method {
  name: string;
  fn: AnyFunction;
  fixed: boolean;
}

/**
 * The methods an object has, own and inherited, found without running a getter. A Proxy that refuses to be looked at
 * has none to list; they are intercepted all the same when they are called.
 */
export function methodsOf(target: object): Method[] {
  try {
    return listMethods(target);
  } catch {
    return [];
  }
}

/** A Proxy may claim to be its own prototype. */
const LONGEST_CHAIN = 100;

function listMethods(target: object): Method[] {
  const methods = new Map<string, Method>();
  let holder: object | null = target;
  for (
    let step = 0;
    step < LONGEST_CHAIN && isOwnWorld(holder);
    step++, holder = Object.getPrototypeOf(holder)
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (methods.size >= MOST_LISTED) return [...methods.values()];
      const value: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
      if (typeof value !== "function" || methods.has(name)) continue;
      const fn = value as AnyFunction;
      if (treatmentOf(target, name, fn) !== "intercept") continue;
      methods.set(name, { name, fn, fixed: isFixed(target, name) });
    }
  }
  return [...methods.values()];
}

const isOwnWorld = (holder: object | null): holder is object =>
  holder !== null && holder !== Object.prototype && holder !== Function.prototype;
