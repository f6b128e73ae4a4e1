/** What is acknowledged is in the file: also while another program has that locked. */
import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askOf } from "../../../support/channel-client.ts";
import { ScriptedServer } from "./scripted.ts";

const folder = mkdtempSync(join(tmpdir(), "cideldill-locked-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a batch and an end are acknowledged once the file is free again", async () => {
  const path = join(folder, "calls.db");
  using server = new ScriptedServer(path);
  const program = server.join();
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  program.feed(
    { t: "calls", batch: 1, names: [[0, "f"]], texts: [[0, "1"]], rows: [[1, 0, null, 1.5, 1, 0, [0], 0]] },
    askOf(2, "g"),
    { t: "end", seq: 2, duration_ms: 1, status: 0, outcome: [1, "2"], wait: false },
  );
  expect(program.got("decision")).toHaveLength(1);
  await Bun.sleep(300);
  expect([program.got("ack"), program.got("ended")]).toEqual([[], []]);
  const kept = () => other.query("SELECT count(*) AS calls FROM calls").get();
  expect(kept()).toEqual({ calls: 0 });
  other.run("COMMIT");
  while (program.got("ack").length === 0 || program.got("ended").length === 0) await Bun.sleep(10);
  expect(kept()).toEqual({ calls: 2 });
  expect([program.got("ack"), program.got("ended")]).toEqual([
    [{ t: "ack", batch: 1 }],
    [{ t: "ended", seqs: [2] }],
  ]);
  other.close();
});
