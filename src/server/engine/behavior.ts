/** When a breakpoint pauses: the contract's behaviors as two pure questions. */
import type { AfterBehavior, Behavior, GlobalBehavior } from "../../protocol/breakpoints.ts";

/** Does a call pause before it runs? `yield` asks the global behavior; `exception` there means only after a throw. */
export function pausesBefore(own: Behavior, global: GlobalBehavior): boolean {
  const behavior = own === "yield" ? global : own;
  return behavior === "stop" || behavior === "stop_exception";
}

/**
 * Does a call pause after it ran? `yield` leaves plain results alone: the global `stop` is about the time before a
 * call, and stopping twice at every call is what nobody wants. After a call `stop` and `stop_exception` are the same.
 */
export function pausesAfter(own: AfterBehavior, global: GlobalBehavior, threw: boolean): boolean {
  if (own === "yield") return threw && (global === "exception" || global === "stop_exception");
  if (own === "exception") return threw;
  return own === "stop" || own === "stop_exception";
}

/** `continue` is the contract's other word for `go`. */
export function withoutAlias<T extends string>(behavior: T): Exclude<T, "continue"> | "go" {
  return behavior === "continue" ? "go" : (behavior as Exclude<T, "continue">);
}
