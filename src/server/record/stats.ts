/** Figures of functions, and calls that had other outcomes for the same arguments. */
import type { FunctionStats } from "../../protocol/objects.ts";
import { compileQuery } from "../query/evaluate.ts";
import { planQuery } from "../query/plan.ts";
import { type ReadStore, STATUS, type StoredCall } from "../store/store.ts";
import { errorOf } from "./history.ts";
import { statusName } from "./names.ts";
import { queryOf } from "./search.ts";
import { inSlices } from "./slices.ts";
import { decisionsOf, Subjects } from "./subject.ts";
import { argsText } from "./summary.ts";
import { textOf } from "./text.ts";

/** How long counting may take, in ms. */
const WHOLE_MS = 4_000;

/** Argument lists of one function that are told apart; more are counted as new ones. */
const MOST_ARGUMENTS = 50_000;

/** Durations of one function that are kept for the percentiles: a sample when there are more. */
const SAMPLE = 4_096;

type Sort = "count" | "errors" | "p95" | "total" | "name" | "nondeterministic";

export async function functionStats(
  store: ReadStore,
  request: { q?: string; sort?: Sort },
  signal?: AbortSignal,
): Promise<{ functions: FunctionStats[]; calls: number; complete: boolean }> {
  const tallies = new Map<number, Tally>();
  const outcomes = new Outcomes(store);
  let calls = 0;
  const complete = await eachCall(store, request.q, signal, (call) => {
    calls++;
    const tally = tallies.get(call.functionId) ?? new Tally();
    tallies.set(call.functionId, tally);
    tally.add(call, outcomes.ownKeyOf(call), statusName(store, call) === "running");
  });
  const functions = [...tallies].map(([id, tally]) => tally.stats(store.functionName(id)));
  return { functions: functions.sort(orderOf(request.sort ?? "count")), calls, complete };
}

/** Goes through the calls that fit, newest first, and lets the server answer others in between. */
export async function eachCall(
  store: ReadStore,
  q: string | undefined,
  signal: AbortSignal | undefined,
  see: (call: StoredCall) => void,
): Promise<boolean> {
  const query = queryOf(q);
  const matches = compileQuery(query);
  const subjects = new Subjects(store);
  const end = performance.now() + WHOLE_MS;
  const pieces = store.scan(planQuery(query, store, store.ownSessions), "newest");
  for await (const { calls } of inSlices(pieces, signal)) {
    for (const call of calls) if (query.kind === "all" || matches(subjects.of(call))) see(call);
    if (performance.now() > end) return false;
  }
  return true;
}

function orderOf(sort: Sort): (a: FunctionStats, b: FunctionStats) => number {
  const byName = (a: FunctionStats, b: FunctionStats) => (a.function_name < b.function_name ? -1 : 1);
  const key: Record<Exclude<Sort, "name">, (one: FunctionStats) => number> = {
    count: (one) => one.count,
    errors: (one) => one.errors,
    p95: (one) => one.p95_ms ?? -1,
    total: (one) => one.total_ms,
    nondeterministic: (one) => one.nondeterministic,
  };
  if (sort === "name") return byName;
  return (a, b) => key[sort](b) - key[sort](a) || byName(a, b);
}

class Tally {
  #count = 0;
  #errors = 0;
  #running = 0;
  #total = 0;
  #max: number | null = null;
  #ended = 0;
  readonly #durations: number[] = [];
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  /** Outcome by arguments; null for arguments that had several. */
  readonly #outcomes = new Map<string, string | null>();
  #several = 0;
  #others = 0;

  add(call: StoredCall, outcome: string, runs: boolean): void {
    this.#count++;
    this.#first = Math.min(this.#first, call.startedAt);
    this.#last = Math.max(this.#last, call.startedAt);
    if (runs) this.#running++;
    if (call.status === STATUS.exception) this.#errors++;
    if (call.durationMs !== null && hasEnded(call)) this.#time(call.durationMs);
    this.#compare(call, outcome);
  }

