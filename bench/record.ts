/**
 * The record with a million calls in it: how fast they are written, how large they are, how long opening takes, and how
 * soon a page of any query is there. The calls are made up here: 40 functions, nested, a third of the values new.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callPage } from "../src/server/record/search.ts";
import { openStore } from "../src/server/store/sqlite-store.ts";
import type { CallBatch, SharedText, StreamedCall } from "../src/server/store/store.ts";
import { cidOf } from "../src/server/values/cid.ts";
import { median, type Row } from "./measure.ts";

const BATCH = 2_000;
const ROUNDS = 8;

/** Queries whose pages are promised within 50 ms, and those of full text, within 150 ms. */
const FILTERS = [
  "",
  "fn:tools.findOrder",
  "fn:rare.*",
  "status:error",
  "status:error fn:db.*",
  "duration:>900ms",
  "duration:>5s",
  "fn:tools.* duration:>500ms",
  "process:4711",
  "arg:0.id=123456",
  "arg:0.amount>490 fn:tools.issueRefund",
  "not fn:tools.* -status:ok",
  "session:current status:running",
];
const TEXTS = [
  "refund",
  "order 777123",
  "A-500500",
  "smtp",
  '"wanted twice" or fn:rare.*',
  "gold fn:db.*",
  "nowhereatall",
  "note~42",
];

const WORDS = "refund order ticket customer invoice smtp retry queue gold silver basket checkout price".split(
  " ",
);
const NAMES = Array.from({ length: 40 }, (_, index) =>
  index === 0
    ? "tools.findOrder"
    : `${["tools", "db", "llm", "cart"][index % 4]}.${["get", "issueRefund", "send", "list"][Math.floor(index / 4) % 4]}${index}`,
);

function shared(content: unknown): SharedText {
  const text = JSON.stringify(content);
  return { text, cid: cidOf(text), id: 0, era: -1 };
}

class Program {
  readonly #common = Array.from({ length: 500 }, (_, index) =>
    shared({ orderId: `A-${index}`, amount: index, tier: WORDS[index % WORDS.length] }),
  );
  readonly #sites = Array.from({ length: 60 }, (_, index) => ({
    json: JSON.stringify([
      { filename: "/app/agent.ts", lineno: index, function: "main" },
      { filename: "/app/tools.ts", lineno: index * 3, function: `step${index}` },
    ]),
    id: 0,
    era: -1,
  }));
  #seq = 0;

  batch(): CallBatch {
    const calls = Array.from({ length: BATCH }, () => this.#call());
    const process = {
      key: "1.000000+7",
      pid: 7,
      startTime: 1,
      pageUrl: null,
      clientId: "bench",
      program: "/app/agent.ts",
      runtime: "bun",
      library: "bench",
    };
    return { clientKey: "1.000000-bench", process, calls };
  }

  #call(): StreamedCall {
    const seq = ++this.#seq;
    const fails = seq % 97 === 0;
    const word = WORDS[seq % WORDS.length];
    const fresh = seq % 3 === 0 ? shared({ id: seq, note: `${word} order ${seq}`, ref: `A-${seq}` }) : null;
    const common = (place: number) => this.#common[place % this.#common.length] as SharedText;
    return {
      seq,
      name: seq % 100_003 === 0 ? "rare.call" : (NAMES[seq % NAMES.length] ?? ""),
      parent: seq % 5 === 0 ? null : `1.000000-bench.${seq - (seq % 5)}`,
      startedAt: 1_764_309_000 + seq / 1_000,
      durationMs: seq % 250_007 === 0 ? 9_000 : (seq * 7919) % 1_000,
      status: fails ? 1 : 0,
      args: fresh ? [fresh, common(seq)] : [common(seq * 31), common(seq)],
      outcome: common(seq * 17),
      site: this.#sites[seq % this.#sites.length] ?? null,
      target: null,
      exception: fails ? { type: "SmtpError", message: `421 try again, ${word}` } : null,
      refs: null,
    };
  }
}

/** @param count Calls in the file. */
export async function record(count = Number(process.env.BENCH_CALLS ?? 1_000_000)): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-bench-"));
  const file = join(folder, "record.db");
  try {
    const written = write(file, count);
    const opening = await opened(file);
    const store = openStore(file, "reader");
    const filtered = FILTERS.map((q) => ({ q, ...paged(store, q) }));
    const found = TEXTS.map((q) => ({ q, ...paged(store, q) }));
    store.close();
    for (const { q, times, calls } of [...filtered, ...found])
      console.log(
        `  ${(q || "(all)").padEnd(42)} ${calls.toString().padStart(4)} calls  median ${median(times).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`,
      );
    return [
      row(`writing ${count.toLocaleString("en-US")} calls`, `${written.perCall.toFixed(2)} us`, "per call"),
      row("  slowest batch of 2,000", `${written.slowest.toFixed(0)} ms`, ""),
      row("indexing them afterwards", `${written.indexing.toFixed(1)} s`, ""),
      row("bytes in the file", `${written.bytes.toFixed(0)} B`, "per call"),
      kept("opening", opening, 300),
      kept("a filtered page, p95", p95(filtered.flatMap(({ times }) => times)), 50),
      kept("a full-text page, p95", p95(found.flatMap(({ times }) => times)), 150),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const row = (name: string, value: string, ratio: string): Row => ({ name, value, ratio });

const kept = (name: string, ms: number, limit: number): Row => ({
  name,
  value: `${ms.toFixed(1)} ms`,
  ratio: `${(ms / limit).toFixed(2)}x of ${limit} ms`,
  limit: 1,
  factor: ms / limit,
});

function write(file: string, count: number) {
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
  const start = performance.now();
  store.settle();
  const indexing = (performance.now() - start) / 1_000;
  store.close();
  if (!existsSync(file)) throw new Error("nothing was written");
  return { perCall: (total * 1_000) / count, slowest, indexing, bytes: statSync(file).size / count };
}

/** Opening the file and showing the first page, as a process that has just started does. */
async function opened(file: string): Promise<number> {
  const program = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dir, "../src/server/store/sqlite-store.ts"))});
    const { callPage } = await import(${JSON.stringify(join(import.meta.dir, "../src/server/record/search.ts"))});
    const start = performance.now();
    const store = openStore(${JSON.stringify(file)}, crypto.randomUUID());
    callPage(store, {});
    console.log(performance.now() - start);
    store.close();`;
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    times.push(Number(await new Response(child.stdout).text()));
  }
  return median(times);
}

/** The first pages of a query, each timed by itself. */
function paged(store: ReturnType<typeof openStore>, q: string): { times: number[]; calls: number } {
  const times: number[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let cursor: string | undefined;
    for (let page = 0; page < 3; page++) {
      const start = performance.now();
      const answer = callPage(store, { q, ...(cursor === undefined ? {} : { cursor }) });
      times.push(performance.now() - start);
      if (round === 0) calls += answer.calls.length;
      if (answer.next === null) break;
      cursor = answer.next;
    }
  }
  return { times, calls };
}

function p95(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}
