/** The live channel from the program's side: real programs in Bun and Node, a server that does what a test tells it. */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LiveAction } from "../../src/protocol/debuggee-frames.ts";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";
import { LiveServer, policyOf } from "../unit/client/support/live-server.ts";
import { servingIn } from "../unit/client/support/serving.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

const names = (...list: string[]) => ({ all: false, names: list, globs: [], regexes: [] });

for (const runtime of RUNTIMES) {
  describe(runtime, () => {
    const serving = servingIn(shop, runtime);

    test("calls nobody watches are told when the program ends, with everything about them", async () => {
      const { said, server } = await serving(`
        const add = withDebug(["add", (a, b) => a + b]);
        const later = withDebug(["later", async (a) => { await 1; return add(a.x, 1); }]);
        const boom = withDebug(["boom", () => { throw new TypeError("no"); }]);
        class Till { #cash = 1; take(n) { return this.#cash + n; } }
        say([add(1, 2), await later({ x: 5 }), withDebug(["till", new Till()]).take(2)]);
        try { boom(); } catch (error) { say(error.name); }`);
      expect(said).toEqual([[3, 6, 3], "TypeError"]);
      const calls = server.calls.toSorted((a, b) => a.seq - b.seq);
      expect(
        calls.map(({ name, args, outcome, status }) => [name, args, status === 0 ? outcome : status]),
      ).toEqual([
        ["add", [1, 2], 3],
        ["later", [{ x: 5 }], 6],
        ["add", [5, 1], 6],
        ["till.take", [2], 3],
        ["boom", [], 1],
      ]);
      expect(calls[2]?.parent).toEndWith(`.${calls[1]?.seq}`);
      expect(calls[1]?.refs).toEqual([1]);
      expect(calls[3]?.target).toMatchObject({ class: "Till" });
      expect(calls[4]?.exception).toMatchObject({ type: "TypeError", message: "no" });
      expect(calls.every(({ site }) => site?.at(-1)?.filename?.includes("program-"))).toBe(true);
      expect(server.functions).toEqual(["add", "later", "boom", "till.take"]);
      expect([server.byes, server.hellos.map(({ channel }) => channel)]).toEqual([1, ["stream"]]);
    });

    test("a tight loop sees a breakpoint that is set while it runs", async () => {
      const { said } = await serving(
        `const work = withDebug(["work", (n) => n]);
         let i = 0;
         while (work(i) === i) i++;
         say(work(1));`,
        async (server) => {
          await eventually("calls", () => server.calls.length > 1_000);
          server.setPolicy({ before: names("work") });
          server.before("work", { action: "skip", result: { data: '"skipped"' } });
          await eventually("the answer", () => server.applied.includes(2));
        },
      );
      expect(said).toEqual(["skipped"]);
    });

    for (const kind of ["function", "async function"]) {
      const called = (code: string) => `const f = withDebug(${kind} work(a, b) { ${code} }); `;

      test(`${kind}: every action before the call`, async () => {
        const actions = [
          { action: "continue" },
          { action: "modify", args: [{ keep: 1 }, { data: "7" }] },
          { action: "skip", result: { data: '{"$type":"set","values":[1]}' } },
          { action: "skip", result: { keep: 0 } },
          { action: "raise", exception_type: "RangeError", exception_message: "out" },
          { action: "replace", function_name: "other" },
        ] satisfies LiveAction[];
        const { said, server } = await serving(
          `${called("return [a === given, b];")}
           registerReplacement("other", (a, b) => ["other", b]);
           const given = { deep: new Map() };
           const show = (value) => say(value instanceof Set ? "a set" : value === given ? "the same" : value);
           for (let i = 0; i < ${actions.length}; i++) {
             try { show(await f(given, i)); } catch (error) { say([error.name, error.message]); }
           }`,
          async (server) => {
            for (const action of actions) {
              await eventually("a pause", () => server.paused.length > 0);
              server.release(action);
            }
          },
          (server) => {
            server.policy = policyOf(["work"]);
            server.before("work", "pause");
          },
        );
        expect(said).toEqual([
          [true, 0],
          [false, 7],
          "a set",
          "the same",
          ["RangeError", "out"],
          ["other", 5],
        ]);
        const told = server.calls
          .filter(({ name }) => name === "work")
          .map(({ status, outcome }) => [status, outcome]);
        expect(told[0]).toEqual([0, [true, 0]]);
        expect(told[4]).toMatchObject([1, { name: "RangeError" }]);
      });

      test(`${kind}: an end that is asked about may be changed, and the call run again`, async () => {
        const { said, server } = await serving(
          `let runs = 0;
           ${called("runs++; if (a === 'throw') throw new Error('thrown'); return [a, runs];")}
           for (const a of ["keep", "skip", "raise", "again", "throw"]) {
             try { say(await f(a)); } catch (error) { say(error.message); }
           }`,
          async (server) => {
            for (const action of [
              { action: "continue" },
              { action: "skip", result: { data: '"other"' } },
              { action: "raise", exception_type: "Error", exception_message: "raised" },
              { action: "call_again", args: [{ data: '"second"' }] },
              { action: "continue" },
              { action: "skip", result: { data: '"caught"' } },
            ] satisfies LiveAction[]) {
              await eventually("a pause", () => server.paused.length > 0);
              server.release(action);
            }
          },
          (server) => {
            server.policy = policyOf([], { after: names("work") });
            server.after("work", "pause");
          },
        );
        expect(said).toEqual([["keep", 1], "other", "raised", ["second", 5], "caught"]);
        expect(server.ends.map(({ status, wait }) => [status, wait])).toEqual([
          ...Array(5).fill([0, true]),
          [1, true],
        ]);
        expect(server.calls).toEqual([]);
      });

      test(`${kind}: pause_after asks about this one call, after_exception about throws, mutation about arguments`, async () => {
        const { said, server } = await serving(
          `${called("if (b) throw new Error('x'); a.n++; return a.n;")}
           const after = withDebug(${kind} after(a) { return a; });
           const boom = withDebug(${kind} boom(fail) { if (fail) throw new Error("x"); return 1; });
           say(await after(1)); say(await f({ n: 1 }));
           await boom(false); try { await boom(true); } catch { say("threw"); }`,
          () => {},
          (server) => {
            server.policy = policyOf(["after"], { mutation: names("work"), after_exception: names("boom") });
            server.before("after", { action: "continue", pause_after: true });
            server.after("after", { action: "skip", result: { data: "2" } });
          },
        );
        expect(said).toEqual([2, 2, "threw"]);
        expect(
          server.ends.map(({ status, mutated }) => [
            status,
            mutated?.map(([place, text]) => [place, Array.isArray(text) ? text[1] : text]),
          ]),
        ).toEqual([
          [0, undefined],
          [0, [[0, '{"n":2}']]],
          [1, undefined],
        ]);
      });

      test(`${kind}: a paused call answers evaluations`, async () => {
        const { said, server } = await serving(
          `${called("return a;")} say(await f({ x: 20 }));`,
          async (server) => {
            await eventually("a pause", () => server.paused.length > 0);
            server.evaluate("$args[0].x + 22");
            await eventually("an answer", () => server.evaluated.length > 0);
            server.evaluate("nothing.there");
            await eventually("an answer", () => server.evaluated.length > 1);
            server.release({ action: "continue" });
          },
          (server) => {
            server.policy = policyOf(["work"]);
            server.before("work", "pause");
          },
        );
        expect(said).toEqual([{ x: 20 }]);
        expect(server.evaluated[0]).toMatchObject({ result: "42", result_text: "42" });
        expect(server.evaluated[1]?.error).toContain("nothing is not defined");
      });

      test(`${kind}: case 13: the server is another one when it comes back: the call is paused there`, async () => {
        const { said, server } = await serving(
          `${called("return a;")} say(await f(7));`,
          async (server) => {
            await eventually("a pause", () => server.paused.length > 0);
            const seq = server.paused[0];
            server.policy = policyOf([]);
            server.restart();
            await eventually("the second ask", () => server.asks.length > 1);
            server.release({ action: "skip", result: { data: '"from the new one"' } }, seq);
          },
          (server) => {
            server.policy = policyOf(["work"]);
            server.before("work", "pause");
          },
        );
        expect(said).toEqual(["from the new one"]);
        expect(server.asks.map(({ was_paused }) => was_paused)).toEqual([undefined, true]);
      });

      test(`${kind}: a call that waits at another server than before names the one that is there`, async () => {
        const [first, second] = [new LiveServer().start(), new LiveServer().start()];
        first.policy = policyOf(["work"]);
        first.before("work", "pause");
        const portFile = join(shop.folder, `moved-${runtime}-${kind}.port`);
        writeFileSync(portFile, String(first.port));
        const program = await shop.start(
          runtime,
          `configureDebug({ suspendedBreakpointsLogIntervalS: 0.4 }); withDebug("ON");
           ${called("return a;")} say(await f(7));`,
          { CIDELDILL_PORT_FILE: portFile, CIDELDILL_HOME: shop.folder, CIDELDILL_SERVER_URL: "" },
        );
        try {
          await eventually("a pause", () => first.paused.length > 0);
          writeFileSync(portFile, String(second.port));
          first.stop();
          await eventually("the second ask", () => second.paused.length > 0);
          const since = () => program.stderr.split("is gone: pausing it again at")[1] ?? "";
          await eventually("it to say so once more", () => since().includes("has been paused for"));
          second.release({ action: "continue" });
          expect(await program.said()).toEqual([7]);
          const after = since();
          expect(after).toStartWith(` ${second.url.replace("127.0.0.1", "localhost")}`);
          expect(after).toMatch(new RegExp(`has been paused for .*:${second.port}`));
          expect(after).not.toContain(`:${first.port}`);
        } finally {
          program.kill();
          for (const server of [first, second]) server.stop();
        }
      });

      test(`${kind}: case 13: the server dies while a call is paused, and is not found again`, async () => {
        const { said } = await serving(
          `configureDebug({ serverLostTimeoutS: 0.3 });
           ${called("return a;")}
           try { say(await f(7)); } catch (error) { say([error.name, error instanceof cideldill.DebugError]); }
           configureDebug({ onServerLost: "continue" });
           say(await f(8));`,
          async (server) => {
            await eventually("a pause", () => server.paused.length > 0);
            server.stop();
          },
          (server) => {
            server.policy = policyOf(["work"]);
            server.before("work", "pause");
          },
        );
        expect(said).toEqual([["DebugServerError", true], 8]);
      });
    }

    test("a server that comes back gets every call, none twice", async () => {
      const { said, server } = await serving(
        `const work = withDebug(["work", (n) => "text " + (n % 50)]);
         for (let i = 0; i < 20_000; i++) { work(i); if (i % 100 === 0) await new Promise((done) => setTimeout(done, 1)); }
         say("done");`,
        async (server) => {
          for (const count of [2_000, 6_000]) {
            await eventually("calls", () => server.calls.length > count);
            for (const socket of server.sockets) socket.terminate();
          }
          await eventually("calls", () => server.calls.length > 10_000);
          // Another one, which knows nothing of what the first acknowledged.
          server.restart();
          await eventually("the report of what went wrong", () => server.comErrors.length > 0);
        },
      );
      expect(server.comErrors[0]).toMatchObject({
        kind: "client",
        error: "DebugServerError",
        process_pid: expect.any(Number),
      });
      expect(said).toEqual(["done"]);
      const seqs = server.calls.map(({ seq }) => seq);
      expect(new Set(seqs).size).toBe(20_000);
      expect(seqs.length).toBe(20_000);
      expect(server.calls.every(({ outcome, args }) => outcome === `text ${Number(args[0]) % 50}`)).toBe(
        true,
      );
    });

    test("a server that cannot keep up holds the program back, and loses nothing", async () => {
      const { said, server } = await serving(
        `const work = withDebug(["work", (n) => n]);
         for (let i = 0; i < 30_000; i++) work(i);
         say(process.memoryUsage().rss < 600e6);`,
        async (server) => {
          await eventually("a full window", () => server.batches === server.window);
          const before = server.calls.length;
          await Bun.sleep(300);
          expect(server.calls.length).toBe(before);
          server.ackAll();
        },
        (server) => {
          server.acks = false;
        },
      );
      expect(said).toEqual([true]);
      expect(new Set(server.calls.map(({ seq }) => seq)).size).toBe(30_000);
    });

    test("a call that runs long is told of while it runs", async () => {
      const { server } = await serving(
        `const slow = withDebug(["slow", async () => { await new Promise((done) => setTimeout(done, 400)); return 5; }]);
         await slow();`,
        async (server) => {
          await eventually("the row of a call that runs", () =>
            server.calls.some(({ status }) => status === 2),
          );
        },
      );
      expect(server.calls.map(({ seq, status, outcome }) => [seq, status, outcome])).toEqual([
        [1, 2, null],
        [1, 0, 5],
      ]);
    });

    test("a program that ends in the middle of calls says so", async () => {
      const { server } = await serving(
        `withDebug(["wait", async () => { await new Promise(() => {}); }])();
         withDebug(function outer() { return withDebug(function inner() { process.exit(0); })(); })();`,
      );
      expect(server.calls.map(({ name, status, exception }) => [name, status, exception?.type])).toEqual([
        ["inner", 1, "ProcessExit"],
        ["outer", 1, "ProcessExit"],
        ["wait", 1, "ProcessExit"],
      ]);
    });

    test("a call that waits for a person keeps the program alive, an open channel does not", async () => {
      const { said } = await serving(
        `withDebug(["work", async () => 1])().then((value) => say(value));`,
        async (server) => {
          await eventually("a pause", () => server.paused.length > 0);
          await Bun.sleep(300);
          server.release({ action: "continue" });
        },
        (server) => {
          server.policy = policyOf(["work"]);
          server.before("work", "pause");
        },
      );
      expect(said).toEqual([1]);
    });

    test("case 16: 100 calls paused at once, resumed in any order", async () => {
      const { said } = await serving(
        `const work = withDebug(["work", async (n) => n]);
         const all = await Promise.all(Array.from({ length: 100 }, (_, i) => work(i)));
         say(all.every((value, i) => value === i));`,
        async (server) => {
          await eventually("the pauses", () => server.paused.length === 100);
          for (const seq of server.paused.toSorted(() => Math.random() - 0.5))
            server.release({ action: "continue" }, seq);
        },
        (server) => {
          server.policy = policyOf(["work"]);
          server.before("work", "pause");
        },
      );
      expect(said).toEqual([true]);
    });

    test("OFF says goodbye, and ON comes back", async () => {
      const { said, server } = await serving(
        `const work = withDebug(["work", (n) => n]);
         work(1);
         withDebug("OFF");
         work(2);
         await new Promise((done) => setTimeout(done, 200));
         withDebug("ON");
         work(3);
         say(getDebugInfo().connectionStatus);`,
      );
      expect(said).toEqual(["connected"]);
      expect(server.calls.map(({ args }) => args[0])).toEqual([1, 3]);
      expect(server.byes).toBe(2);
    });

    test("a channel that is refused in the middle is told, with what got lost; calls go over HTTP", async () => {
      const { said, stderr } = await serving(
        `const work = withDebug(["work", (n) => n]);
         for (let i = 0; i < 600; i++) work(i);
         await new Promise((done) => setTimeout(done, 400));
         say(getDebugInfo().isEnabled);
         try { work(1); } catch (error) { say(error.code); }`,
        async (server) => {
          await eventually("calls", () => server.calls.length === 600);
          for (const socket of server.sockets) socket.close(1008, "no more");
        },
        (server) => {
          server.acks = false;
        },
      );
      expect(said).toEqual([true, "not_found"]);
      expect(stderr).toContain("the live channel is gone");
      expect(stderr).toContain("600 calls were not told");
    });

    test("a server without the channel is spoken to over HTTP", async () => {
      const { said } = await serving(
        'say(withDebug("ON").connectionStatus); try { debugCall((a) => a, 5); } catch (error) { say(error.code); }',
        () => {},
        (server) => {
          server.without = true;
        },
      );
      // This one knows no contract either: that it was asked is what matters.
      expect(said).toEqual(["connected", "not_found"]);
    });

    test("the way to a call is told with columns, through what is awaited, without our own frames", async () => {
      const { server } = await serving(`
        const work = withDebug(["work", async () => { await 1; return inner(); }]);
        const inner = withDebug(["inner", () => 1]);
        async function caller() { return await work(); }
        async function program() { await null; await caller(); }
        await program();`);
      const [inner, work] = server.calls;
      expect(inner?.name).toBe("inner");
      expect(work?.site?.map((frame) => frame.function).slice(-2)).toEqual(["program", "caller"]);
      expect(work?.site?.at(-1)).toMatchObject({ lineno: 10, column: 48 });
      const files = server.calls.flatMap(({ site }) => site ?? []).map((frame) => frame.filename ?? "");
      expect(files.every((file) => file.includes("program-"))).toBe(true);
    });

    test("worker threads are clients of their own", async () => {
      const { said, server } = await serving(
        `import { isMainThread, Worker } from "node:worker_threads";
         say(debugCall(isMainThread ? "main" : "worker", (a) => a, isMainThread ? 1 : 2));
         if (isMainThread) new Worker(new URL(import.meta.url));`,
      );
      expect(said).toEqual([1, 2]);
      expect(server.calls.map(({ name, seq }) => [name, seq])).toEqual([
        ["main", 1],
        ["worker", 1],
      ]);
      expect(new Set(server.hellos.map((hello) => hello.client_id)).size).toBe(2);
    });
  });
}
