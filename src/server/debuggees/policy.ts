/** Which calls a client has to ask about: the rest it lets go by itself, and reports. */
import type { NameSet, Policy } from "../../protocol/debuggee-frames.ts";
import { pausesAfter, pausesBefore } from "../engine/behavior.ts";
import type { BreakpointManager } from "../engine/manager.ts";

/** A policy that has no number yet. */
export type Rules = Omit<Policy, "epoch">;

/** From the breakpoints as they are now. */
export function policyOf(manager: BreakpointManager): Rules {
  const rules: Rules = { before: nobody(), after: nobody(), after_exception: nobody(), mutation: nobody() };
  const { behavior } = manager;
  const { breakpoints, breakpoint_behaviors, breakpoint_after_behaviors, breakpoint_replacements } =
    manager.breakpoints();
  for (const name of breakpoints) {
    const own = breakpoint_behaviors[name] ?? "yield";
    const after = breakpoint_after_behaviors[name] ?? "yield";
    if (pausesBefore(own, behavior) || Object.hasOwn(breakpoint_replacements, name))
      rules.before.names.push(name);
    if (pausesAfter(after, behavior, false)) rules.after.names.push(name);
    else if (pausesAfter(after, behavior, true)) rules.after_exception.names.push(name);
  }
  return rules;
}

const nobody = (): NameSet => ({ all: false, names: [], globs: [], regexes: [] });
