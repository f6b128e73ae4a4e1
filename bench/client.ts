/** What the library adds to a call, in Bun and in Node, beside a direct call and a bare WebSocket echo of the same run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Row, ratio } from "./measure.ts";
import { runProgram, startEcho, startServer } from "./server.ts";

interface Times {
  best: number;
  median: number;
}

interface Measured {
  echo: Times;
  sync: { direct: Times; free: Times };
  async: { direct: Times; free: Times };
  asking: { sync: Times; async: Times };
}

const ROOT = join(import.meta.dir, "..");
const SOURCE = join(ROOT, "src/client/index.ts");
const SOCKET = join(ROOT, "src/client/live/websocket.ts");

export async function client(runtime: "bun" | "node"): Promise<Row[]> {
  const server = await startServer();
  const echo = await startEcho();
  try {
    const post = (path: string, body: object) =>
      fetch(server.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    // Watched, and never stopped: what is asked is answered at once.
    for (const name of ["bench.asking", "bench.askingLater"]) {
      await post("/api/breakpoints", { function_name: name, behavior: "go" });
      await post(`/api/breakpoints/${name}/after_behavior`, { behavior: "exception" });
    }
    const program = join(import.meta.dir, "programs/caller.ts");
    const [command, library, socket] =
      runtime === "bun"
        ? [[process.execPath, program], SOURCE, SOCKET]
        : await forNode(server.folder, program);
    const measured = await runProgram<Measured>(command, [library, server.url, echo.url, socket], server.env);
    return rowsOf(measured, runtime === "bun" ? 5 : 10);
  } finally {
    await server.stop();
    await echo.stop();
  }
}

/** The built library, and the program as JavaScript beside it. */
async function forNode(folder: string, program: string): Promise<[string[], string, string]> {
  const library = join(ROOT, "dist/lib/client/index.js");
  if (!existsSync(library)) throw new Error("dist/lib is missing; run `bun run build` first.");
  const built = await Bun.build({
    entrypoints: [program, SOCKET],
    outdir: folder,
    target: "node",
    format: "esm",
    naming: "[name].mjs",
  });
  if (!built.success) throw new AggregateError(built.logs, "the program could not be built");
  return [["node", join(folder, "caller.mjs")], library, join(folder, "websocket.mjs")];
}

function rowsOf({ echo, sync, async, asking }: Measured, limit: number): Row[] {
  const us = ({ best, median }: Times) => `${best.toFixed(1)} (${median.toFixed(1)}) us`;
  const added = (free: Times, direct: Times): Times => ({
    best: free.best - direct.best,
    median: free.median - direct.median,
  });
  const cost = (name: string, times: Times): Row => ({
    ...{
      name,
      value: us(times),
      ratio: ratio(times.best, echo.best),
      limit,
      factor: times.best,
      unit: " us",
    },
  });
  const exchange = (name: string, times: Times, most: number): Row => ({
    ...{ name, value: us(times), ratio: ratio(times.best, echo.best), limit: most },
    factor: times.best / echo.best,
  });
  return [
    { name: "WebSocket echo (floor)", value: us(echo), ratio: "1.0x" },
    { name: "a direct call", value: us(sync.direct), ratio: ratio(sync.direct.best, echo.best) },
    cost("added to a synchronous call nobody watches", added(sync.free, sync.direct)),
    cost("added to an asynchronous call nobody watches", added(async.free, async.direct)),
    exchange("a call that asks, asynchronous", asking.async, 1.5),
    exchange("a call that asks, synchronous", asking.sync, 2.5),
  ];
}
