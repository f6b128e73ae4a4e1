/** What a request names: a call, a process, a session. */
import { Refusal } from "../engine/refusal.ts";
import type { ProcessInfo, ReadStore, SessionRow, StoredCall } from "../store/store.ts";

/** A call by its number (`48211`, `#48211`) or its call_id. */
export function callOf(store: ReadStore, id: string): StoredCall {
  const number = /^#?\d{1,15}$/.test(id) ? Number(id.replace("#", "")) : store.numberOf(id);
  const call = number === null ? null : store.call(number);
  if (call) return call;
  throw new Refusal(
    "call_not_found",
    `No call ${JSON.stringify(id)} is kept here. Give its number or its call_id; GET /api/calls lists them.`,
  );
}

/** Processes by key or pid: a live client may have several entries, one for each client in it. */
export function processesOf(store: ReadStore, name: string): [number, ProcessInfo][] {
  const found = [...store.processes()].filter(([, { key, pid }]) => key === name || String(pid) === name);
  const last = found.at(-1);
  if (!last)
    throw new Refusal("process_not_found", `No calls of a process ${JSON.stringify(name)} are kept here.`);
  // A pid may have been used again: the newest counts.
  return found.filter(([, { key }]) => key === last[1].key);
}

/** By its number, as `current`, or by a label that no other has. */
export function sessionOf(store: ReadStore, name: string): SessionRow {
  const sessions = store.sessions();
  const found = sessions.find(({ id }) =>
    name === "current" ? store.ownSessions.includes(id) : String(id) === name,
  );
  if (found) return found;
  const labelled = sessions.filter(({ label }) => label === name && label !== "");
  if (labelled.length === 1 && labelled[0]) return labelled[0];
  if (labelled.length > 1)
    throw new Refusal(
      "session_not_found",
      `${labelled.length} sessions have the label ${JSON.stringify(name)}; give a number: ${labelled.map(({ id }) => id).join(", ")}.`,
    );
  throw new Refusal("session_not_found", `No session ${JSON.stringify(name)} is kept here.`);
}
