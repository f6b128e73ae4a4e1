/** `kill -9` of either side, and a server that starts again under load: the real server, in a process of its own (cases 12, 13, 16). */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import type { CallPage } from "../../src/protocol/records.ts";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";

const CLI = join(import.meta.dir, "../../src/cli.ts");
const shop = new Workshop();
const home = mkdtempSync(join(tmpdir(), "cideldill-kill-"));
afterAll(() => {
  shop[Symbol.dispose]();
  rmSync(home, { recursive: true, force: true });
});

let count = 0;

/** A server as people start it; it keeps its port and its file when it is started again. */
class Server {
  readonly #folder = join(home, `server-${++count}`);
  #child: Bun.Subprocess | null = null;
  port = 0;

  async start(): Promise<this> {
    const file = join(this.#folder, "port");
    rmSync(file, { force: true });
    const child = Bun.spawn(
      [
        ...[process.execPath, CLI, "serve", "--port", String(this.port), "--port-file", file],
        ...["--db", this.db],
      ],
      {
        env: { ...process.env, CIDELDILL_HOME: this.#folder },
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
      },
    );
    this.#child = child;
    this.port = await eventually("a port", () => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0));
    return this;
  }

  get db(): string {
    return join(this.#folder, "calls.db");
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get env(): Record<string, string> {
    return { CIDELDILL_SERVER_URL: this.url, CIDELDILL_HOME: this.#folder };
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.exited;
  }

  async api<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async paused(): Promise<PausedCall[]> {
    return (await this.api<{ paused: PausedCall[] }>("GET", "/api/paused")).paused;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

// Most of the time these wait: for a server to start, or to be missed. They wait together.
for (const runtime of RUNTIMES) {
  for (const kind of ["function", "async function"]) {
    describe(`${runtime}, ${kind}`, () => {
      const code = `withDebug("ON"); say(await withDebug(${kind} work(a) { return a; })(7));`;

      test.concurrent("case 12: the program is killed while it is paused: within seconds nothing waits for it", async () => {
        await using server = await new Server().start();
        await server.api("POST", "/api/breakpoints", { function_name: "work", behavior: "stop" });
        const program = await shop.start(runtime, code, server.env);
        await eventually("the pause", async () => (await server.paused()).length === 1);
        program.kill();
        const since = Date.now();
        await eventually("the pause to be gone", async () => (await server.paused()).length === 0);
        expect(Date.now() - since).toBeLessThan(10_000);
      });

      test.concurrent("case 13: the server is killed while it is paused, and started again: it is paused there", async () => {
        await using server = await new Server().start();
        await server.api("POST", "/api/breakpoints", { function_name: "work", behavior: "stop" });
        const program = await shop.start(runtime, code, server.env);
        await eventually("the pause", async () => (await server.paused()).length === 1);
        await server.kill();
        await server.start();
        const pause = await eventually("the pause at the new one", async () => (await server.paused())[0]);
        await server.api("POST", `/api/paused/${pause.id}/continue`, {
          action: "skip",
          fake_result: "there",
        });
        expect(await program.said()).toEqual(["there"]);
      });
    });
  }

  for (const kind of ["function", "async function"]) {
    test.concurrent(`${runtime}, ${kind}: the server dies right after it decided about an end: that is kept, once`, async () => {
      await using server = await new Server().start();
      await server.api("POST", "/api/breakpoints", { function_name: "work", behavior: "go" });
      await server.api("POST", "/api/breakpoints/work/after_behavior", { behavior: "stop" });
      const program = await shop.start(
        runtime,
        `configureDebug({ serverLostTimeoutS: 30 });
         withDebug("ON");
         const work = withDebug(["work", ${kind} (n) { return n * 2; }]);
         say(await work(21));
         await new Promise((done) => setTimeout(done, 4_000));`,
        server.env,
      );
      const pause = await eventually("the pause", async () => (await server.paused())[0]);
      // Its file cannot be written to when it decides.
      const locked = new Database(server.db);
      // The server may be writing just now.
      locked.run("PRAGMA busy_timeout = 10000");
      locked.run("BEGIN EXCLUSIVE");
      await server.api("POST", `/api/paused/${pause.id}/continue`, { action: "continue" });
      await Bun.sleep(300);
      await server.kill();
      locked.close();
      await server.start();
      expect(await program.said()).toEqual([42]);
      const { calls } = await server.api<CallPage>("GET", "/api/calls?limit=10");
      expect(calls.map(({ function_name, status }) => [function_name, status])).toEqual([
        ["work", "success"],
      ]);
    }, 60_000);
  }

  test(`${runtime}: case 16: the server is killed twice under load: every call is kept, once`, async () => {
    await using server = await new Server().start();
    const calls = 12_000;
    const program = await shop.start(
      runtime,
      `withDebug("ON");
       const work = withDebug(["work", (n) => n % 10]);
       for (let i = 0; i < ${calls}; i++) { work(i); if (i % 40 === 0) await new Promise((done) => setTimeout(done, 5)); }
       say("done");`,
      server.env,
    );
    const total = async () => (await server.api<CallPage>("GET", "/api/calls?limit=1")).total;
    for (const until of [1_000, 5_000]) {
      await eventually("calls", async () => (await total()) > until, 30_000);
      await server.kill();
      await server.start();
    }
    expect(await program.said()).toEqual(["done"]);
    expect(await total()).toBe(calls);
  }, 90_000);
}
