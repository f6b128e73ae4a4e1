/**
 * The record with a million calls in it: how fast they are written, how large they are, how long opening takes, and how
 * soon a page of any query is there, the worst of them included.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callPage } from "../src/server/record/search.ts";
import { openStore } from "../src/server/store/sqlite-store.ts";
import { median, p95, type Row } from "./measure.ts";
import { BATCH, FIRST_AT, Program } from "./record-program.ts";
import { filters, TEXTS } from "./record-queries.ts";

const ROUNDS = 5;

/** Pages of one query: the first ones, and as many from the middle of the record. */
const PAGES = 3;

type Store = ReturnType<typeof openStore>;

/** @param count Calls in the file. */
export async function record(count = Number(process.env.BENCH_CALLS ?? 1_000_000)): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-bench-"));
  const file = join(folder, "record.db");
  try {
    const queries = filters(FIRST_AT, FIRST_AT + count / 1_000);
    const written = write(file, count, queries);
    const opening = await opened(file);
    const store = openStore(file, "reader");
    const filtered = asked(store, queries, count);
    const found = asked(store, TEXTS, count);
    const whole = Math.max(...["caller:nowhere", "arg:0.amount>100000"].map((q) => searched(store, q)));
    store.close();
    for (const { q, times, calls } of [...filtered, ...found])
      console.log(
        `  ${(q || "(all)").padEnd(60)} ${calls.toString().padStart(4)} calls  p50 ${ms(median(times))}  p95 ${ms(p95(times))}  worst ${ms(Math.max(...times))}`,
      );
    return [
      {
        ...row(
          `writing ${count.toLocaleString("en-US")} calls`,
          `${written.perCall.toFixed(2)} us`,
          "per call",
        ),
        limit: 10,
        factor: written.perCall,
        unit: " us",
      },
      row(`  slowest batch of ${BATCH.toLocaleString("en-US")}`, ms(written.slowest), ""),
      row("indexing them afterwards", `${written.indexing.toFixed(1)} s`, ""),
      row("bytes in the file", `${written.bytes.toFixed(0)} B`, "per call"),
      kept("opening, with what the page asks for first", opening, 300),
      kept(`a filtered page, p95 of ${filtered.length} filters`, p95(all(filtered)), 50),
      kept("  p95 of the worst filter", worst(filtered), 50),
      kept("  p95 before anything is indexed", written.early, 50),
      kept(`a full-text page, p95 of ${found.length} texts`, p95(all(found)), 150),
      kept("  p95 of the worst text", worst(found), 150),
      row("all pages of a query that no index knows and nothing fits", `${(whole / 1_000).toFixed(1)} s`, ""),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const row = (name: string, value: string, ratio: string): Row => ({ name, value, ratio });

const kept = (name: string, value: number, limit: number): Row => ({
  name,
  value: ms(value),
  ratio: `${(value / limit).toFixed(2)}x`,
  limit,
  factor: value,
  unit: " ms",
});

function write(file: string, count: number, queries: readonly string[]) {
  const store = openStore(file, "writer");
  const program = new Program();
  let [total, slowest] = [0, 0];
  for (let done = 0; done < count; done += BATCH) {
    const batch = program.batch();
    const start = performance.now();
    store.record(batch);
    const took = performance.now() - start;
    total += took;
    slowest = Math.max(slowest, took);
  }
  const early = p95(all(asked(store, queries, count)));
  const start = performance.now();
  store.settle();
  const indexing = (performance.now() - start) / 1_000;
  store.close();
  if (!existsSync(file)) throw new Error("nothing was written");
  return { perCall: (total * 1_000) / count, slowest, early, indexing, bytes: statSync(file).size / count };
}

/** Opening the file and answering what the page asks for first, in a process that has just started. */
async function opened(file: string): Promise<number> {
  const source = (path: string) => JSON.stringify(join(import.meta.dir, "../src/server", path));
  const program = `
    const { openStore } = await import(${source("store/sqlite-store.ts")});
    const { callPage } = await import(${source("record/search.ts")});
    const { recordState } = await import(${source("record/retention.ts")});
    const { sessionList, recordedProcesses } = await import(${source("record/sessions.ts")});
    const { knownNames } = await import(${source("record/known-names.ts")});
    const { completeQuery } = await import(${source("query/complete.ts")});
    const start = performance.now();
    const store = openStore(${JSON.stringify(file)}, crypto.randomUUID());
    const { calls } = callPage(store, {});
    const shown = [recordState(store), sessionList(store), recordedProcesses(store)];
    const { options } = completeQuery("fn:", 3, knownNames(store));
    console.log(performance.now() - start);
    if (calls.length === 0 || options.length === 0 || shown.length === 0) throw new Error("nothing is shown");
    store.close();`;
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    times.push(Number(await new Response(child.stdout).text()));
  }
  return median(times);
}

interface Asked {
  q: string;
  times: number[];
  /** Calls on the pages of one round. */
  calls: number;
}

const asked = (store: Store, queries: readonly string[], count: number): Asked[] =>
  queries.map((q) => ({ q, ...paged(store, q, count) }));

/** Pages of a query, each timed by itself: from the newest on, and from the middle. */
function paged(store: Store, q: string, count: number): Omit<Asked, "q"> {
  const times: number[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const from of [undefined, String(Math.ceil(count / 2))]) {
      let cursor = from;
      for (let page = 0; page < PAGES; page++) {
        const start = performance.now();
        const answer = callPage(store, { q, ...(cursor === undefined ? {} : { cursor }) });
        times.push(performance.now() - start);
        if (round === 0) calls += answer.calls.length;
        if (answer.next === null) break;
        cursor = answer.next;
      }
    }
  }
  return { times, calls };
}

/** How long all pages take together. */
function searched(store: Store, q: string): number {
  const start = performance.now();
  let cursor: string | null | undefined;
  while (cursor !== null)
    ({ next: cursor } = callPage(store, { q, ...(cursor === undefined ? {} : { cursor }) }));
  return performance.now() - start;
}

const all = (queries: readonly Asked[]): number[] => queries.flatMap(({ times }) => times);

const worst = (queries: readonly Asked[]): number => Math.max(...queries.map(({ times }) => p95(times)));
