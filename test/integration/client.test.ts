/** The client against the real server: real processes, real sockets, Bun and Node. */
import { afterAll, describe, expect, test } from "bun:test";
import type { HistoryEntry } from "../../src/protocol/breakpoints.ts";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

const api = async (server: TestServer, method: string, path: string, body?: object) => {
  const answer = await fetch(server.url + path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
  });
  const read = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(read)}`);
  return read;
};

const breakOn = (server: TestServer, name: string) =>
  api(server, "POST", "/api/breakpoints", { function_name: name, behavior: "stop" });

const paused = async (server: TestServer): Promise<PausedCall[]> =>
  (await api(server, "GET", "/api/paused")).paused as PausedCall[];

const nextPause = (server: TestServer) => eventually("a pause", async () => (await paused(server))[0]);

const resume = (server: TestServer, pause: PausedCall, body: object = {}) =>
  api(server, "POST", `/api/paused/${pause.id}/continue`, body);

for (const runtime of RUNTIMES) {
  describe(runtime, () => {
    const start = (server: TestServer, code: string) =>
      shop.start(runtime, code, { CIDELDILL_SERVER_URL: server.url });

    test("a program nobody watches runs to its end", async () => {
      await using server = await startTestServer();
      const program = await start(
        server,
        `say(withDebug("ON").connectionStatus);
         const add = withDebug(function add(a, b) { return a + b; });
         const later = withDebug(async function later(a) { return a; });
         say([add(1, 2), await later(3), debugCall("inline", Math.max, 4, 5)]);`,
      );
      expect(await program.said()).toEqual(["connected", [3, 3, 5]]);
      const { functions } = await api(server, "GET", "/api/functions");
      expect(functions).toEqual(expect.arrayContaining(["add", "later"]));
    });

    for (const kind of ["function", "async function"]) {
      test(`every action on a paused ${kind}`, async () => {
        await using server = await startTestServer();
        for (const name of ["work", "other"]) await breakOn(server, name);
        const program = await start(
          server,
          `withDebug("ON");
           const socket = { send() {} };
           const work = withDebug(${kind} work(first, second) { return [first, second === socket]; });
           withDebug(function twice(first) { return [first * 2, "twice"]; });
           registerReplacement("stand-in", (first, second) => [first + 1, "stand-in"]);
           for (let i = 0; i < 5; i++) {
             try { say(await work(i, socket)); } catch (error) { say([error.name, error.message, error instanceof TypeError]); }
           }`,
        );
        const bodies: object[] = [
          {},
          { action: "modify", modified_args: [{ edited: true }] },
          { action: "skip", fake_result: { fake: [1] } },
          { action: "raise", exception_type: "TypeError", exception_message: "told to" },
          { replacement_function: "stand-in" },
        ];
        for (const [index, body] of bodies.entries()) {
          const pause = await nextPause(server);
          expect(pause.call_data.pretty_args[0]).toBe(index);
          const items = pause.call_data.args;
          const edited =
            "modified_args" in body
              ? { ...body, modified_args: [...(body.modified_args as object[]), { cid: items[1]?.cid }] }
              : body;
          await resume(server, pause, edited);
          await eventually("the pause to end", async () => (await paused(server))[0]?.id !== pause.id);
        }
        expect(await program.said()).toEqual([
          [0, true],
          [{ edited: true }, true],
          { fake: [1] },
          ["TypeError", "told to", true],
          [5, "stand-in"],
        ]);
      });
    }

    test("a paused synchronous call answers the REPL", async () => {
      await using server = await startTestServer();
      await breakOn(server, "Cart.add");
      const program = await start(
        server,
        `withDebug("ON");
         class Cart { items = ["book"]; add(item) { this.items.push(item); return this.items.length; } }
         say(withDebug(new Cart()).add("pen"));`,
      );
      const pause = await nextPause(server);
      const { session_id } = await api(server, "POST", "/api/repl/start", { pause_id: pause.id });
      const evaluate = async (expr: string) =>
        (await api(server, "POST", `/api/repl/${session_id}/eval`, { expr })).output;
      expect(await evaluate("$this.items[0] + $args[0]")).toContain("bookpen");
      expect(await evaluate("$args[0] = 'x'; $this.items.length")).toContain("1");
      expect(await evaluate("nope")).toContain("ReferenceError");
      await resume(server, pause);
      expect(await program.said()).toEqual([2]);
    });

    test("a paused asynchronous call does not block the event loop", async () => {
      await using server = await startTestServer();
      await breakOn(server, "wait");
      const program = await start(
        server,
        `withDebug("ON");
         let ticks = 0;
         const timer = setInterval(() => { if (++ticks === 10) console.error("it goes on"); }, 5);
         await withDebug(async function wait() {})();
         clearInterval(timer);
         say("over");`,
      );
      const pause = await nextPause(server);
      await eventually("the loop to go on", () => program.stderr.includes("it goes on"));
      await resume(server, pause);
      expect(await program.said()).toEqual(["over"]);
    });

    test("100 calls paused at once, resumed in any order", async () => {
      await using server = await startTestServer();
      await breakOn(server, "job");
      const program = await start(
        server,
        `withDebug("ON");
         const job = withDebug(async function job(id) { return id; });
         const done = await Promise.all(Array.from({ length: 100 }, (_, id) => job(id)));
         say(done.every((value, id) => value === id));`,
      );
      const all = await eventually("100 pauses", async () => {
        const list = await paused(server);
        return list.length === 100 ? list : null;
      });
      for (const pause of all.toSorted(() => Math.random() - 0.5)) await resume(server, pause);
      expect(await program.said()).toEqual([true]);
    });

    test("a secret stays in the process, is shown as redacted, and comes back with an edit", async () => {
      await using server = await startTestServer();
      await breakOn(server, "login");
      const program = await start(
        server,
        `withDebug("ON");
         const login = withDebug(function login(account, headers) {
           return [account.user, account.password, headers.get("authorization"), headers.get("accept")];
         });
         const [user, ...rest] = login(
           { user: "ann", password: "hush-1" },
           new Headers({ authorization: "hush-2", accept: "text/html" }),
         );
         console.error(rest.join());
         say(user);`,
      );
      const pause = await nextPause(server);
      expect(JSON.stringify(pause)).not.toContain("hush");
      expect(pause.call_data.pretty_args).toEqual([
        { user: "ann", password: "<redacted>" },
        'Headers(2) {"accept" => "text/html", "authorization" => <redacted>}',
      ]);
      const edited = pause.call_data.args.map((item) => JSON.parse(item.data ?? "null"));
      edited[0].user = "ben";
      edited[1].entries[0][1] = "text/plain";
      await resume(server, pause, { action: "modify", modified_args: edited });
      const { said, stderr } = await program.finish();
      expect(said).toEqual(["ben"]);
      expect(stderr).toContain("hush-1,hush-2,text/plain");
    });

    test("calls made in a call name it, on the pause and in the history", async () => {
      await using server = await startTestServer();
      await breakOn(server, "inner");
      const program = await start(
        server,
        `withDebug("ON");
         const inner = withDebug(async function inner() { return 1; });
         const outer = withDebug(async function outer() { await null; return (await inner()) + 1; });
         say(await outer());`,
      );
      const pause = await nextPause(server);
      const { call_id, parent_call_id, call_site } = pause.call_data;
      expect(parent_call_id).toBeString();
      expect(JSON.stringify(call_site)).not.toMatch(/async_hooks|AsyncLocalStorage/);
      await resume(server, pause);
      expect(await program.said()).toEqual([2]);
      const history = async (name: string) =>
        ((await api(server, "GET", `/api/breakpoints/${name}/history`)).history as HistoryEntry[])[0];
      await breakOn(server, "outer");
      expect(await history("inner")).toMatchObject({ id: call_id, call_data: { parent_call_id } });
      expect(await history("outer")).toMatchObject({
        id: parent_call_id,
        call_data: { parent_call_id: null },
      });
    });

    test("a pause after the call", async () => {
      await using server = await startTestServer();
      await api(server, "POST", "/api/breakpoints", { function_name: "job", behavior: "go" });
      await api(server, "POST", "/api/breakpoints/job/after_behavior", { behavior: "stop" });
      const program = await start(
        server,
        `withDebug("ON");
         say(withDebug(function job() { return { result: 1 }; })());`,
      );
      const pause = await nextPause(server);
      expect(pause.call_data.pretty_result).toEqual({ result: 1 });
      await resume(server, pause);
      expect(await program.said()).toEqual([{ result: 1 }]);
    });

    test("values JSON cannot hold, and a megabyte, both ways", async () => {
      await using server = await startTestServer();
      await breakOn(server, "big");
      const program = await start(
        server,
        `withDebug("ON");
         const big = withDebug(function big(text, map) { return [text.length, text.at(-1), map instanceof Map]; });
         say(big("short", new Map([[{}, 1n]])));`,
      );
      const pause = await nextPause(server);
      await resume(server, pause, {
        action: "modify",
        modified_args: ["é".repeat(1_000_000), { cid: pause.call_data.args[1]?.cid }],
      });
      expect(await program.said()).toEqual([[1_000_000, "é", true]]);
    });

    test("the server is found without configuration, through the port file", async () => {
      await using server = await startTestServer();
      const portFile =
        "path" in server.publication ? String(server.publication.path) : server.record.port_file;
      const program = await shop.start(runtime, 'say(withDebug("ON").serverUrl);', {
        CIDELDILL_PORT_FILE: String(portFile),
      });
      expect(await program.said()).toEqual([`http://localhost:${server.port}`]);
    });
  });
}
