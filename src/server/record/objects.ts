/** Values: where they were used, and what an object of a program looked like over time. */
import type { ObjectView, RefVersion, RefView } from "../../protocol/objects.ts";
import { Refusal } from "../engine/refusal.ts";
import { folded, searchable } from "../store/searchable.ts";
import type { ReadStore, StoredCall, StoredPayload } from "../store/store.ts";
import { isCid } from "../values/cid.ts";
import { valueDiff } from "./compare.ts";
import { DATA_LIMIT, dataOf, recordedValue } from "./detail.ts";
import { processesOf } from "./find.ts";
import { refOf } from "./history.ts";
import { cursorOf, PAGE_MS } from "./search.ts";
import { inSlices } from "./slices.ts";
import { summaryOf } from "./summary.ts";
import { textOf } from "./text.ts";

const USES = 50;
const LIMIT = 100;

/** Uses that are counted before the count is given up. */
const MOST_COUNTED = 20_000;
const MOST_VERSIONS = 500;
const DATA_PART = 1024 * 1024;

export function payloadOf(store: ReadStore, cid: string): StoredPayload {
  const id = isCid(cid) ? store.payloadId(cid) : onlyOf(store.payloadsNamed(cid.toLowerCase(), 2), cid);
  const payload = id === null ? null : store.payload(id);
  if (payload) return payload;
  throw new Refusal(
    "object_not_found",
    `No value with the CID ${JSON.stringify(cid.slice(0, 130))} is kept here.`,
  );
}

/** The beginning of a CID will do when it is the only one. */
function onlyOf(ids: number[] | null, cid: string): number | null {
  return cid.length >= 6 && /^[0-9a-f]+$/i.test(cid) && ids?.length === 1 ? (ids[0] ?? null) : null;
}

/** As what a call uses a value. */
export function rolesOf(call: StoredCall, id: number): string[] {
  const roles = call.args.flatMap((arg, index) => (arg === id ? [`args[${index}]`] : []));
  for (const [name, [value]] of Object.entries(call.extra?.kwargs ?? {}))
    if (value === id) roles.push(`kwargs.${name}`);
  if (call.target === id) roles.push("target");
  if (call.outcome === id) roles.push(call.error === null ? "result" : "exception");
  if (roles.length === 0 && call.extra?.also?.includes(id)) roles.push("decision");
  return roles;
}

export async function objectView(
  store: ReadStore,
  cid: string,
  request: { limit?: number; cursor?: string; data_limit?: number },
  signal?: AbortSignal,
): Promise<ObjectView> {
  const payload = payloadOf(store, cid);
  const limit = request.limit ?? USES;
  const after = cursorOf(request.cursor);
  const where = { anyOf: [{ functions: [], values: [payload.id] }] };
  const uses: ObjectView["uses"] = [];
  const counts: Record<string, number> = {};
  let count = 0;
  let next: number | null = null;
  let newest: StoredCall | null = null;
  for await (const call of using(store, where, payload.id, "newest", signal)) {
    newest ??= call;
    for (const role of rolesOf(call, payload.id)) {
      const kind = role.startsWith("args") || role.startsWith("kwargs") ? "argument" : role;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (after !== undefined && call.number >= after) continue;
      if (uses.length < limit) uses.push({ role, call: summaryOf(store, call) });
      else next ??= call.number + 1;
    }
    if (++count >= MOST_COUNTED) break;
  }
  const oldest = await firstOf(using(store, where, payload.id, "oldest", signal));
  return {
    ...recordedValue(store, payload, null, request.data_limit ?? DATA_LIMIT),
    uses_count: Object.values(counts).reduce((sum, one) => sum + one, 0),
    uses_as: counts,
    first_seen: oldest ? summaryOf(store, oldest) : null,
    last_seen: newest && summaryOf(store, newest),
    uses,
    next: next === null ? null : String(next),
  };
}

