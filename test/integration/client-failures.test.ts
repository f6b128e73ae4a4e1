/** What the client does when the server is missing, strange, killed, or started again (cases 3 and 13). */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configureDebug, DebugError, resolveServerUrl } from "../../src/client/index.ts";
import {
  eventually,
  RUNTIMES,
  type Runtime,
  SOURCES,
  serveScripted,
  Workshop,
} from "../unit/client/support/debuggee.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

/** A port nobody listens on. */
function deadUrl(): string {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const url = `http://127.0.0.1:${server.port}`;
  server.stop(true);
  return url;
}

test("test_configured_server_url_takes_precedence", () => {
  const home = mkdtempSync(join(tmpdir(), "cideldill-precedence-"));
  const before = process.env.CIDELDILL_HOME;
  try {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "port"), "5175");
    process.env.CIDELDILL_HOME = home;
    expect(resolveServerUrl()).toBe("http://localhost:5175");
    configureDebug({ serverUrl: "http://localhost:9999" });
    expect(resolveServerUrl()).toBe("http://localhost:9999");
    process.env.CIDELDILL_SERVER_URL = "http://localhost:8080";
    expect(resolveServerUrl()).toBe("http://localhost:9999");
    configureDebug({ serverUrl: null });
    expect(resolveServerUrl()).toBe("http://localhost:8080");
  } finally {
    delete process.env.CIDELDILL_SERVER_URL;
    if (before === undefined) delete process.env.CIDELDILL_HOME;
    else process.env.CIDELDILL_HOME = before;
    configureDebug({ serverUrl: null });
    rmSync(home, { recursive: true, force: true });
  }
});

test("only this machine's addresses are accepted", () => {
  expect(() => configureDebug({ serverUrl: "http://example.com:5174" })).toThrow(DebugError);
  expect(() => configureDebug({ serverUrl: "http://localhost.evil.example:5174" })).toThrow(DebugError);
  expect(() => configureDebug({ serverUrl: "localhost:5174" })).toThrow("write http://localhost:5174");
});

