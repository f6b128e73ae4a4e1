/**
 * Over the HTTP contract: what a reported call costs, and how soon a held poll is answered after a release, beside a
 * bare `Bun.serve` that answers a POST of the same size (the floor). Client and server in two processes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOf } from "../src/server/values/cid.ts";
import { median, type Row, ratio } from "./measure.ts";

const CALLS = 1_000;
const RELEASES = 100;

const item = (value: unknown) => {
  const data = JSON.stringify(value);
  return { cid: cidOf(data), data, serialization_format: "json" };
};

export async function contract(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-bench-"));
  const file = join(folder, "port");
  const env = { PATH: process.env.PATH ?? "", HOME: folder, CIDELDILL_HOME: folder };
  const server = Bun.spawn(
    [join(import.meta.dir, "../dist/cideldill"), "serve", "--port", "0", "--port-file", file],
    {
      env,
      stdout: "ignore",
    },
  );
  const echoFile = join(folder, "echo");
  const echo = Bun.spawn([process.execPath, join(import.meta.dir, "programs/floor.ts"), echoFile], { env });
  try {
    const url = `http://127.0.0.1:${await portIn(file)}`;
    const echoUrl = `http://127.0.0.1:${await portIn(echoFile)}`;
    const start = JSON.stringify(callStart("bench.free"));
    const floor = await timed(CALLS, () => post(`${echoUrl}/`, start));
    const call = await timed(CALLS, async () => {
      const { call_id } = await post(`${url}/api/call/start`, start);
      const result = item(3);
      await post(
        `${url}/api/call/complete`,
        JSON.stringify({
          call_id,
          status: "success",
          result_cid: result.cid,
          result_data: result.data,
          result_serialization_format: "json",
        }),
      );
    });
    const release = await releases(url);
    return [
      { name: "POST to a bare Bun.serve (floor)", value: `${(floor * 1000).toFixed(0)} us`, ratio: "1.0x" },
      {
        name: "a whole call: start and complete",
        value: `${(call * 1000).toFixed(0)} us`,
        ratio: ratio(call, floor),
      },
      {
        name: "release to the held poll's answer",
        value: `${release.toFixed(2)} ms`,
        ratio: ratio(release, floor),
      },
    ];
  } finally {
    server.kill();
    echo.kill();
    await Promise.all([server.exited, echo.exited]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const callStart = (name: string) => ({
  method_name: name,
  args: [item({ order: "A-1042", amount: 249.9 }), item(7)],
  kwargs: {},
  call_site: { timestamp: 1, stack_trace: [{ filename: "bench.ts", lineno: 1, function: "main" }] },
  preferred_format: "json",
  process_pid: process.pid,
  process_start_time: 1,
});

async function releases(url: string): Promise<number> {
  await post(`${url}/api/breakpoints`, JSON.stringify({ function_name: "bench.stop", behavior: "stop" }));
  const times: number[] = [];
  for (let i = 0; i < RELEASES; i++) {
    const { poll_url, call_id } = await post(
      `${url}/api/call/start`,
      JSON.stringify(callStart("bench.stop")),
    );
    const polled = fetch(url + poll_url).then((response) => response.json());
    await Bun.sleep(5);
    const start = performance.now();
    void post(`${url}/api/paused/${poll_url.split("/").at(-1)}/continue`, "{}");
    await polled;
    times.push(performance.now() - start);
    await post(`${url}/api/call/complete`, JSON.stringify({ call_id, status: "success" }));
  }
  return median(times);
}

interface Reply {
  call_id: string;
  poll_url: string;
}

async function post(url: string, body: string): Promise<Reply> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const text = await response.text();
  return text.startsWith("{") ? JSON.parse(text) : { call_id: "", poll_url: "" };
}

/** Median ms of one run, each run timed by itself. */
async function timed(count: number, run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < count / 10; i++) await run();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

async function portIn(file: string): Promise<number> {
  while (!(await Bun.file(file).exists())) await Bun.sleep(2);
  return Number(await Bun.file(file).text());
}
