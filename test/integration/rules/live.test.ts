/** Rules and programs on the live channel: what they ask about, and what only they can do. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { askOf, ChannelClient } from "../../support/channel-client.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Fields, freshName, until, WireClient } from "../contract/support/wire-client.ts";

let server: TestServer;
let api: WireClient;

beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  api = new WireClient(server.url);
});
afterAll(() => server.stop());
afterEach(async () => {
  const { rules } = (await api.get("/api/rules")).body as { rules: { id: string }[] };
  for (const { id } of rules) await api.send("DELETE", `/api/rules/${id}`);
  await api.post("/api/flow", { resume_all: true, mute: false, pause_all: false, pause_next: false });
});

let ref = 100;
const end = (seq: number, outcome: unknown, fields: object = {}) => ({
  t: "end" as const,
  seq,
  duration_ms: 1.5,
  status: 0 as const,
  outcome: [++ref, JSON.stringify(outcome)] as [number, string],
  wait: true,
  ...fields,
});

/** A program that applies every policy it is sent at once, as ours do. */
async function program(): Promise<ChannelClient> {
  const client = await ChannelClient.connect(server.url);
  const { onmessage } = client.socket;
  client.socket.onmessage = (event) => {
    const frame = JSON.parse(String(event.data)) as { t: string; policy?: { epoch: number } };
    if (frame.policy) client.send({ t: "applied", epoch: frame.policy.epoch });
    onmessage?.call(client.socket, event);
  };
  await client.next("welcome");
  return client;
}

const rule = async (fields: Fields) => {
  const { status, body } = await api.post("/api/rules", fields);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as { id: string };
};
const resume = (pauseId: string, decision: Fields = {}) => api.resume(pauseId, decision);
const paused = async (id: string) =>
  (await api.get(`/api/paused/${id}`)).body as unknown as { call_data: Fields };

test("a program learns what it must ask about, and no more; it runs free when muted", async () => {
  using live = await program();
  const name = freshName();
  await rule({ function: name });
  await rule({ function: `${name}.*`, match: "glob", when: "result" });
  await rule({ function: "elsewhere", scope: { process: "1.000000+1" } });
  let { policy } = await live.next("policy");
  while (policy.after.globs.length === 0) policy = (await live.next("policy")).policy;
  expect(policy).toMatchObject({
    before: { all: false, names: [name], globs: [], regexes: [] },
    after: { all: false, names: [], globs: [`${name}.*`] },
    mutation: { names: [], globs: [] },
  });
  await api.post("/api/flow", { mute: true });
  expect((await live.next("policy")).policy).toMatchObject({ before: { names: [] }, after: { globs: [] } });
});

test("a condition on one of many calls stops exactly that one", async () => {
  using live = await program();
  const calls = Number(process.env.RULE_CALLS ?? 5_000);
  const name = freshName();
  const wanted = Math.floor(calls * 0.7);
  await rule({
    function: name,
    condition: `args[0].order == ${wanted} && args[0].items.exists(i, i.sku == 'a-${wanted}')`,
  });
  let decided = 0;
  let stopped: { seq: number; pause: string } | null = null;
  let next = 0;
  const ask = () => {
    next += 1;
    live.send(askOf(next, name, [{ order: next, items: [{ sku: `a-${next}` }, { sku: "b" }] }]));
  };
  live.socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as { t: string; seq: number; pause_id: string };
    if (frame.t === "decision") {
      decided += 1;
      live.send(end(frame.seq, null, { wait: false, outcome: [9_999, "null"] }));
    } else if (frame.t === "paused") stopped = { seq: frame.seq, pause: frame.pause_id };
    else return;
    if (next < calls) ask();
  };
  for (let window = 0; window < 200; window++) ask();
  await until("all are answered", () => decided + (stopped ? 1 : 0) === calls, 120_000);
  expect(stopped as unknown).toMatchObject({ seq: wanted });
  expect(decided).toBe(calls - 1);
}, 130_000);

test("pause after the call, another result, an exception and back, once more with other arguments", async () => {
  using live = await program();
  const name = freshName();
  await rule({ function: name });
  live.send(askOf(1, name, [1, 2]));
  const { pause_id: before } = await live.next("paused");
  expect((await paused(before)).call_data).toMatchObject({
    accepts_pause_after: true,
    accepts: ["continue", "modify", "skip", "raise", "replace"],
  });
  await resume(before, { pause_after: true });
  expect((await live.next("decision")).action).toEqual({ action: "continue", pause_after: true });

  live.send(end(1, 3));
  const { pause_id: after } = await live.next("paused");
  expect((await paused(after)).call_data).toMatchObject({
    pause_cause: "pause_after",
    accepts: ["continue", "skip", "raise", "call_again"],
    pretty_result: 3,
  });
  expect((await resume(after, { modified_args: [5, 6] })).status).toBe(409);
  await resume(after, { call_again: true, modified_args: [{ cid: await itemOf(1) }, 6] });
  expect((await live.next("decision")).action).toEqual({
    action: "call_again",
    args: [{ keep: 0 }, { data: "6" }],
  });

  // Its end comes twice, as after a broken connection; then that of the second run.
  live.send(end(1, 3));
  expect((await live.next("decision")).action).toMatchObject({ action: "call_again" });
  live.send(end(1, 7, { run: 1 }));
  const { pause_id: again } = await live.next("paused");
  expect((await paused(again)).call_data).toMatchObject({
    pretty_result: 7,
    pretty_args: [1, 2],
    ran_with: { pretty_args: [1, 6], pretty_kwargs: {} },
    decisions: [
      { action: "continue", when: "before", pause_after: true },
      { action: "call_again", when: "after", changed: ["args[1]"] },
    ],
  });
  await resume(again, { exception_type: "TypeError", exception_message: "never mind" });
  expect((await live.next("decision")).action).toEqual({
    action: "raise",
    exception_type: "TypeError",
    exception_message: "never mind",
  });
});