for (const runtime of RUNTIMES) {
  describe(runtime, () => {
    const start = (code: string, url: string, env: Record<string, string> = {}) =>
      shop.start(runtime, code, { CIDELDILL_SERVER_URL: url, ...env });

    test("ON without a server fails at once, saying what was tried", async () => {
      const url = deadUrl();
      const program = await start('withDebug("ON"); say("never");', url);
      const { code, said, stderr } = await program.finish();
      expect([code === 0, said]).toEqual([false, []]);
      expect(stderr).toContain("DebugServerError");
      expect(stderr).toContain(url);
    });

    test("ON without a server may go on without", async () => {
      const program = await start(
        `configureDebug({ onUnreachable: "continue" });
         say(withDebug("ON"));
         say([withDebug((a) => a + 1)(1), await withDebug(async (a) => a + 1)(2)]);`,
        deadUrl(),
      );
      expect(await program.said()).toEqual([
        { isEnabled: true, serverUrl: null, connectionStatus: "unreachable" },
        [2, 3],
      ]);
    });

    test("a stranger that answers 200 to everything gets no payload", async () => {
      const seen: string[] = [];
      const stranger = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        async fetch(request) {
          seen.push(`${request.method} ${await request.text()}`);
          return Response.json({ status: "ok", call_id: "1", action: "continue" });
        },
      });
      const program = await start(
        'try { withDebug("ON") } catch (error) { say(error.message) }',
        `http://127.0.0.1:${stranger.port}`,
      );
      const [message] = await program.said();
      expect(message).toContain("not CID el Dill");
      expect(seen.every((line) => line === "GET ")).toBe(true);
      stranger.stop(true);
    });

    test("proxies of the environment are never used", async () => {
      const server = serveScripted();
      const dead = deadUrl();
      const program = await start(
        'say(withDebug("ON").isEnabled); say(debugCall((a) => a, 5));',
        server.url,
        {
          HTTP_PROXY: dead,
          http_proxy: dead,
          ALL_PROXY: dead,
        },
      );
      expect(await program.said()).toEqual([true, 5]);
      server.stop();
    });

    test("OFF starts no thread, looks for nothing, needs no server", async () => {
      const program = await start(
        'withDebug("OFF"); const fn = () => 1; say(withDebug(fn) === fn); say(debugCall(fn));',
        deadUrl(),
      );
      expect(await program.said()).toEqual([true, 1]);
    });

    for (const kind of ["function", "async function"]) {
      const paused = (settings: string) =>
        `configureDebug(${settings});
         withDebug("ON");
         try { say(await withDebug(${kind} work(a) { return a; })(7)); }
         catch (error) { say([error.name, error instanceof cideldill.DebugError]); }`;

      test(`${kind}: the server dies while it is paused`, async () => {
        const server = serveScripted();
        server.scripted.before("work", { pause: {} });
        const program = await start(paused("{ serverLostTimeoutS: 0.3 }"), server.url);
        await eventually("the pause", () => server.scripted.pauses.size > 0);
        server.stop();
        expect(await program.said()).toEqual([["DebugServerError", true]]);
      });

      test(`${kind}: the server dies while it is paused, and calls may go on`, async () => {
        const server = serveScripted();
        server.scripted.before("work", { pause: {} });
        const program = await start(
          paused('{ serverLostTimeoutS: 0.3, onServerLost: "continue" }'),
          server.url,
        );
        await eventually("the pause", () => server.scripted.pauses.size > 0);
        server.stop();
        expect(await program.said()).toEqual([7]);
      });

      test(`${kind}: the server comes back while it is paused`, async () => {
        const server = serveScripted();
        server.scripted.before("work", { pause: {} });
        const program = await start(paused("{}"), server.url);
        await eventually("the pause", () => server.scripted.pauses.size > 0);
        server.stop();
        await Bun.sleep(200);
        const again = serveScripted(server.port);
        again.scripted.before("work", { action: "skip", fake_result: "from the new one" });
        expect(await program.said()).toEqual(["from the new one"]);
        expect(again.scripted.functions.has("work")).toBe(true);
        again.stop();
      });
    }

    test("a long pause is said on stderr", async () => {
      const server = serveScripted();
      server.scripted.before("work", { pause: {} });
      const program = await start(
        `configureDebug({ suspendedBreakpointsLogIntervalS: 0.1 });
         withDebug("ON");
         withDebug(function work() {})();`,
        server.url,
      );
      await eventually("the pause", () => server.scripted.pauses.size > 0);
      await eventually("the line", () => program.stderr.includes("work has been paused for"));
      server.scripted.release();
      expect((await program.finish()).code).toBe(0);
      server.stop();
    });

    for (const kind of ["function", "async function"]) {
      test(`${kind}: a request that stalls is said, again and again`, async () => {
        const server = serveScripted();
        let answer = () => {};
        const until = new Promise<void>((resolve) => {
          answer = resolve;
        });
        server.delay = { path: "/api/call/start", until };
        const program = await start(
          `configureDebug({ watchdogS: 0.2 });
           withDebug("ON");
           say(await withDebug(${kind} work() { return 1; })());`,
          server.url,
        );
        const lines = () =>
          program.stderr
            .split("\n")
            .filter((line) => line.includes("POST /api/call/start (work) has had no answer"));
        await eventually("the line, again", () => lines().length > 1);
        answer();
        expect(await program.said()).toEqual([1]);
        expect(lines()[0]).toMatch(new RegExp(`${server.url} for \\d+\\.\\d s`));
        server.stop();
      });
    }

    /** It stays alive until then. */
    const atSignal = (code: string) =>
      `setInterval(() => {}, 60_000); process.once("SIGUSR2", () => setTimeout(() => { ${code} }, 0));`;
    const ending: [string, string, object[]][] = [
      [
        "inside a synchronous call",
        `withDebug(function outer() { return withDebug(function inner() { process.exit(3); })(); })();`,
        [
          { method: "inner", exception_type: "ProcessExit" },
          { method: "outer", exception_type: "ProcessExit" },
        ],
      ],
      [
        "beside calls that wait, are paused, and have just ended",
        `const wait = withDebug(["wait", async () => { await new Promise(() => {}); }]);
         const paused = withDebug(["paused", async () => 1]);
         const done = withDebug(["done", async () => 5]);
         wait(); paused(); done().then(() => {});
         ${atSignal("process.exit(3);")}`,
        [
          { method: "done", status: "success" },
          { method: "paused", exception_type: "ProcessExit" },
          { method: "wait", exception_type: "ProcessExit" },
        ],
      ],
      [
        "by an error nobody catches",
        `withDebug(["wait", async () => { await new Promise(() => {}); }])();
         ${atSignal('throw new Error("uncaught");')}`,
        [{ method: "wait", exception_type: "ProcessExit" }],
      ],
    ];
    for (const [how, code, expected] of ending) {
      test(`the process ends ${how}: the server hears of it, at once`, async () => {
        const server = serveScripted();
        server.scripted.before("paused", { pause: {} });
        const program = await start(
          `withDebug("ON"); ${code} process.on("exit", () => say(Date.now()));`,
          server.url,
        );
        if (code.includes("SIGUSR2")) {
          const { calls } = server.scripted;
          const isSo = () =>
            calls.length === expected.length &&
            calls.every(({ start, complete }) => complete || start.method_name !== "done");
          await eventually("the calls", isSo);
          program.signal("SIGUSR2");
        }
        const { code: status, said } = await program.finish();
        expect(status).not.toBe(0);
        expect(Date.now() - Number(said[0] ?? Date.now())).toBeLessThan(5_000);
        const ended = server.scripted.calls
          .map((call) => ({ method: call.start.method_name, ...call.complete }))
          .toSorted((a, b) => a.method.localeCompare(b.method));
        expect(ended).toMatchObject(expected);
        server.stop();
      });
    }

    test("a server that hangs does not hold the process back", async () => {
      const server = serveScripted();
      server.delay = { path: "/api/call/complete", until: new Promise(() => {}) };
      const program = await start(
        `withDebug("ON");
         withDebug(["wait", async () => { await new Promise(() => {}); }])();
         setTimeout(() => { const start = Date.now(); process.on("exit", () => {}); process.exitCode = 0; say(start); process.exit(); }, 300);`,
        server.url,
      );
      const [started] = await program.said();
      // It would wait for ever.
      expect(Date.now() - Number(started)).toBeLessThan(10_000);
      server.stop();
    });

    test("worker threads have a helper of their own", async () => {
      const server = serveScripted();
      const program = await start(
        `import { isMainThread, Worker } from "node:worker_threads";
         withDebug("ON");
         say(debugCall(isMainThread ? "main" : "worker", (a) => a, isMainThread ? 1 : 2));
         if (isMainThread) new Worker(new URL(import.meta.url));`,
        server.url,
      );
      expect(await program.said()).toEqual([1, 2]);
      expect(server.scripted.calls.map((call) => call.start.method_name)).toEqual(["main", "worker"]);
      server.stop();
    });
  });
}

