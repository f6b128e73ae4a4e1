/** A call as the program made it, and carrying out what was decided about it. */
import { DebugError } from "../errors.ts";
import type { AnyFunction } from "../types.ts";
import type { Site } from "./call-site.ts";
import { isAsyncFunction } from "./functions.ts";
import type { Plan } from "./plan.ts";

/** `sync` blocks the caller while paused, `async` never blocks, `log` never pauses: it is reported afterwards. */
export type CallMode = "sync" | "async" | "log";

export interface InterceptedCall {
  name: string;
  /** What is called, as it was before it was wrapped. */
  fn: AnyFunction;
  thisArg: unknown;
  args: unknown[];
  mode: CallMode;
  callType: "proxy" | "inline";
  site: Site;
  /** The wrapped object a method belongs to. */
  target?: object;
  /** What its callers know it as. */
  wrapper?: object | null;
  /** For `new`: called instead of `fn`. */
  construct?: (args: unknown[]) => object;
}

/** Carries a plan out. */
export function perform(
  call: InterceptedCall,
  plan: Plan = { kind: "run", args: call.args, by: null },
): unknown {
  if (plan.kind === "throw") throw plan.error;
  if (plan.kind === "answer") return call.construct ? asInstance(call, plan.value) : plan.value;
  if (plan.by) {
    const result: unknown = Reflect.apply(plan.by.fn, plan.by.owner ?? call.thisArg, plan.args);
    return call.construct ? asInstance(call, result) : result;
  }
  return call.construct ? call.construct(plan.args) : Reflect.apply(call.fn, call.thisArg, plan.args);
}

/** Runs a call nobody is told of. One that was wrapped to give promises gives them also then. */
export function unreported(call: InterceptedCall): unknown {
  if (call.mode !== "async" || (isAsyncFunction(call.fn) && !call.wrapper)) return perform(call);
  return (async () => outward(call, await perform(call)))();
}

/** What the caller of an asynchronous method gets: one that comes to its own object comes to the wrapper, and chains go on. */
export const outward = ({ target, wrapper }: InterceptedCall, value: unknown): unknown =>
  wrapper && value === target ? wrapper : value;

function asInstance(call: InterceptedCall, value: unknown): object {
  if ((typeof value === "object" || typeof value === "function") && value !== null) return value;
  throw new DebugError(
    `new ${call.name}(...) has to give an object, and was to be answered with something else.`,
  );
}

/**
 * Promises of the language's own class can be waited for without a trace. Others (a query that runs when `then` is
 * called, a shell command with methods of its own) are left untouched.
 */
export function isNativePromise(value: unknown): value is Promise<unknown> {
  try {
    return value instanceof Promise && Object.getPrototypeOf(value) === Promise.prototype;
  } catch {
    return false;
  }
}

/** What hangs on a promise (`request.json()`, `child.stdin`) hangs on the one its caller gets in its place, too. */
export const dressedAs = (original: Promise<unknown>, inPlace: Promise<unknown>): Promise<unknown> =>
  Object.defineProperties(inPlace, Object.getOwnPropertyDescriptors(original));