const itemOf = async (value: unknown) => {
  const { sha512 } = await import("../contract/support/wire-client.ts");
  return sha512(JSON.stringify(value));
};

test("rules change what came of a call by themselves", async () => {
  using live = await program();
  const name = freshName();
  await rule({
    id: "rewrites",
    function: name,
    when: "result",
    condition: "result.total < 0",
    action: { type: "rewrite", result: { total: 0 } },
  });
  await rule({
    id: "throws",
    function: name,
    when: "result",
    condition: "result.total > 100",
    action: { type: "raise", exception_type: "RangeError", exception_message: "too much" },
  });
  await rule({
    id: "heals",
    function: name,
    when: "exception",
    condition: "error.type == 'Timeout'",
    action: { type: "rewrite", result: null },
  });
  const ending = async (seq: number, outcome: unknown, fields: object = {}) => {
    live.send(askOf(seq, name));
    await live.next("decision");
    live.send(end(seq, outcome, fields));
    return (await live.next("decision")).action;
  };
  expect(await ending(1, { total: -5 })).toEqual({ action: "skip", result: { data: '{"total":0}' } });
  expect(await ending(2, { total: 500 })).toMatchObject({ action: "raise", exception_type: "RangeError" });
  expect(await ending(3, { total: 5 })).toEqual({ action: "continue" });
  expect(await ending(4, {}, { status: 1, exception: { type: "Timeout", message: "late" } })).toEqual({
    action: "skip",
    result: { data: "null" },
  });
  const call = `${live.hello.process_start_time.toFixed(6)}-${live.hello.client_id}.1`;
  const kept = (await api.history(name)).find(({ id }) => id === call);
  expect(kept?.call_data.decisions).toMatchObject([
    { when: "after", action: "skip", changed: ["result"], decided_by: { kind: "rule", name: "rewrites" } },
  ]);
});

test("an argument that differs after the call", async () => {
  using live = await program();
  const name = freshName();
  await rule({
    function: name,
    when: "mutation",
    condition: "mutated.exists(m, m.index == 0 && m.value.size() > 1)",
  });
  expect((await live.next("policy")).policy.mutation.names).toEqual([name]);
  live.send(askOf(1, name, [[1]]));
  await live.next("decision");
  live.send(end(1, null));
  expect((await live.next("decision")).action).toEqual({ action: "continue" });
  live.send(askOf(2, name, [[1]]));
  await live.next("decision");
  live.send(end(2, null, { mutated: [[0, [++ref, "[1,2]"]]] }));
  const { pause_id } = await live.next("paused");
  expect((await paused(pause_id)).call_data).toMatchObject({
    pause_cause: "mutation",
    pretty_args: [[1]],
    mutated: [{ index: 0, pretty: [1, 2] }],
  });
  await resume(pause_id);
});

test("a delay is a pause that ends by itself", async () => {
  using live = await program();
  const name = freshName();
  await rule({ function: name, action: { type: "delay", seconds: 0.03 } });
  live.send(askOf(1, name));
  await live.next("paused");
  expect((await live.next("decision")).action).toEqual({ action: "continue" });
});

test("step: the program knows that it must ask before the call goes on", async () => {
  using live = await program();
  const name = freshName();
  await rule({ function: name });
  await live.next("policy");
  live.send(askOf(1, name));
  const { pause_id } = await live.next("paused");
  const order: string[] = [];
  const seen = live.socket.onmessage;
  live.socket.onmessage = (event) => {
    order.push((JSON.parse(String(event.data)) as { t: string }).t);
    seen?.call(live.socket, event);
  };
  await resume(pause_id, { step: true });
  await live.next("decision");
  expect(order.filter((type) => type === "policy" || type === "decision")).toEqual(["policy", "decision"]);
  live.send(askOf(2, "anything"));
  const next = await live.next("paused");
  expect((await paused(next.pause_id)).call_data.pause_cause).toBe("pause_next");
});

test("keyword arguments are none of JavaScript's: refused, and the call stays paused", async () => {
  using live = await program();
  const name = freshName();
  await rule({ function: name });
  live.send(askOf(1, name, [1]));
  const { pause_id } = await live.next("paused");
  const answer = await resume(pause_id, { modified_kwargs: { amount: 5 } });
  expect(answer).toMatchObject({ status: 409, body: { error: "action_not_supported" } });
  expect(String(answer.body.message)).toContain("no keyword arguments");
  expect((await api.listPaused()).map(({ id }) => id)).toContain(pause_id);
});

test("a program that dies leaves nobody waiting: seen by all", async () => {
  const name = freshName();
  await rule({ function: name });
  const live = await program();
  live.send(askOf(1, name));
  const { pause_id } = await live.next("paused");
  const events: { type: string; pause_id?: string; reason?: string }[] = [];
  const feed = new WebSocket(`${server.url.replace("http", "ws")}/api/live`);
  feed.onmessage = ({ data }) => events.push(JSON.parse(String(data)));
  await until("the feed is open", () => events.length > 0);
  live.send({ t: "bye" });
  await until("it is abandoned", () =>
    events.some(
      (event) =>
        event.type === "pause_removed" && event.pause_id === pause_id && event.reason === "abandoned",
    ),
  );
  feed.close();
  live.close();
});
