/** Calls that block their thread and wait for the answer themselves: in Bun, on a connection of that thread. */
import { afterAll, expect, test } from "bun:test";
import { eventually, Workshop } from "../unit/client/support/debuggee.ts";
import { type LiveServer, policyOf } from "../unit/client/support/live-server.ts";
import { servingIn } from "../unit/client/support/serving.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

const serving = servingIn(shop, "bun");

const channels = (server: LiveServer) => server.hellos.map(({ channel }) => channel);

/** The connections that ask are cut off, as a server does to those that say nothing for long. */
const cut = (server: LiveServer): void => {
  for (const socket of server.sockets) if (socket.data.hello?.channel === "ask") socket.close(4000, "idle");
};

const skip = (data: string) => ({ action: "skip", result: { data } }) as const;

test("one connection serves all of them, and keeps no program alive", async () => {
  const { said, server } = await serving(
    `const work = withDebug(["work", (n) => n]);
     for (let i = 0; i < 50; i++) if (work(i) !== i) throw new Error("not " + i);
     say("done");`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
    },
  );
  expect(said).toEqual(["done"]);
  expect(server.asks.length).toBe(50);
  expect(channels(server)).toEqual(["stream", "ask"]);
});

test("values of any size go there and back", async () => {
  const { said } = await serving(
    `const work = withDebug(["work", (text) => text]);
     say(work("ä".repeat(5_000_000)).length);`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
      server.before("work", skip(JSON.stringify("é".repeat(9_000_000))));
    },
  );
  expect(said).toEqual([9_000_000]);
});

test("calls made by an evaluation at a pause ask as well, and answers find whoever waits", async () => {
  const { said, server } = await serving(
    `globalThis.inner = withDebug(["inner", (n) => n * 2]);
     const outer = withDebug(["outer", (n) => n]);
     say(outer(1));`,
    async (server) => {
      await eventually("the pause of outer", () => server.paused.length === 1);
      server.evaluate("inner(21)");
      await eventually("the pause of inner", () => server.paused.length === 2);
      const [outer, inner] = server.paused;
      // The answer of the outer call comes while the inner one waits.
      server.release(skip('"outer"'), outer);
      await Bun.sleep(50);
      expect(server.evaluated).toEqual([]);
      server.release({ action: "modify", args: [{ data: "4" }] }, inner);
      await eventually("the evaluation", () => server.evaluated.length === 1);
    },
    (server) => {
      server.policy = policyOf(["outer", "inner"]);
      server.before("outer", "pause");
      server.before("inner", "pause");
    },
  );
  expect(said).toEqual(["outer"]);
  expect(server.evaluated[0]).toMatchObject({ result: "8" });
  expect(channels(server)).toEqual(["stream", "ask"]);
});

test("one that the server ended while nobody asked is followed by another", async () => {
  const { said, server } = await serving(
    `const work = withDebug(["work", (n) => n]);
     let i = 0;
     while (work(++i) === i) await new Promise((done) => setTimeout(done, 10));
     say(i);`,
    async (server) => {
      await eventually("the first ask", () => server.asks.length > 0);
      cut(server);
      await eventually("the second connection", () => server.hellos.length === 3);
      server.before("work", skip("0"));
    },
    (server) => {
      server.policy = policyOf(["work"]);
    },
  );
  const seqs = [...new Set(server.asks.map(({ seq }) => seq))];
  expect(seqs).toEqual(seqs.map((_, place) => place + 1));
  expect(said).toEqual([seqs.length]);
  expect(channels(server)).toEqual(["stream", "ask", "ask"]);
});

test("one that breaks during a pause: the call is asked about again, as one that was paused", async () => {
  const { said, server, stderr } = await serving(
    `const work = withDebug(["work", (n) => n]);
     say(work(1));`,
    async (server) => {
      await eventually("a pause", () => server.paused.length === 1);
      cut(server);
      await eventually("the second ask", () => server.asks.length === 2);
      server.release(skip('"released"'));
    },
    (server) => {
      server.policy = policyOf(["work"]);
      server.before("work", "pause");
    },
  );
  expect(said).toEqual(["released"]);
  expect(server.asks.map(({ seq, was_paused }) => [seq, was_paused ?? false])).toEqual([
    [1, false],
    [1, true],
  ]);
  expect(stderr).not.toContain("is gone");
});

