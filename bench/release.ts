/** From the release of a paused call, over the API, to the program's next line. */
import { join } from "node:path";
import { median, type Row } from "./measure.ts";
import { runProgram, startServer } from "./server.ts";

/** Enough that the 99th percentile is not the second worst, which is about the first call of a program and of a server. */
const RELEASES = 1_000;

export async function release(): Promise<Row[]> {
  return [...(await once("async")), ...(await once("sync"))];
}

async function once(kind: "async" | "sync"): Promise<Row[]> {
  const server = await startServer();
  try {
    const post = (path: string, body: object) =>
      fetch(server.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await post("/api/breakpoints", { function_name: "bench.stop", behavior: "stop" });
    const finished = runProgram<number[]>(
      [process.execPath, join(import.meta.dir, "programs/waiter.ts")],
      [join(import.meta.dir, "../src/client/index.ts"), server.url, String(RELEASES), kind],
      server.env,
    );
    const released: number[] = [];
    while (released.length < RELEASES) {
      const { paused } = (await (await fetch(`${server.url}/api/paused`)).json()) as {
        paused: { id: string }[];
      };
      const [first] = paused;
      if (!first) {
        await Bun.sleep(1);
        continue;
      }
      released.push(performance.timeOrigin + performance.now());
      await post(`/api/paused/${first.id}/continue`, {});
    }
    const returned = await finished;
    const times = returned.map((at, index) => at - (released[index] ?? at)).sort((a, b) => a - b);
    const [p50, p99] = [median(times), times[Math.floor(times.length * 0.99)] ?? 0];
    const of = kind === "async" ? "an asynchronous call" : "a synchronous call";
    return [
      { name: `${of}: p50`, value: `${p50.toFixed(2)} ms`, ratio: "", limit: 1, factor: p50, unit: " ms" },
      { name: `${of}: p99`, value: `${p99.toFixed(2)} ms`, ratio: "", limit: 5, factor: p99, unit: " ms" },
    ];
  } finally {
    await server.stop();
  }
}
