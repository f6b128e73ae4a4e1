/**
 * What the server spends on a frame of the live channel, without sockets: frames are fed into a connection in this very
 * process, the database is a file. `bun bench/frames.ts` prints a table; `bun run bench` includes it.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallRow, type CallsFrame, CLOSE, type ClientFrame } from "../src/protocol/debuggee-frames.ts";
import { createContext } from "../src/server/context.ts";
import type { Connection } from "../src/server/debuggees/connection.ts";
import { BreakpointManager } from "../src/server/engine/manager.ts";
import { median, print, type Row } from "./measure.ts";

const CALLS = 200_000;
const IN_BATCH = 500;
const ASKS = 20_000;

interface Fed {
  connection: Connection;
  feed: (frame: ClientFrame) => void;
  /** What the server sent last. */
  last: () => string;
}

/** Runs with a server of its own over a database file; tells how large the file became. */
async function withServer<T>(
  run: (fed: Fed, manager: BreakpointManager) => Promise<T> | T,
): Promise<[T, number]> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-frames-"));
  const db = join(folder, "calls.db");
  const manager = new BreakpointManager();
  const context = createContext({ manager, db });
  try {
    let sent = "";
    const connection = context.debuggees.connect({
      send: (text) => {
        sent = text;
        return true;
      },
      close: (code, reason) => {
        if (code !== CLOSE.STOPPING) throw new Error(`closed: ${code} ${reason}`);
      },
    });
    if (!connection) throw new Error("not connected");
    const feed = (frame: ClientFrame) => connection.receive(JSON.stringify(frame));
    feed({
      t: "hello",
      protocol: 1,
      client_id: "bench",
      channel: "stream",
      library: "bench",
      runtime: "bun",
      process_pid: process.pid,
      process_start_time: 1_700_000_000,
      program: "bench.ts",
      features: [],
    });
    const result = await run({ connection, feed, last: () => sent }, manager);
    context.close();
    return [result, statSync(db).size];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const site = (index: number) =>
  Array.from({ length: 10 }, (_, depth) => ({
    filename: `/home/me/shop/src/module-${depth}.ts`,
    lineno: index + depth,
    function: `handler${depth}`,
  }));

/** Batches of calls; each call has arguments of its own, or the same as the others. */
function batches(fresh: boolean): string[] {
  const frames: string[] = [];
  for (let first = 0; first < CALLS; first += IN_BATCH) {
    const frame: CallsFrame = { t: "calls", batch: first / IN_BATCH + 1, texts: [], rows: [] };
    if (first === 0) {
      frame.names = [[0, "shop.charge"]];
      frame.sites = [[0, site(0)]];
    }
    for (let seq = first + 1; seq <= first + IN_BATCH; seq++) {
      const ref = fresh ? (2 * seq) % 10_000 : 0;
      if (fresh || seq === 1) {
        frame.texts?.push([ref, JSON.stringify({ order: `A-${seq}`, amount: seq * 1.5 })]);
        frame.texts?.push([ref + 1, String(seq)]);
      }
      const row: CallRow = [seq, 0, null, 1_700_000_000 + seq / 1000, 0.05, 0, [ref, ref], ref + 1, 0];
      frame.rows.push(row);
    }
    frames.push(JSON.stringify(frame));
  }
  return frames;
}

async function stream(fresh: boolean): Promise<Row> {
  const frames = batches(fresh);
  const [perCall, size] = await withServer(({ connection }) => {
    const start = performance.now();
    for (const frame of frames) connection.receive(frame);
    connection.drain();
    return ((performance.now() - start) / CALLS) * 1000;
  });
  return {
    name: `a streamed call, ${fresh ? "arguments of its own" : "the same arguments"}`,
    value: `${perCall.toFixed(2)} us`,
    ratio: `${Math.round(size / CALLS)} B`,
  };
}

async function ask(fresh: boolean, isPaused: boolean): Promise<Row[]> {
  const [rows] = await withServer(({ feed, connection, last }, manager) => {
    if (isPaused) manager.addBreakpoint("shop.charge", { behavior: "stop" });
    const times: number[] = [];
    const ends: number[] = [];
    const releases: number[] = [];
    const count = isPaused ? ASKS / 4 : ASKS;
    for (let seq = 1; seq <= count; seq++) {
      const ref = fresh ? seq % 10_000 : 0;
      const isNew = fresh || seq === 1;
      const question = JSON.stringify({
        t: "ask",
        seq,
        name: "shop.charge",
        parent: null,
        started_at: Date.now() / 1000,
        signature: "(order)",
        args: [isNew ? [ref, JSON.stringify({ order: `A-${seq}`, amount: seq * 1.5 })] : ref],
        site: site(1),
        call_type: "proxy",
      } satisfies ClientFrame);
      let start = performance.now();
      connection.receive(question);
      times.push((performance.now() - start) * 1000);
      if (isPaused) {
        const { pause_id } = JSON.parse(last()) as { pause_id: string };
        start = performance.now();
        manager.release(pause_id, { action: "continue" });
        releases.push((performance.now() - start) * 1000);
      }
      if (!last().includes('"decision"')) throw new Error(`no decision: ${last()}`);
      start = performance.now();
      feed({ t: "end", seq, duration_ms: 1, status: 0, outcome: isNew ? [9_999, "1"] : 9_999, wait: false });
      ends.push((performance.now() - start) * 1000);
    }
    const kind = `${fresh ? "arguments of its own" : "the same arguments"}`;
    const row = (name: string, values: number[]): Row => ({
      name: `${name}, ${kind}`,
      value: `${median(values).toFixed(1)} us`,
      ratio: `p99 ${(values.sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0).toFixed(0)}`,
    });
    return isPaused
      ? [
          row("an ask that pauses", times),
          row("  its release to the decision", releases),
          row("  its end", ends),
        ]
      : [row("an ask that goes on", times), row("  its end", ends)];
  });
  return rows;
}

/** All figures. */
export async function frames(): Promise<Row[]> {
  return [
    await stream(false),
    await stream(true),
    ...(await ask(false, false)),
    ...(await ask(true, false)),
    ...(await ask(true, true)),
  ];
}

if (import.meta.main) {
  print("The server's share of a frame, in one process", await frames());
}
