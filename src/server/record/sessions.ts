/** Sessions and their processes, and two sessions compared. */
import type { SessionDiff } from "../../protocol/comparisons.ts";
import type { RecordedProcess } from "../../protocol/records.ts";
import type { SessionView } from "../../protocol/sessions.ts";
import type { ReadStore, SessionRow, StoredCall } from "../store/store.ts";
import { processName } from "./names.ts";
import { inSlices } from "./slices.ts";
import { argumentsKey, Outcomes } from "./stats.ts";
import { summaryOf } from "./summary.ts";

/** Calls of one session that are compared. */
const MOST_COMPARED = 200_000;
const LIMIT = 100;

export function sessionList(store: ReadStore): SessionView[] {
  const processes = store.sessionProcesses();
  return store
    .sessions()
    .map((session) => viewOf(store, session, processes.filter((one) => one.session === session.id).length));
}

function viewOf(store: ReadStore, session: SessionRow, processes: number): SessionView {
  return {
    id: session.id,
    instance_id: session.instanceId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    current: store.ownSessions.includes(session.id),
    label: session.label,
    note: session.note,
    tags: session.tags,
    pinned: session.pinned,
    calls: session.calls,
    errors: session.errors,
    processes,
    last_call_at: session.lastAt,
  };
}

export function recordedProcesses(store: ReadStore, session?: number): RecordedProcess[] {
  const processes = store.processes();
  return store
    .sessionProcesses()
    .filter((one) => session === undefined || one.session === session)
    .flatMap((one) => {
      const process = processes.get(one.process);
      if (!process) return [];
      return {
        process_key: process.key,
        process_pid: process.pid,
        process_start_time: process.startTime,
        process_name: processName(process),
        page_url: process.pageUrl,
        program: process.program,
        runtime: process.runtime,
        library: process.library,
        client_id: process.clientId,
        session: one.session,
        first_call: one.first,
        last_call: one.last,
      };
    });
}

/**
 * Calls go together that have the same function and the same arguments, in the order they came: what one session has more
 * of is only there.
 */
export async function sessionDiff(
  store: ReadStore,
  a: number,
  b: number,
  limit = LIMIT,
): Promise<SessionDiff> {
  const callsA = await callsOf(store, a);
  const callsB = await callsOf(store, b);
  const diff: SessionDiff = {
    a,
    b,
    same: 0,
    only_a: [],
    only_a_count: 0,
    only_b: [],
    only_b_count: 0,
    changed: [],
    changed_count: 0,
    complete: callsA.complete && callsB.complete,
  };
  const view = (number: number) => {
    const call = store.call(number);
    return call ? [summaryOf(store, call)] : [];
  };
  for (const [key, ofA] of callsA.groups) {
    const ofB = callsB.groups.get(key) ?? [];
    callsB.groups.delete(key);
    ofA.forEach((one, index) => {
      const other = ofB[index];
      if (!other) {
        diff.only_a_count++;
        if (diff.only_a.length < limit) diff.only_a.push(...view(one.number));
      } else if (one.outcome === other.outcome) diff.same++;
      else {
        diff.changed_count++;
        const [before, after] = [...view(one.number), ...view(other.number)];
        if (diff.changed.length < limit && before && after) diff.changed.push({ a: before, b: after });
      }
    });
    for (const { number } of ofB.slice(ofA.length)) {
      diff.only_b_count++;
      if (diff.only_b.length < limit) diff.only_b.push(...view(number));
    }
  }
  for (const group of callsB.groups.values())
    for (const { number } of group) {
      diff.only_b_count++;
      if (diff.only_b.length < limit) diff.only_b.push(...view(number));
    }
  return diff;
}

interface Brief {
  number: number;
  outcome: string;
}

async function callsOf(
  store: ReadStore,
  session: number,
): Promise<{ groups: Map<string, Brief[]>; complete: boolean }> {
  const groups = new Map<string, Brief[]>();
  const outcomes = new Outcomes(store);
  let count = 0;
  for await (const { calls } of inSlices(store.scan({ sessions: [session] }, "oldest"))) {
    for (const call of calls) {
      if (call.session !== session) continue;
      if (++count > MOST_COMPARED) return { groups, complete: false };
      const key = `${call.functionId} ${argumentsKey(call)}`;
      const group = groups.get(key) ?? [];
      group.push(briefOf(call, outcomes));
      groups.set(key, group);
    }
  }
  return { groups, complete: true };
}

const briefOf = (call: StoredCall, outcomes: Outcomes): Brief => ({
  number: call.number,
  outcome: outcomes.keyOf(call) || String(call.status),
});
