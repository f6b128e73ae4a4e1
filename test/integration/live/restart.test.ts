/** The server ends, by a word or by a kill, while programs are connected: nothing is lost, and nothing is twice. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallRow, CLOSE } from "../../../src/protocol/debuggee-frames.ts";
import { askOf, ChannelClient, helloOf } from "../../support/channel-client.ts";
import { startTestServer } from "../../support/server.ts";

const CLI = join(import.meta.dir, "../../../src/cli.ts");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cideldill-restart-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A server in a process of its own, over a file that outlives it. */
async function serve(name: string) {
  const portFile = join(folder, `${name}.port`);
  rmSync(portFile, { force: true });
  const args = ["serve", "--port", "0", "--db", join(folder, "calls.db"), "--port-file", portFile];
  const child = Bun.spawn([process.execPath, CLI, ...args], {
    stdout: "ignore",
    stderr: "inherit",
    env: { PATH: process.env.PATH ?? "", HOME: folder, CIDELDILL_HOME: join(folder, "home") },
  });
  while (!(await Bun.file(portFile).exists())) await Bun.sleep(10);
  return {
    url: `http://localhost:${Number(await Bun.file(portFile).text())}`,
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

const ROWS = 20;

/** A batch that spells out all it needs: good on any connection. */
function batchOf(number: number) {
  const rows = Array.from({ length: ROWS }, (_, index): CallRow => {
    const seq = (number - 1) * ROWS + index + 1;
    return [seq, 0, null, 1_700_000_000 + seq / 1000, 0.5, 0, [0], 1];
  });
  return {
    t: "calls" as const,
    batch: number,
    names: [[0, "restart.load"]] as [number, string][],
    texts: [
      [0, JSON.stringify({ batch: number })],
      [1, "true"],
    ] as [number, string][],
    rows,
  };
}

test("killed under load, again and again: every call is kept once", async () => {
  const hello = helloOf();
  const BATCHES = 300;
  let acked = 0;
  for (let round = 0; acked < BATCHES; round++) {
    await using server = await serve(`kill-${round}`);
    using program = await ChannelClient.connect(server.url, hello);
    const { window } = await program.next("welcome");
    const killAt = Math.min(BATCHES, acked + 100);
    let sent = acked;
    while (acked < killAt) {
      while (sent < BATCHES && sent - acked < window) program.send(batchOf(++sent));
      acked = (await program.next("ack")).batch;
    }
    // Some that were sent are not acknowledged: they may be in the file or not, and come again.
    await server.kill();
  }
  const db = new Database(join(folder, "calls.db"), { readonly: true });
  const count = db.query("SELECT count(*) AS calls, count(DISTINCT seq) AS different FROM calls").get();
  db.close();
  expect(count).toEqual({ calls: BATCHES * ROWS, different: BATCHES * ROWS });
}, 60_000);

test("a server that stops says goodbye, and the next one pauses what was paused", async () => {
  const first = await startTestServer();
  first.manager.addBreakpoint("stop.me", { behavior: "stop" });
  const program = await ChannelClient.connect(first.url);
  program.send(askOf(1, "stop.me", [1]));
  await program.next("paused");
  await first.stop();
  expect(await program.end()).toMatchObject({ code: CLOSE.STOPPING });
  await using second = await startTestServer();
  using again = await program.again(second.url);
  again.send(askOf(1, "stop.me", [1], { was_paused: true }));
  const { pause_id } = await again.next("paused");
  second.manager.release(pause_id, { action: "continue" });
  expect(await again.next("decision")).toMatchObject({ seq: 1, action: { action: "continue" } });
});

test("a program that is killed while it is paused is gone within seconds", async () => {
  await using server = await startTestServer();
  server.manager.addBreakpoint("stop.me", { behavior: "stop" });
  const script = `
    const socket = new WebSocket(${JSON.stringify(server.url.replace("http", "ws"))} + "/api/live?role=debuggee");
    socket.onopen = () => {
      socket.send(JSON.stringify({ ...${JSON.stringify(helloOf())}, process_pid: process.pid }));
      socket.send(${JSON.stringify(JSON.stringify(askOf(1, "stop.me")))});
    };
  `;
  const child = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit" });
  while (server.manager.paused().length === 0) await Bun.sleep(5);
  child.kill("SIGKILL");
  const start = performance.now();
  while (server.manager.paused().length > 0) await Bun.sleep(20);
  expect(performance.now() - start).toBeLessThan(10_000);
});