  #time(ms: number): void {
    this.#total += ms;
    this.#max = Math.max(this.#max ?? 0, ms);
    this.#ended++;
    if (this.#durations.length < SAMPLE) this.#durations.push(ms);
    else {
      const place = Math.floor(Math.random() * this.#ended);
      if (place < SAMPLE) this.#durations[place] = ms;
    }
  }

  #compare(call: StoredCall, outcome: string): void {
    const key = argumentsKey(call);
    const before = this.#outcomes.get(key);
    if (before === undefined && this.#outcomes.size >= MOST_ARGUMENTS) this.#others++;
    else if (before === undefined || before === "") this.#outcomes.set(key, outcome);
    else if (before !== null && outcome !== "" && before !== outcome) {
      this.#outcomes.set(key, null);
      this.#several++;
    }
  }

  stats(name: string): FunctionStats {
    const sorted = this.#durations.sort((a, b) => a - b);
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
    return {
      function_name: name,
      count: this.#count,
      errors: this.#errors,
      running: this.#running,
      p50_ms: at(0.5),
      p95_ms: at(0.95),
      max_ms: this.#max,
      total_ms: this.#total,
      distinct_arguments: this.#outcomes.size + this.#others,
      nondeterministic: this.#several,
      first_at: this.#first,
      last_at: this.#last,
    };
  }
}

/** How long a call took whose program or server went away is unknown: it may have waited for somebody all the time. */
const hasEnded = ({ status }: StoredCall): boolean =>
  status !== STATUS.running && status !== STATUS.abandoned;

/** The same for calls with the same arguments. */
export function argumentsKey(call: StoredCall): string {
  const kwargs = Object.entries(call.extra?.kwargs ?? {}).map(([name, [id]]) => `${name}=${id}`);
  return [...call.args, ...kwargs.sort()].join(" ");
}

/**
 * Tells outcomes apart: results by their value, what was thrown by its type and message, for its stack also tells the way
 * there.
 */
export class Outcomes {
  readonly #store: ReadStore;
  readonly #thrown = new Map<number, string>();

  constructor(store: ReadStore) {
    this.#store = store;
  }

  /** The same for calls with the same outcome; empty for those that have none. */
  keyOf(call: StoredCall): string {
    if (call.status === STATUS.success) return `=${call.outcome}`;
    return call.status === STATUS.exception ? this.#thrownIn(call) : "";
  }

  /** Empty also where a decision changed something: what came of it says nothing about these arguments. */
  ownKeyOf(call: StoredCall): string {
    return decisionsOf(call).some(({ changed }) => changed.length > 0) ? "" : this.keyOf(call);
  }

  #thrownIn(call: StoredCall): string {
    const known = call.error === null ? undefined : this.#thrown.get(call.error);
    if (known !== undefined) return known;
    const error = errorOf(this.#store, call);
    const key = `!${error?.type ?? ""}: ${error?.message ?? ""}`;
    if (call.error !== null) this.#thrown.set(call.error, key);
    return key;
  }
}

export async function nondeterminism(
  store: ReadStore,
  functionName: string,
  limit: number,
  signal?: AbortSignal,
) {
  const known = new Outcomes(store);
  const cases = new Map<string, Map<string, { call: StoredCall; count: number }>>();
  const named = `fn:"${functionName.replace(/["\\]/g, "\\$&")}"`;
  const complete = await eachCall(store, named, signal, (call) => {
    const outcomeKey = known.ownKeyOf(call);
    if (outcomeKey === "" || store.functionName(call.functionId) !== functionName) return;
    const key = argumentsKey(call);
    if (cases.size >= MOST_ARGUMENTS && !cases.has(key)) return;
    const outcomes = cases.get(key) ?? new Map<string, { call: StoredCall; count: number }>();
    cases.set(key, outcomes);
    const outcome = outcomes.get(outcomeKey);
    if (outcome) outcome.count++;
    else outcomes.set(outcomeKey, { call, count: 1 });
  });
  const several = [...cases.values()].filter((outcomes) => outcomes.size > 1).slice(0, limit);
  return {
    function_name: functionName,
    cases: several.map((outcomes) => {
      const [first] = outcomes.values();
      return {
        args_text: first ? argsText(store, first.call) : "",
        outcomes: [...outcomes.values()].map(({ call, count }) => ({
          text: outcomeText(store, call),
          status: statusName(store, call),
          cid: call.outcome === null ? null : (store.payload(call.outcome)?.cid ?? null),
          count,
          newest: call.number,
        })),
      };
    }),
    complete,
  };
}

function outcomeText(store: ReadStore, call: StoredCall): string {
  const error = errorOf(store, call);
  if (error) return `${error.type ?? "error"}: ${error.message ?? ""}`.slice(0, 200);
  return call.outcome === null ? "" : textOf(store, call.outcome);
}