test("a missing helper file is a clear error, at once", async () => {
  const server = serveScripted();
  const library = await Bun.build({
    entrypoints: [join(SOURCES, "index.ts")],
    outdir: join(shop.folder, "alone"),
    target: "node",
    format: "esm",
  });
  expect(library.success).toBe(true);
  const file = join(shop.folder, "alone/main.mjs");
  writeFileSync(
    file,
    'import { withDebug } from "./index.js"; try { withDebug("ON") } catch (e) { console.log(JSON.stringify(e.message)) }',
  );
  const [message] = await shop.spawn(["node", file], { CIDELDILL_SERVER_URL: server.url }).said();
  expect(message).toContain("The file of the helper thread is missing");
  server.stop();
});

test("inside an executable, from an empty folder", async () => {
  const server = serveScripted();
  server.scripted.before("work", { pause: { action: "continue" } });
  const runtime: Runtime = "bun";
  const program = await shop.write(
    runtime,
    'say(withDebug("ON").isEnabled); say(withDebug(function work(a) { return a; })(5));',
  );
  const outfile = join(shop.folder, process.platform === "win32" ? "app.exe" : "app");
  const built = await Bun.build({
    entrypoints: [program, join(SOURCES, "sync-worker.ts")],
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  expect(built.success).toBe(true);
  expect(await shop.spawn([outfile], { CIDELDILL_SERVER_URL: server.url }).said()).toEqual([true, 5]);
  server.stop();
}, 60_000);
