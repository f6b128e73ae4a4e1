/** How many calls a second get from a program into the server's file, each with arguments, result, stack and times. */
import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./measure.ts";
import { runProgram, startServer } from "./server.ts";

const CALLS = 300_000;

export async function flood(): Promise<Row[]> {
  return [...(await once("same", "the same arguments")), ...(await once("new", "new arguments each time"))];
}

async function once(kind: "same" | "new", what: string): Promise<Row[]> {
  const server = await startServer();
  try {
    const program = join(import.meta.dir, "programs/flooder.ts");
    const library = join(import.meta.dir, "../src/client/index.ts");
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, server.memory());
    }, 50);
    const { startedAt } = await runProgram<{ startedAt: number }>(
      [process.execPath, program],
      [library, server.url, String(CALLS), kind],
      server.env,
    );
    // The program does not end before everything it told is in the file.
    const seconds = (performance.timeOrigin + performance.now() - startedAt) / 1_000;
    clearInterval(watch);
    const { size } = statSync(server.db);
    const kept = countOf(server.db);
    const perSecond = kept / seconds;
    return [
      {
        name: `into the file, ${what}`,
        value: `${Math.round(perSecond).toLocaleString("en")}/s`,
        ratio: `${Math.round(size / kept)} B each`,
        // 100,000 a second.
        ...(kind === "same" ? { limit: 10, factor: 1e6 / perSecond, unit: " us a call" } : {}),
      },
      {
        name: `  lost, of ${CALLS.toLocaleString("en")}`,
        value: String(CALLS - kept),
        ratio: `${Math.round(most / 1e6)} MB`,
        ...{ limit: 0, factor: CALLS - kept, unit: " calls" },
      },
    ];
  } finally {
    await server.stop();
  }
}

function countOf(db: string): number {
  const database = new Database(db, { readonly: true });
  try {
    const row = database.query("SELECT count(*) AS calls FROM calls").get() as { calls: number };
    return row.calls;
  } finally {
    database.close();
  }
}
