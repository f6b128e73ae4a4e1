/** Case 16, and connections by the thousand: many at once, in any order, and slow ones that never end. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { freshName, jsonItem, until, WireClient } from "../contract/support/wire-client.ts";
import { JSON_TYPE, request } from "./support/raw.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

test("case 16: 100 calls paused at once are resumed in any order, each with its own decision", async () => {
  const name = freshName("crowd");
  await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
  const calls = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => ({
      index,
      ...(await client.paused({ method_name: name, args: [jsonItem(index)], preferred_format: "json" })),
    })),
  );
  const answers = calls.map(({ pollUrl }) => client.get(pollUrl));
  await until("all are polling", () => server.manager.paused().every(({ heldPolls }) => heldPolls === 1));
  expect(await client.listPaused()).toHaveLength(100);
  // An order that is neither the one they came in nor its reverse.
  const shuffled = calls.toSorted((a, b) => ((a.index * 37) % 101) - ((b.index * 37) % 101));
  for (const { pause, index } of shuffled)
    await client.resume(pause, { action: "skip", fake_result: index * 2 });
  for (const [index, answer] of answers.entries())
    expect((await answer).body).toMatchObject({
      action: { action: "skip", fake_result_data: String(index * 2) },
    });
  expect(await client.listPaused()).toEqual([]);
  await Promise.all(calls.map(({ callId }) => client.complete(callId)));
  expect((await client.get(`/api/breakpoints/${name}/history`)).body.history).toHaveLength(100);
});

test("1000 requests at once are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      index % 2 === 0
        ? client.start({ method_name: "busy", args: [jsonItem(index)] })
        : client.get("/api/health"),
    ),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const ids = answers.flatMap(({ body }) => (body.call_id === undefined ? [] : [body.call_id]));
  expect(new Set(ids).size).toBe(500);
}, 20_000);

test("hundreds of connections that never finish their request keep nobody else waiting", async () => {
  const sockets: Socket[] = [];
  const half = request(
    "POST /api/behavior",
    [`Host: localhost:${server.port}`, JSON_TYPE],
    '{"behavior":"go"}',
  );
  for (let index = 0; index < 300; index++) {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.write(half.slice(0, 5 + (index % (half.length - 6))));
    sockets.push(socket);
  }
  const started = performance.now();
  for (let index = 0; index < 20; index++) expect((await client.get("/api/health")).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(server.manager.behavior).toBe("stop");
  for (const socket of sockets) socket.destroy();
});

test("polls that are given up leave nothing behind", async () => {
  const call = await client.paused();
  for (let index = 0; index < 200; index++) {
    const giveUp = new AbortController();
    const poll = fetch(`${server.url}${call.pollUrl}`, { signal: giveUp.signal }).catch(() => null);
    if (index % 10 === 0)
      await until("it is held", () => server.manager.requirePause(call.pause).heldPolls > 0);
    giveUp.abort();
    await poll;
  }
  await until("none is held", () => server.manager.requirePause(call.pause).heldPolls === 0);
  expect((await client.resume(call.pause)).status).toBe(200);
});
