/** Calls of a span of time: bars for a waterfall, and counts for the whole of it. */
import type { Timeline } from "../../protocol/records.ts";
import { compileQuery } from "../query/evaluate.ts";
import { planQuery } from "../query/plan.ts";
import { type ReadStore, STATUS, type StoredCall } from "../store/store.ts";
import { parentIdOf } from "./history.ts";
import { statusName } from "./names.ts";
import { queryOf } from "./search.ts";
import { changeOf, Subjects } from "./subject.ts";

const SPANS = 1_000;
const BUCKETS = 60;

/** How long a timeline may take, in ms, and how much time it shows unless told. */
const TIMELINE_MS = 60;
const SHOWN_S = 60;

export function timeline(
  store: ReadStore,
  request: { q?: string; from?: number; to?: number; limit?: number; buckets?: number },
): Timeline {
  const query = queryOf(request.q);
  const to = request.to ?? newestStart(store);
  const from = Math.min(request.from ?? to - SHOWN_S, to);
  const count = request.buckets ?? BUCKETS;
  const width = Math.max((to - from) / count, 1e-6);
  const buckets = Array.from({ length: count }, (_, index) => ({
    at: from + index * width,
    calls: 0,
    errors: 0,
  }));
  const spans: StoredCall[] = [];
  const end = performance.now() + TIMELINE_MS;
  const matches = compileQuery(query);
  const subjects = new Subjects(store);
  const where = planQuery({ kind: "and", parts: [query, since(from), until(to)] }, store, store.ownSessions);
  let complete = true;
  for (const { calls } of store.scan(where, "newest")) {
    for (const call of calls) {
      if (call.startedAt < from || call.startedAt > to || !matches(subjects.of(call))) continue;
      const bucket = buckets[Math.min(count - 1, Math.floor((call.startedAt - from) / width))];
      if (bucket) bucket.calls++;
      if (bucket && call.status === STATUS.exception) bucket.errors++;
      if (spans.length < (request.limit ?? SPANS)) spans.push(call);
      else complete = false;
    }
    if (performance.now() <= end) continue;
    complete = false;
    break;
  }
  return {
    from,
    to,
    spans: spans
      .sort((a, b) => a.startedAt - b.startedAt || a.number - b.number)
      .map((call) => spanOf(store, call)),
    buckets,
    complete,
  };
}

const since = (at: number) => ({ kind: "time", field: "since", at, said: "" }) as const;
const until = (at: number) => ({ kind: "time", field: "until", at, said: "" }) as const;

function newestStart(store: ReadStore): number {
  for (const { calls } of store.scan({}, "newest")) for (const { startedAt } of calls) return startedAt;
  return Date.now() / 1000;
}

const spanOf = (store: ReadStore, call: StoredCall) => ({
  number: call.number,
  call_id: store.callIdOf(call),
  parent_call_id: parentIdOf(store, call),
  function_name: store.functionName(call.functionId),
  status: statusName(store, call),
  process_key: store.process(call.process).key,
  action: changeOf(call)?.action ?? null,
  started_at: call.startedAt,
  duration_ms: call.status === STATUS.running ? null : call.durationMs,
});
