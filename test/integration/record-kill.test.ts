/**
 * `kill -9` at random moments while calls are written: the file is whole, and every call that was acknowledged more than
 * 100 ms before is in it. RECORD_KILLS says how often (50 by hand).
 */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../src/server/store/sqlite-store.ts";

const KILLS = Number(process.env.RECORD_KILLS ?? 4);
const LOST_MS = 100;

interface Acknowledged {
  at: number;
  streamed: string;
  told: string;
}

test(
  `${KILLS} times`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "cideldill-kill-"));
    const path = join(folder, "record.db");
    let most = 0;
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const { said, killedAt } = await writeAndKill(path, `run${kill}`);
        most = Math.max(most, said.length);
        const db = new Database(path);
        expect(
          db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get()?.integrity_check,
        ).toBe("ok");
        db.close();
        const store = openStore(path, `look${kill}`);
        // A process that was given no time before it was killed could write nothing either: its own clock counts.
        const end = Math.min(killedAt, said.at(-1)?.at ?? 0);
        const old = said.filter(({ at }) => at < end - LOST_MS);
        const missing = old.flatMap(({ streamed, told }) =>
          [streamed, told].filter((id) => store.numberOf(id) === null),
        );
        store.close();
        expect(missing).toEqual([]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    // A machine that wrote nothing has shown nothing.
    expect(most).toBeGreaterThan(5);
  },
  KILLS * 15_000,
);

async function writeAndKill(path: string, instance: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "record-writer.ts"), path, instance], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let killedAt = Number.POSITIVE_INFINITY;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    // From the first word on: what is killed is killed at work.
    if (killedAt !== Number.POSITIVE_INFINITY) continue;
    killedAt = 0;
    setTimeout(
      () => {
        killedAt = Date.now();
        child.kill("SIGKILL");
      },
      150 + Math.random() * 600,
    );
  }
  await child.exited;
  const lines = text.split("\n").slice(0, -1);
  return { said: lines.map((line) => JSON.parse(line) as Acknowledged), killedAt };
}
