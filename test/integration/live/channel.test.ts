/** The live channel over real sockets. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { askOf, ChannelClient } from "../../support/channel-client.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function api(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
}

test("hello is answered by a welcome with the policy", async () => {
  await api("POST", "/api/breakpoints", { function_name: "pay", behavior: "stop" });
  using program = await ChannelClient.connect(server.url);
  expect(await program.next("welcome")).toMatchObject({
    instance_id: server.record.instance_id,
    acked: 0,
    policy: { before: { all: false, names: ["pay"] }, after: { names: [] } },
  });
});

test("streamed calls are kept and acknowledged, a batch that comes twice once", async () => {
  using program = await ChannelClient.connect(server.url);
  const batch = {
    t: "calls" as const,
    batch: 1,
    names: [[0, "add"]] as [number, string][],
    texts: [
      [0, "2"],
      [1, "3"],
      [2, "5"],
    ] as [number, string][],
    rows: [
      [1, 0, null, 1_700_000_001, 0.5, 0, [0, 1], 2],
      [2, 0, null, 1_700_000_002, 0.5, 0, [1, 0], 2],
    ] as [number, number, null, number, number, 0, number[], number][],
  };
  program.send(batch);
  program.send(batch);
  expect(await program.next("ack")).toEqual({ t: "ack", batch: 1 });
  expect(await program.next("ack")).toEqual({ t: "ack", batch: 1 });
  const { history } = await api("GET", "/api/breakpoints/add/history");
  expect(history).toMatchObject([
    { call_data: { pretty_args: [2, 3], pretty_result: 5 } },
    { call_data: { pretty_args: [3, 2], pretty_result: 5 } },
  ]);
});

describe("a call that asks", () => {
  test("goes on at once where nothing stops it", async () => {
    using program = await ChannelClient.connect(server.url);
    program.send(askOf(1, "free", [1]));
    expect(await program.next("decision")).toEqual({ t: "decision", seq: 1, action: { action: "continue" } });
    program.send({ t: "end", seq: 1, duration_ms: 1, status: 0, outcome: [500, "2"], wait: false });
    expect(await program.next("ended")).toEqual({ t: "ended", seqs: [1] });
  });

  test("is paused, and told what was decided, its own values by place", async () => {
    await api("POST", "/api/breakpoints", { function_name: "stop.me", behavior: "stop" });
    using program = await ChannelClient.connect(server.url);
    program.send(askOf(1, "stop.me", [{ id: 1 }, 2, 3]));
    const { pause_id } = await program.next("paused");
    const { call_data } = await api("GET", `/api/paused/${pause_id}`);
    expect(call_data).toMatchObject({ pretty_args: [{ id: 1 }, 2, 3], process_pid: process.pid });
    const { cid } = (call_data as { args: { cid: string }[] }).args[0] ?? { cid: "" };
    await api("POST", `/api/paused/${pause_id}/continue`, { modified_args: [{ cid }, 7, 2] });
    expect(await program.next("decision")).toEqual({
      t: "decision",
      seq: 1,
      action: { action: "modify", args: [{ keep: 0 }, { data: "7" }, { keep: 1 }] },
    });
  });

  test("is paused after it ran when somebody waits for that", async () => {
    await api("POST", "/api/breakpoints", { function_name: "late", behavior: "go" });
    await api("POST", "/api/breakpoints/late/after_behavior", { behavior: "stop" });
    using program = await ChannelClient.connect(server.url);
    expect(await program.next("welcome")).toMatchObject({
      policy: { before: { names: expect.not.arrayContaining(["late"]) }, after: { names: ["late"] } },
    });
    program.send(askOf(1, "late"));
    await program.next("decision");
    program.send({ t: "end", seq: 1, duration_ms: 1, status: 0, outcome: [500, "2"], wait: true });
    const { pause_id } = await program.next("paused");
    await api("POST", `/api/paused/${pause_id}/continue`, {});
    expect(await program.next("decision")).toMatchObject({ seq: 1, action: { action: "continue" } });
  });

  test("is evaluated at its pause", async () => {
    await api("POST", "/api/breakpoints", { function_name: "evaluated", behavior: "stop" });
    using program = await ChannelClient.connect(server.url);
    program.send(askOf(1, "evaluated"));
    const { pause_id } = await program.next("paused");
    const { session_id } = await api("POST", "/api/repl/start", { pause_id });
    const output = api("POST", `/api/repl/${session_id}/eval`, { expr: "1 + 1" });
    const { t: _, seq, expr, ...ids } = await program.next("evaluate");
    expect([seq, expr]).toEqual([1, "1 + 1"]);
    program.send({ t: "evaluated", ...ids, result: "2", stdout: "", result_text: "2" });
    expect(await output).toMatchObject({ output: "2", is_error: false });
    program.send({ t: "evaluated", ...ids, result: "2" });
    expect(await program.next("refused")).toMatchObject({ of: "evaluated", error: "eval_gone" });
  });
});

test("a breakpoint is set when the programs go by it", async () => {
  using program = await ChannelClient.connect(server.url);
  await program.next("welcome");
  let isAnswered = false;
  const answer = api("POST", "/api/breakpoints", { function_name: "new.one", behavior: "stop" }).then(() => {
    isAnswered = true;
  });
  const { policy } = await program.next("policy");
  expect(policy.before.names).toContain("new.one");
  expect(isAnswered).toBe(false);
  program.send({ t: "applied", epoch: policy.epoch });
  await answer;
});
