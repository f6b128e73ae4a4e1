/** What could lose a call, double it, or be seen by the program: real programs in Bun and Node, and a server that does what a test says. */
import { afterAll, describe, expect, test } from "bun:test";
import { RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";
import { LiveServer } from "../unit/client/support/live-server.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

for (const runtime of RUNTIMES) {
  describe(runtime, () => {
    const serving = async (
      code: string,
      meanwhile: (server: LiveServer) => Promise<void> | void = () => {},
      prepare: (server: LiveServer) => void = () => {},
    ) => {
      const server = new LiveServer();
      prepare(server);
      server.start();
      const env = { CIDELDILL_SERVER_URL: server.url };
      const program = await shop.start(runtime, `withDebug("ON");\n${code}`, env);
      try {
        await meanwhile(server);
        const { code: status, said, stderr } = await program.finish();
        if (status !== 0) throw new Error(`the program ended with ${status}:\n${stderr}`);
        return { said, stderr, server };
      } catch (error) {
        program.kill();
        throw error;
      } finally {
        server.stop();
      }
    };

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
  });
}
