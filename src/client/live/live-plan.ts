/** What a decision of the live channel means for a call: before it, and after it. */
import type { ChosenValue, LiveAction } from "../../protocol/debuggee-frames.ts";
import { callSiteOf } from "../core/call-site.ts";
import { buildError, type Plan } from "../core/plan.ts";
import type { Registry } from "../core/registry.ts";
import { decode } from "../encode/decode.ts";
import { DebugProtocolError } from "../errors.ts";
import type { LiveCall } from "./live-call.ts";

/** What a call ended with. */
export interface Outcome {
  threw: boolean;
  value: unknown;
  text: string;
}

/** What to do with a call that has not run. Whatever cannot be carried out here is thrown as the call's own end. */
export function planBefore(action: LiveAction, live: LiveCall, registry: Registry): Plan {
  const args = live.currentArgs();
  try {
    switch (action.action) {
      case "continue":
        return { kind: "run", args, by: null };
      case "modify":
        return { kind: "run", args: chosenArgs(action.args, live), by: null };
      case "skip":
        return { kind: "answer", value: chosen(action.result, live, null) };
      case "raise":
        return { kind: "throw", error: raised(action, live) };
      case "replace":
        return { kind: "run", args, by: registry.replacement(action.function_name) };
      case "call_again":
        throw new DebugProtocolError(`${live.known.name} has not run: it cannot be called again.`);
    }
  } catch (error) {
    return { kind: "throw", error };
  }
}

const raised = (action: LiveAction & { action: "raise" }, live: LiveCall): Error =>
  buildError(action.exception_type, action.exception_message, callSiteOf(live.call.site));

/** What becomes of a call that has run. `null`: what it ended with stays. */
export type AfterPlan = Exclude<Plan, { kind: "run" }> | { kind: "again"; args: unknown[] } | null;

export function planAfter(action: LiveAction, live: LiveCall, outcome: Outcome): AfterPlan {
  try {
    switch (action.action) {
      case "continue":
        return null;
      case "skip":
        return { kind: "answer", value: chosen(action.result, live, outcome) };
      case "raise":
        return { kind: "throw", error: raised(action, live) };
      case "call_again":
        return {
          kind: "again",
          args: action.args ? chosenArgs(action.args, live) : live.currentArgs(),
        };
      default:
        throw new DebugProtocolError(
          `${live.known.name} has run already: it cannot ${action.action} any more.`,
        );
    }
  } catch (error) {
    return { kind: "throw", error };
  }
}

const chosenArgs = (values: readonly ChosenValue[], live: LiveCall): unknown[] =>
  values.flatMap((value, place) => {
    if (!("keep" in value)) {
      const text = live.args[place];
      const own = text === undefined ? undefined : { text, value: live.call.args[place] };
      return [decode(value.data, own)];
    }
    const { keep } = value;
    if (typeof keep === "number" && live.isRest(keep)) return live.currentArgs().slice(keep);
    return [chosen(value, live, null)];
  });

function chosen(value: ChosenValue, live: LiveCall, outcome: Outcome | null): unknown {
  if ("data" in value) return decode(value.data, outcome ?? undefined);
  if (value.keep === "target") return live.call.target;
  if (value.keep !== "outcome") return live.currentArgs()[value.keep];
  if (outcome) return outcome.value;
  throw new DebugProtocolError(`${live.known.name} has not run: it has no outcome to keep.`);
}
