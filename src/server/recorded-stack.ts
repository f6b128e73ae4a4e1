/** The stack of a call that runs, waits or is recorded. */
import type { CallSite, StackFrame } from "../protocol/calls.ts";
import type { ServerContext } from "./context.ts";
import { Refusal } from "./engine/refusal.ts";
import { callOf } from "./record/find.ts";

export interface RecordedStack {
  frames: readonly StackFrame[];
  /** The call was made in a browser page: its frames are URLs. */
  isPage: boolean;
  /** Unix seconds. */
  startedAt: number;
}

/** Throws `source_not_found` for a call that nobody knows. */
export function recordedStack({ manager, store }: ServerContext, callId: string): RecordedStack {
  const call = manager.paused().find((pause) => pause.call.id === callId)?.call;
  if (call)
    return stackOf(call.callSite, call.process.pid === 0 || call.process.pageUrl !== null, call.startedAt);
  try {
    const kept = callOf(store, callId);
    const { pid, pageUrl } = store.process(kept.process);
    const frames = kept.site === null ? [] : store.frames(kept.site);
    return stackOf({ stack_trace: frames }, pid === 0 || pageUrl !== null, kept.startedAt);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("source_not_found", `There is no call ${JSON.stringify(callId.slice(0, 100))} here.`);
  }
}

const stackOf = (site: CallSite, isPage: boolean, startedAt: number): RecordedStack => ({
  frames: site.stack_trace ?? [],
  isPage,
  startedAt,
});
