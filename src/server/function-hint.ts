/** What is said of a name that no program has: a slip of the fingers, or of a program that is still to come. */
import type { BreakpointManager } from "./engine/manager.ts";
import { nearestFunction } from "./nearest.ts";

/** As a field of an answer; nothing when there is nothing to say. */
export function functionHint(manager: Pick<BreakpointManager, "functions">, name: string): { hint?: string } {
  const near = nearestFunction(name, manager.functions().functions);
  return near === undefined ? {} : { hint: `No program has it yet; did you mean ${near}?` };
}