test("a server that lets nobody ask this way is asked by the helper thread", async () => {
  const { said, server } = await serving(
    `const work = withDebug(["work", (n) => n]);
     say([work(1), work(2)]);`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
      server.before("work", skip('"answered"'));
      server.onlyStreams = true;
    },
  );
  expect(said).toEqual([["answered", "answered"]]);
  expect(server.asks.length).toBe(2);
});

test("where the system's library is not to be had, the helper thread asks", async () => {
  const { said, server } = await serving(
    `process.getBuiltinModule = () => { throw new Error("no FFI here"); };
     const work = withDebug(["work", (n) => n]);
     say(work(1));`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
      server.before("work", skip('"answered"'));
    },
  );
  expect(said).toEqual(["answered"]);
  expect(channels(server)).toEqual(["stream"]);
});

test("each thread has its own", async () => {
  const { said, server } = await serving(
    `const { Worker, isMainThread, parentPort } = await import("node:worker_threads");
     const work = withDebug(["work", (n) => n]);
     if (!isMainThread) parentPort.postMessage(work(2));
     else {
       const worker = new Worker(new URL(import.meta.url));
       const theirs = new Promise((done) => worker.once("message", done));
       say([work(1), await theirs]);
       await worker.terminate();
     }`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
      server.before("work", { action: "modify", args: [{ data: "7" }] });
    },
  );
  expect(said).toEqual([[7, 7]]);
  expect(channels(server).toSorted()).toEqual(["ask", "ask", "stream", "stream"]);
});

test.if(process.platform === "linux")("programs that are started do not get it", async () => {
  const { said } = await serving(
    `const { readdirSync, readFileSync, readlinkSync } = await import("node:fs");
     const work = withDebug(["work", (n) => n]);
     const CLOSE_ON_EXEC = 0o2000000;
     const sockets = () => readdirSync("/proc/self/fd").flatMap((fd) => {
       try {
         if (!readlinkSync("/proc/self/fd/" + fd).startsWith("socket:")) return [];
         const flags = /flags:\\s*(\\d+)/.exec(readFileSync("/proc/self/fdinfo/" + fd, "utf8"));
         return [[fd, (Number.parseInt(flags[1], 8) & CLOSE_ON_EXEC) !== 0]];
       } catch { return []; }
     });
     const before = new Set(sockets().map(([fd]) => fd));
     work(1);
     say(sockets().filter(([fd]) => !before.has(fd)).map(([, closes]) => closes));`,
    () => {},
    (server) => {
      server.policy = policyOf(["work"]);
    },
  );
  expect(said).toEqual([[true]]);
});

test("one of a thread that was terminated is closed while the program goes on", async () => {
  const asking = (server: LiveServer) =>
    [...server.sockets].filter(({ data }) => data.hello?.channel === "ask").length;
  const { said } = await serving(
    `const { Worker, isMainThread, parentPort } = await import("node:worker_threads");
     const work = withDebug(["work", (n) => n]);
     if (isMainThread) {
       const worker = new Worker(import.meta.filename);
       const answer = await new Promise((done) => worker.once("message", done));
       await worker.terminate();
       say(answer);
       // Until the test has seen it.
       while (work(0) !== "seen") await new Promise((done) => setTimeout(done, 20));
     } else {
       parentPort.postMessage(work(7));
       setInterval(() => {}, 1_000);
     }`,
    async (server) => {
      await eventually(
        "the asks of both threads",
        () => channels(server).filter((c) => c === "ask").length === 2,
      );
      await eventually("the end of the thread's connection", () => asking(server) === 1);
      server.before("work", skip('"seen"'));
    },
    (server) => {
      server.policy = policyOf(["work"]);
    },
  );
  expect(said).toEqual([7]);
});
