/** Calls with the calls they made. */
import type { CallNode, CallSummary, TreeQuery } from "../../protocol/records.ts";
import type { ReadStore, StoredCall } from "../store/store.ts";
import { processesOf } from "./find.ts";
import { parentIdOf } from "./history.ts";
import { cursorOf, PAGE_MS } from "./search.ts";
import { summaryOf } from "./summary.ts";

const DEPTH = 5;
const LIMIT = 500;
const MOST_ANCESTORS = 100;

export function callTree(
  store: ReadStore,
  call: StoredCall,
  request: TreeQuery,
): { ancestors: CallSummary[]; root: CallNode } {
  const room = { calls: request.limit ?? LIMIT };
  const after = cursorOf(request.cursor);
  return {
    ancestors: ancestorsOf(store, call).map((one) => summaryOf(store, one)),
    root: nodeOf(store, call, request.depth ?? DEPTH, room, after),
  };
}

/** From the outermost caller to the parent. */
function ancestorsOf(store: ReadStore, call: StoredCall): StoredCall[] {
  const ancestors: StoredCall[] = [];
  const seen = new Set([call.number]);
  let at: StoredCall | null = call;
  while (at && ancestors.length < MOST_ANCESTORS) {
    const id = parentIdOf(store, at);
    const number = id === null ? null : store.numberOf(id);
    at = number === null || seen.has(number) ? null : store.call(number);
    if (at) {
      seen.add(at.number);
      ancestors.unshift(at);
    }
  }
  return ancestors;
}

function nodeOf(
  store: ReadStore,
  call: StoredCall,
  depth: number,
  room: { calls: number },
  after?: number,
): CallNode {
  room.calls--;
  const node: CallNode = { call: summaryOf(store, call), children: [], more: null };
  const children = store.children(call, after);
  let last = after ?? -1;
  for (const child of children) {
    if (room.calls <= 0 || depth <= 0) {
      node.more = String(last);
      break;
    }
    node.children.push(nodeOf(store, child, depth - 1, room));
    last = child.seq;
  }
  return node;
}

/** Tells whether the call that one was made in is kept: one that still runs is not yet. Siblings are asked about once. */
function callerCheck(store: ReadStore): (call: StoredCall) => boolean {
  const known = new Map<string, boolean>();
  return (call) => {
    const id = parentIdOf(store, call);
    if (id === null) return call.parent !== null;
    const isKept = known.get(id) ?? store.numberOf(id) !== null;
    known.set(id, isKept);
    return isKept;
  };
}

/** Calls of a process that no other made, oldest first, each with what is below. */
export function processTree(store: ReadStore, name: string, request: TreeQuery) {
  const processes = processesOf(store, name);
  const room = { calls: request.limit ?? LIMIT };
  const ids = processes.map(([id]) => id);
  const isOf = new Set(ids);
  const hasCaller = callerCheck(store);
  const end = performance.now() + PAGE_MS;
  const roots: CallNode[] = [];
  let next: number | null = null;
  for (const { calls, to } of store.scan({ processes: ids }, "oldest", cursorOf(request.cursor))) {
    for (const call of calls) {
      if (!isOf.has(call.process) || hasCaller(call)) continue;
      roots.push(nodeOf(store, call, request.depth ?? DEPTH, room));
      if (room.calls <= 0) next = call.number;
      if (next !== null) break;
    }
    if (next === null && performance.now() > end) next = to;
    if (next !== null) break;
  }
  return { process_key: processes[0]?.[1].key ?? name, roots, next: next === null ? null : String(next) };
}
