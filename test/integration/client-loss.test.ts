/** What could lose a call, double it, or be seen by the program: real programs in Bun and Node, and a server that does what a test says. */
import { afterAll, describe, expect, test } from "bun:test";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";
import { policyOf } from "../unit/client/support/live-server.ts";
import { servingIn } from "../unit/client/support/serving.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

for (const runtime of RUNTIMES) {
  describe(runtime, () => {
    const serving = servingIn(shop, runtime);

    for (const [first, deep] of [
      ["0", "(n) => { ran++; return [f(n + 1)]; }"],
      ["{ n: 0 }", "(n) => { ran++; return f({ n: n.n + 1, path: [n.n, { more: String(n.n) }] }); }"],
    ]) {
      test(`a stack overflow in ${deep} is the program's own, and every call is told or counted`, async () => {
        const { said, stderr, server } = await serving(`
          let ran = 0;
          const f = withDebug(["deep", ${deep}]);
          const after = withDebug(["after", (n) => n]);
          for (let round = 0; round < 2; round++) {
            try { f(${first}); say("returned"); } catch (error) { if (!(error instanceof RangeError)) say(String(error)); }
            after(round);
            await new Promise((done) => setTimeout(done, 5));
          }
          say(ran);`);
        expect(said).toEqual([expect.any(Number)]);
        expect(stderr).not.toContain("live channel is gone");
        const ended = server.calls.filter(({ status }) => status !== 2);
        expect(ended.filter(({ name }) => name === "after").map(({ args }) => args[0])).toEqual([0, 1]);
        expect(new Set(ended.map(({ seq }) => seq)).size).toBe(ended.length);
        const missed = [...stderr.matchAll(/(\d+) calls? could not be told/g)].map(([, count]) =>
          Number(count),
        );
        const told = ended.filter(({ name }) => name === "deep").length;
        expect(told + missed.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(Number(said[0]));
        expect(server.hellos.length).toBe(1);
      }, 60_000);
    }

    for (const watched of [false, true]) {
      test(`a plain function's promise is the very one it gave, ${watched ? "asked about" : "streamed"}`, async () => {
        const { said, server } = await serving(
          `const kept = Object.assign(new Promise((done) => setTimeout(done, 20, "value")), { kill() { return "killed"; } });
           class Task extends Promise {}
           const task = Task.resolve(1);
           let thens = 0;
           const lazy = { then(done) { thens++; done("lazy"); } };
           const give = withDebug(["give", (what) => what()]);
           say([give(() => kept) === kept, give(() => kept).kill(), give(() => task) === task, give(() => lazy) === lazy, thens]);
           say([await give(() => kept), await give(() => lazy), thens]);
           let unhandled = 0;
           process.on("unhandledRejection", () => unhandled++);
           // Handled where it was made; whoever got it back need not do so again.
           const failed = Promise.reject(new Error("handled"));
           failed.catch(() => {});
           give(() => failed);
           await new Promise((done) => setTimeout(done, 30));
           say(unhandled);`,
          () => {},
          (server) => {
            if (watched) server.setPolicy({ before: { all: true, names: [], globs: [], regexes: [] } });
          },
        );
        expect(said).toEqual([[true, "killed", true, true, 0], ["value", "lazy", 1], 0]);
        const ends = server.calls.filter(({ status }) => status !== 2);
        expect(ends.filter(({ outcome }) => outcome === "value").length).toBe(3);
        expect(ends.filter(({ exception }) => exception?.message === "handled").length).toBe(1);
      });
    }

    test("a rejection of an async function that nobody handles stays one, and a handled one does", async () => {
      const { said } = await serving(`
        const seen = [];
        process.on("unhandledRejection", (error) => seen.push(error.message));
        const fail = withDebug(["fail", async (text) => { await 1; throw new Error(text); }]);
        fail("nobody's");
        fail("caught").catch(() => {});
        await new Promise((done) => setTimeout(done, 30));
        say(seen);`);
      expect(said).toEqual([["nobody's"]]);
    });

    // It takes seconds to notice: they wait together.
    describe.concurrent("a helper thread that dies", () => {
      /** Gets hold of the helper where the library hands a message to it. */
      const KILLER = `
        import threads from "node:worker_threads";
        const { postMessage } = threads.Worker.prototype;
        let helper, started = 0;
        threads.Worker.prototype.postMessage = function (message) {
          if (helper !== this) started++;
          helper = this;
          return postMessage.call(this, message);
        };
        const pause = (ms) => new Promise((done) => setTimeout(done, ms));`;

      test("is followed by another: the channel comes back, and every call is told once", async () => {
        const { said, stderr, server } = await serving(`${KILLER}
          const work = withDebug(["work", (n) => "text " + (n % 50)]);
          for (let i = 0; i < 6_000; i++) {
            work(i);
            if (i === 2_000 || i === 4_000) helper.terminate();
            if (i % 100 === 0) await pause(1);
          }
          while (getDebugInfo().connectionStatus !== "connected") await pause(5);
          say(started);`);
        expect(said).toEqual([3]);
        expect(stderr.match(/the helper thread stopped/g)?.length).toBe(2);
        expect(server.calls.length).toBe(6_000);
        expect(new Set(server.calls.map(({ seq }) => seq)).size).toBe(6_000);
        expect(server.calls.every(({ outcome, args }) => outcome === `text ${Number(args[0]) % 50}`)).toBe(
          true,
        );
        expect(new Set(server.hellos.map((hello) => hello.client_id)).size).toBe(1);
      }, 30_000);

      // Each of these in one engine.
      if (runtime === "node")
        test("in a loop that never rests: callers wait, the next helper has it all", async () => {
          const { said, server } = await serving(`${KILLER}
          const work = withDebug(["work", (n) => n]);
          for (let i = 0; i < 40_000; i++) { work(i); if (i === 1_000) helper.terminate(); }
          say(started);`);
          expect(said).toEqual([2]);
          expect(new Set(server.calls.map(({ seq }) => seq)).size).toBe(40_000);
          expect(server.calls.length).toBe(40_000);
        }, 60_000);

      if (runtime === "bun")
        test("while a call blocks its thread on it: the call is asked about again", async () => {
          const { said } = await serving(
            `${KILLER}
           // Without it this thread would not need the helper.
           process.getBuiltinModule = () => { throw new Error("no FFI here"); };
           const work = withDebug(["work", (n) => n]);
           // Dies while the thread is blocked: terminate() takes effect at once.
           const ask = threads.Worker.prototype.postMessage;
           threads.Worker.prototype.postMessage = function (message) {
             const posted = ask.call(this, message);
             if (typeof message === "string" && message.startsWith("Q") && started === 1) this.terminate();
             return posted;
           };
           say([work(7), started]);`,
            async (server) => {
              await eventually(
                "the second ask",
                () => server.hellos.length > 1 && server.asks.length > 0,
                40_000,
              );
              await eventually("a pause", () => server.paused.length > 0);
              for (let last = -1; last !== server.asks.length; await Bun.sleep(300))
                last = server.asks.length;
              server.release({ action: "skip", result: { data: '"released"' } });
            },
            (server) => {
              server.policy = policyOf(["work"]);
              server.before("work", "pause");
            },
          );
          expect(said).toEqual([["released", 2]]);
        }, 60_000);

      test("again and again is given up: that is said, with what was not told, and calls go over HTTP", async () => {
        const { said, stderr } = await serving(`${KILLER}
          const work = withDebug(["work", (n) => n]);
          let code;
          for (let i = 0; i < 12 && !code; i++) {
            try { work(i); } catch (error) { code = error.code; }
            helper.terminate();
            await pause(60);
          }
          say(code);`);
        expect(said).toEqual(["not_found"]);
        expect(stderr).toContain("calls go over HTTP from now on");
      }, 60_000);
    });
  });
}
