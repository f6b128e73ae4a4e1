/** A call of the engine as the store keeps it. */
import type { Call, CallOutcome, Item } from "./engine/calls.ts";
import { processKey } from "./engine/calls.ts";
import type { CallEnd, CallRecord, ItemRef } from "./store/store.ts";

/** `outcome` is null while the call runs. */
export function callRecord(call: Call, outcome: CallOutcome | null): CallRecord {
  const {
    completedAt = null,
    result = null,
    thrown = null,
    exception = null,
  } = outcome ? endOf(outcome) : {};
  const { pid, startTime, pageUrl } = call.process;
  return {
    callId: call.id,
    functionName: call.methodName,
    status: outcome?.status ?? "running",
    startedAt: call.startedAt,
    completedAt,
    durationMs: outcome?.durationMs,
    process: {
      key: processKey(call.process),
      pid,
      startTime,
      pageUrl,
      clientId: call.client?.id ?? null,
      program: call.client?.program ?? null,
      runtime: null,
      library: null,
    },
    parentCallId: call.parentCallId,
    args: call.args.map(refOf),
    kwargs: new Map([...call.kwargs].map(([name, item]) => [name, refOf(item)])),
    target: call.target && refOf(call.target),
    result,
    thrown,
    exception,
    also: alsoOf(call, outcome),
    frames: call.callSite.stack_trace ?? [],
    fields: fieldsOf(call, outcome),
  };
}

export function endOf({ status, completedAt, result, exception }: CallOutcome): CallEnd {
  return {
    status,
    completedAt,
    result: result && refOf(result),
    thrown: exception?.item ? refOf(exception.item) : null,
    exception: exception && {
      type: exception.type,
      message: exception.message,
      ...(exception.traceback == null ? {} : { traceback: exception.traceback }),
    },
  };
}

/** CIDs of values that decisions put in place, and of arguments that were changed by the call. */
function alsoOf({ decisions = [] }: Call, outcome: CallOutcome | null): string[] {
  const chosen = decisions.flatMap(({ args = [], kwargs = {}, result }) => [
    ...args,
    ...Object.values(kwargs),
    ...(result ? [result] : []),
  ]);
  return [...chosen.map(({ cid }) => cid), ...(outcome?.mutated ?? []).map(({ item }) => item.cid)];
}

const refOf = ({ cid, clientRef }: Item): ItemRef => ({ cid, clientRef });

/** What few calls have: the usual is left out. */
function fieldsOf(call: Call, outcome: CallOutcome | null): Record<string, unknown> {
  const { stack_trace: _, ...site } = call.callSite;
  return {
    ...(call.signature === null ? {} : { signature: call.signature }),
    ...(call.callType === "inline" ? { call_type: call.callType } : {}),
    ...(call.preferredFormat === "dill" ? { preferred_format: "dill" } : {}),
    ...(Object.keys(site).length > 0 ? { call_site: site } : {}),
    ...(call.decisions && call.decisions.length > 0 ? { decisions: call.decisions } : {}),
    ...(outcome?.mutated
      ? { mutated: outcome.mutated.map(({ index, item }) => ({ index, cid: item.cid })) }
      : {}),
  };
}
