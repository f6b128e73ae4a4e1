/** Edits of calls and values that were cut before they were sent: what was not told stays what it is (decision 8). */
import { afterAll, describe, expect, test } from "bun:test";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { eventually, RUNTIMES, Workshop } from "../unit/client/support/debuggee.ts";

const shop = new Workshop();
afterAll(() => shop[Symbol.dispose]());

const post = (server: TestServer, path: string, body: object) =>
  fetch(server.url + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

const nextPause = (server: TestServer): Promise<PausedCall> =>
  eventually("a pause", async () => {
    const { paused } = (await (await fetch(`${server.url}/api/paused`)).json()) as { paused: PausedCall[] };
    return paused[0];
  });

const release = (server: TestServer, pause: PausedCall, modified_args: unknown[]) =>
  post(server, `/api/paused/${pause.id}/continue`, { action: "modify", modified_args });

/** In front of a server: the HTTP contract without the live channel. */
function withoutChannel(server: TestServer): { url: string; stop(): void } {
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/api/live") return new Response(null, { status: 404 });
      const body = request.method === "POST" ? { body: await request.text() } : {};
      const headers = { "content-type": "application/json" };
      return fetch(server.url + pathname + search, { method: request.method, headers, ...body });
    },
  });
  return { url: `http://127.0.0.1:${proxy.port}`, stop: () => void proxy.stop(true) };
}

for (const runtime of RUNTIMES) {
  for (const channel of ["live channel", "HTTP"]) {
    describe(`${runtime}, ${channel}`, () => {
      const paused = async (
        code: string,
        decide: (server: TestServer, pause: PausedCall) => Promise<void>,
      ) => {
        await using server = await startTestServer();
        await post(server, "/api/breakpoints", { function_name: "work", behavior: "stop" });
        const proxy = channel === "HTTP" ? withoutChannel(server) : null;
        try {
          const program = await shop.start(runtime, `withDebug("ON");\n${code}`, {
            CIDELDILL_SERVER_URL: proxy?.url ?? server.url,
          });
          await decide(server, await nextPause(server));
          return await program.said();
        } finally {
          proxy?.stop();
        }
      };
      const keeps = (pause: PausedCall) => pause.call_data.args.map(({ cid }): unknown => ({ cid }));

      test("an edited argument of 1,500: the others stay the very objects they are", async () => {
        const said = await paused(
          `const all = Array.from({ length: 1_500 }, (_, n) => ({ n }));
           const work = withDebug(["work", (...args) => [args.length, args[3].n, args.every((arg, n) => n === 3 || arg === all[n])]]);
           say(work(...all));`,
          async (server, pause) => {
            const args = keeps(pause);
            args[3] = { n: "edited" };
            expect((await release(server, pause, args)).status).toBe(200);
          },
        );
        expect(said).toEqual([[1_500, "edited", true]]);
      });

      test("an edited leaf of values with 1,500 entries: what was cut stays what it is", async () => {
        const said = await paused(
          `const entries = Array.from({ length: 1_500 }, (_, n) => ["k" + n, { n }]);
           const mark = Symbol("mark");
           class Box { constructor() { Object.assign(this, Object.fromEntries(entries)); } }
           const [list, map, record, plain, box] = [entries.map(([, v]) => v), new Map(entries), Object.fromEntries(entries),
             { ...Object.fromEntries(entries), [mark]: 1 }, new Box()];
           const set = new Set(list);
           const same = (now, was) => now.length === was.length && now.every((v, n) => n === 1 || v === was[n]);
           const work = withDebug(["work", (l, s, m, r, p, b) => [
             l[1], [...s][1], m.get("k1"), r.k1, p.k1, b.k1,
             same(l, list), same([...s], [...set]), same([...m.values()], list), same(Object.values(r), list),
             same(Object.values(p), list), p[mark], same(Object.values(b), list), b instanceof Box]]);
           say(work(list, set, map, record, plain, box));`,
          async (server, pause) => {
            const texts = pause.call_data.args.map(({ data }) => JSON.parse(data ?? "null"));
            const [list, set, map, record, plain, box] = texts;
            list[1] =
              set.values[1] =
              map.entries[1][1] =
              record.k1 =
              plain.entries[1][1] =
              box.properties.k1 =
                "edited";
            expect((await release(server, pause, texts)).status).toBe(200);
          },
        );
        expect(said).toEqual([[...Array(6).fill("edited"), true, true, true, true, true, 1, true, true]]);
      });

      test("elements added and removed before the cut", async () => {
        const said = await paused(
          `const list = Array.from({ length: 1_200 }, (_, n) => n);
           say(withDebug(["work", (l) => [l.length, l[0], l[1], l.at(-1)]])(list));`,
          async (server, pause) => {
            const list = JSON.parse(pause.call_data.args[0]?.data ?? "") as unknown[];
            expect((await release(server, pause, [list.toSpliced(0, 3, "first")])).status).toBe(200);
          },
        );
        expect(said).toEqual([[1_198, "first", 3, 1_199]]);
      });

      test("what cannot be edited is refused, and the call stays paused", async () => {
        const said = await paused(
          `const text = "x".repeat(200_000);
           say(withDebug(["work", (o) => [o.text.length, o.other]])({ text, other: 1 }));`,
          async (server, pause) => {
            const value = JSON.parse(pause.call_data.args[0]?.data ?? "");
            const edited = { ...value, text: { ...value.text, value: "short" } };
            const refused = await release(server, pause, [edited]);
            expect(refused.status).toBe(409);
            expect(await refused.json()).toMatchObject({
              error: "action_not_supported",
              message: expect.stringContaining("modified_args[0] has a part that was cut"),
            });
            expect((await release(server, pause, [{ ...value, other: 2 }])).status).toBe(200);
          },
        );
        expect(said).toEqual([[200_000, 2]]);
      });

      if (channel === "HTTP") return;

      test("the mark of the arguments that were not sent cannot be edited or moved, only kept or left out", async () => {
        const said = await paused(
          'say(withDebug(["work", (...args) => args.length])(...Array(1_500).fill(7)));',
          async (server, pause) => {
            const args = keeps(pause);
            for (const wrong of [
              [...args.slice(0, -1), "edited"],
              [args.at(-1), ...args.slice(0, -1)],
              [...args, args.at(-1)],
            ]) {
              const refused = await release(server, pause, wrong);
              expect(refused.status).toBe(409);
              expect(await refused.json()).toMatchObject({
                message: expect.stringContaining(
                  "The call has 1,500 arguments, of which the first 1,000 were sent",
                ),
              });
            }
            expect((await release(server, pause, args.slice(0, 1_000))).status).toBe(200);
          },
        );
        expect(said).toEqual([1_000]);
      });
    });
  }
}
