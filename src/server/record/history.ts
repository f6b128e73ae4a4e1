/** Finished calls of a function as the contract's history spells them. */
import type { HistoryEntry } from "../../protocol/breakpoints.ts";
import { own } from "../own-property.ts";
import { type ReadStore, STATUS, type StoredCall, type StoredError } from "../store/store.ts";
import { prettyOf } from "../values/index.ts";
import { statusName } from "./names.ts";

/** The newest calls of a function in this run that have ended, newest last. */
export function history(store: ReadStore, functionName: string, limit: number): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  const functions = store.functionIds(functionName);
  if (functions.length === 0) return entries;
  const where = { functions, sessions: store.ownSessions };
  for (const { calls } of store.scan(where, "newest"))
    for (const call of calls) {
      if (!functions.includes(call.functionId) || !store.ownSessions.includes(call.session)) continue;
      if (call.status === STATUS.running) continue;
      entries.push(historyEntry(store, call));
      if (entries.length === limit) return entries.reverse();
    }
  return entries.reverse();
}

function historyEntry(store: ReadStore, call: StoredCall): HistoryEntry {
  const data = callData(store, call);
  return {
    id: store.callIdOf(call),
    function_name: store.functionName(call.functionId),
    completed_at: call.startedAt + (call.durationMs ?? 0) / 1000,
    call_data: data,
  };
}

/** A call in the contract's field names: its values by CID, and readable. */
export function callData(store: ReadStore, call: StoredCall): Record<string, unknown> {
  const { extra } = call;
  const process = store.process(call.process);
  const pretty = (id: number | null) => prettyValue(store, id);
  const item = (id: number, ref: number | string | null) => {
    const payload = store.payload(id);
    return { cid: payload?.cid ?? "", serialization_format: payload?.format ?? "json", client_ref: ref };
  };
  const kwargs: Record<string, unknown> = {};
  const prettyKwargs: Record<string, unknown> = {};
  for (const [name, [id, ref]] of Object.entries(extra?.kwargs ?? {})) {
    own(kwargs, name, item(id, ref));
    own(prettyKwargs, name, pretty(id));
  }
  const { call_site: site, ...fields } = extra?.fields ?? {};
  const threw = call.error !== null;
  const cid = call.outcome === null ? null : (store.payload(call.outcome)?.cid ?? null);
  return {
    call_id: store.callIdOf(call),
    method_name: store.functionName(call.functionId),
    pretty_target: pretty(call.target),
    pretty_args: call.args.map(pretty),
    pretty_kwargs: prettyKwargs,
    signature: null,
    call_site: {
      ...(isObject(site) ? site : {}),
      stack_trace: call.site === null ? [] : store.frames(call.site),
    },
    parent_call_id: parentIdOf(store, call),
    call_type: "proxy",
    process_pid: process.pid,
    process_start_time: process.startTime,
    process_key: process.key,
    page_url: process.pageUrl,
    target: call.target === null ? null : item(call.target, refOf(call, "target")),
    args: call.args.map((id, index) => item(id, refOf(call, `args[${index}]`))),
    kwargs,
    preferred_format: "json",
    result_cid: threw ? null : cid,
    exception_cid: threw ? cid : null,
    started_at: call.startedAt,
    completed_at: call.durationMs === null ? null : call.startedAt + call.durationMs / 1000,
    ...(call.outcome !== null && !threw ? { pretty_result: pretty(call.outcome) } : {}),
    ...(threw ? { exception: { ...errorOf(store, call), value: pretty(call.outcome) } } : {}),
    ...fields,
    status: statusName(store, call),
  };
}

export function prettyValue(store: ReadStore, id: number | null): unknown {
  const payload = id === null ? null : store.payload(id);
  return payload ? prettyOf(payload.format === "dill" ? "dill" : "json", payload.bytes) : null;
}

/** What was thrown; null when nothing was. */
export function errorOf(
  store: ReadStore,
  call: StoredCall,
): { type: string | null; message: string | null; traceback: unknown } | null {
  const payload = call.error === null ? null : store.payload(call.error);
  if (!payload) return null;
  const { type, message, traceback } = JSON.parse(new TextDecoder().decode(payload.bytes)) as StoredError;
  return { type: type ?? null, message: message ?? null, traceback: traceback ?? null };
}

/** The client_ref a value of a call has, by its role. */
export function refOf(call: StoredCall, role: string): number | string | null {
  const named = call.extra?.refs?.[role];
  if (named !== undefined) return named;
  const index = /^args\[(\d+)\]$/.exec(role)?.[1];
  return index === undefined ? null : call.refs[Number(index)] || null;
}

/** The id of the call it was made in. */
export function parentIdOf(store: ReadStore, call: StoredCall): string | null {
  if (call.extra?.parent !== undefined) return call.extra.parent;
  return call.parent === null ? null : store.siblingId(call, call.parent);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
