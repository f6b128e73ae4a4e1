/**
 * Pages of calls that fit a query. A page takes a moment and no more: when matches are rare it comes back with what was
 * found so far, and its cursor goes on from there.
 */
import type { CallPage, CallsQuery } from "../../protocol/records.ts";
import { Refusal } from "../engine/refusal.ts";
import { type Query, QueryError } from "../query/ast.ts";
import { compileQuery } from "../query/evaluate.ts";
import { parseQuery } from "../query/parse.ts";
import { planQuery } from "../query/plan.ts";
import type { Order, ReadStore, StoredCall } from "../store/store.ts";
import { Subjects } from "./subject.ts";
import { summaryOf } from "./summary.ts";

/** How long one page may search, in ms: everything else waits meanwhile. */
export const PAGE_MS = 25;

/** So many calls are looked at in any case, also by a machine that is busy, unless that takes ten times as long. */
const LEAST_CALLS = 300;
const PATIENCE = 10;
const PIECE = 100;

const LIMIT = 100;

/** @throws Refusal `invalid_query`, with its column. */
export function queryOf(text: string | undefined, now = Date.now() / 1000): Query {
  try {
    return parseQuery(text ?? "", now);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const expected = error.expected.length > 0 ? ` Expected: ${error.expected.slice(0, 20).join(", ")}.` : "";
    throw new Refusal("invalid_query", `Column ${error.column}: ${error.message}.${expected}`, {
      column: error.column,
      length: error.length,
      expected: error.expected,
    });
  }
}

export interface Found {
  calls: StoredCall[];
  /** Number of the last call that was looked at, when the search did not come to its end. */
  stoppedAt: number | null;
  /** Whether `limit` was reached. */
  isFull: boolean;
}

/** Calls that fit, in order, until there are enough or the time is up. */
export function search(
  store: ReadStore,
  query: Query,
  options: { order: Order; after?: number | undefined; limit: number; ms?: number },
): Found {
  const ms = options.ms ?? PAGE_MS;
  const start = performance.now();
  const isOver = () => {
    const took = performance.now() - start;
    return took > ms && (looked >= LEAST_CALLS || took > ms * PATIENCE);
  };
  let looked = 0;
  const matches = compileQuery(query);
  const subjects = new Subjects(store);
  const found: StoredCall[] = [];
  const where = planQuery(query, store, store.ownSessions);
  for (const { calls, to } of store.scan(where, options.order, options.after)) {
    for (const call of calls) {
      if (matches(subjects.of(call))) found.push(call);
      if (found.length === options.limit) return { calls: found, stoppedAt: call.number, isFull: true };
      // After every call: one may hold values that take long to read.
      looked++;
      if (isOver()) return { calls: found, stoppedAt: call.number, isFull: false };
    }
    // A piece without any has cost something too.
    looked += PIECE;
    if (isOver()) return { calls: found, stoppedAt: to, isFull: false };
  }
  return { calls: found, stoppedAt: null, isFull: false };
}

export function callPage(store: ReadStore, request: CallsQuery): CallPage {
  const query = queryOf(request.q);
  const order = request.order ?? "newest";
  const after = cursorOf(request.cursor);
  const newestBefore = store.figures().newest;
  const found = search(store, query, { order, after, limit: request.limit ?? LIMIT });
  const { calls: total, newest } = store.figures();
  // Whoever follows goes on after the newest call that was there when this search began.
  const end = order === "oldest" ? Math.max(newestBefore, after ?? 0) : null;
  const next = found.stoppedAt ?? end;
  return {
    calls: found.calls.map((call) => summaryOf(store, call)),
    next: next === null ? null : String(next),
    complete: found.stoppedAt === null || found.isFull,
    searched_to: found.stoppedAt,
    newest,
    total,
  };
}

/** A number, as `next` has it. */
export function cursorOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refusal(
    "invalid_request",
    `The cursor ${JSON.stringify(text)} is none: take next of the page before, or leave it out.`,
  );
}