async function* using(
  store: ReadStore,
  where: Parameters<ReadStore["scan"]>[0],
  id: number,
  order: "newest" | "oldest",
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredCall> {
  for await (const { calls } of inSlices(store.scan(where, order), signal))
    for (const call of calls) if (rolesOf(call, id).length > 0) yield call;
}

async function firstOf<T>(all: AsyncGenerator<T>): Promise<T | null> {
  for await (const one of all) return one;
  return null;
}

export function objectPage(store: ReadStore, request: { q?: string; limit?: number; cursor?: string }) {
  const limit = request.limit ?? LIMIT;
  const text = request.q ? folded(request.q) : null;
  const end = performance.now() + PAGE_MS;
  const found: StoredPayload[] = [];
  let before = cursorOf(request.cursor) ?? Number.MAX_SAFE_INTEGER;
  const candidates = text === null ? null : store.payloadsLike(text, 10_000);
  let isDone = false;
  while (found.length < limit && !isDone && performance.now() < end) {
    const page = candidates ? someOf(store, candidates, before) : store.payloads(before, 200);
    isDone = page.length === 0;
    for (const payload of page) {
      before = payload.id;
      if (payload.format === "error" || (text !== null && !searchable(payload).includes(text))) continue;
      found.push(payload);
      if (found.length === limit) break;
    }
  }
  return {
    objects: found.map((payload) => ({
      cid: payload.cid,
      serialization_format: payload.format === "dill" ? ("dill" as const) : ("json" as const),
      size: payload.size,
      text: textOf(store, payload.id),
    })),
    next: isDone ? null : String(before),
  };
}

function someOf(store: ReadStore, candidates: readonly number[], before: number): StoredPayload[] {
  return candidates
    .filter((id) => id < before)
    .sort((a, b) => b - a)
    .slice(0, 200)
    .flatMap((id) => store.payload(id) ?? []);
}

export function objectData(store: ReadStore, cid: string, request: { offset?: number; limit?: number }) {
  const payload = payloadOf(store, cid);
  const data = dataOf(payload);
  const offset = Math.min(request.offset ?? 0, data.length);
  const part = data.slice(offset, offset + (request.limit ?? DATA_PART));
  const end = offset + part.length;
  return {
    cid: payload.cid,
    serialization_format: payload.format === "dill" ? ("dill" as const) : ("json" as const),
    data: part,
    offset,
    total: data.length,
    next_offset: end < data.length ? end : null,
  };
}

interface RefUse {
  ref: number | string;
  role: string;
  id: number;
  call: StoredCall;
}

/** Every value of a call that was an object of the program, with its client_ref. */
function refUses(call: StoredCall): RefUse[] {
  const uses: RefUse[] = [];
  const add = (role: string, id: number | null) => {
    const ref = id === null ? null : refOf(call, role);
    if (id !== null && ref !== null) uses.push({ ref, role, id, call });
  };
  add("target", call.target);
  call.args.forEach((id, index) => {
    add(`args[${index}]`, id);
  });
  for (const [name, [id, ref]] of Object.entries(call.extra?.kwargs ?? {}))
    if (ref !== null) uses.push({ ref, role: `kwargs.${name}`, id, call });
  add(call.error === null ? "result" : "exception", call.outcome);
  return uses;
}

/** Uses of objects in a process, the newest first, as far as there is time. */
function refsIn(
  store: ReadStore,
  name: string,
  see: (use: RefUse) => void,
): { key: string; complete: boolean } {
  const processes = processesOf(store, name);
  const ids = processes.map(([id]) => id);
  const end = performance.now() + PAGE_MS * 3;
  const key = processes[0]?.[1].key ?? name;
  for (const { calls } of store.scan({ processes: ids }, "newest")) {
    for (const call of calls) if (ids.includes(call.process)) refUses(call).reverse().forEach(see);
    if (performance.now() > end) return { key, complete: false };
  }
  return { key, complete: true };
}

export function refList(store: ReadStore, name: string, limit: number) {
  const refs = new Map<number | string, { uses: number; newest: RefUse }>();
  const { key, complete } = refsIn(store, name, (use) => {
    const known = refs.get(use.ref);
    if (known) known.uses++;
    else if (refs.size < 50_000) refs.set(use.ref, { uses: 1, newest: use });
  });
  return {
    process_key: key,
    refs: [...refs].slice(0, limit).map(([ref, { uses, newest }]) => ({
      client_ref: ref,
      uses,
      last_number: newest.call.number,
      text: textOf(store, newest.id),
    })),
    complete,
  };
}

/** What one object looked like, each time it differed from before. */
export function refView(store: ReadStore, name: string, ref: string): RefView {
  const uses: RefUse[] = [];
  const { key, complete } = refsIn(store, name, (use) => {
    if (String(use.ref) === ref && uses.length < MOST_COUNTED) uses.push(use);
  });
  const versions: RefVersion[] = [];
  let before: number | null = null;
  for (const { role, id, call } of uses.reverse()) {
    const last = versions.at(-1);
    if (last && before === id) {
      last.seen++;
      continue;
    }
    versions.push({
      cid: store.payload(id)?.cid ?? "",
      text: textOf(store, id),
      role,
      number: call.number,
      call_id: store.callIdOf(call),
      function_name: store.functionName(call.functionId),
      at: call.startedAt,
      seen: 1,
      changes: before === null ? [] : valueDiff(store, before, id).changes.slice(0, 100),
    });
    before = id;
    if (versions.length > MOST_VERSIONS) versions.shift();
  }
  if (versions.length === 0)
    throw new Refusal(
      "object_not_found",
      `No object with the client_ref ${JSON.stringify(ref)} was seen in ${key}.`,
    );
  return {
    process_key: key,
    client_ref: uses[0]?.ref ?? ref,
    versions,
    complete: complete && versions.length < MOST_VERSIONS,
  };
}
