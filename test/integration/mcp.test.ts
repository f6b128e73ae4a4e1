/** MCP at `/mcp`, with the official client and with raw requests: what is there, what is bounded, who may come in. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Agent, agentOverHttp, type Era, type Fields } from "../support/agent.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { dillItem, freshName, jsonItem, pickle, until, WireClient } from "./contract/support/wire-client.ts";

const ERAS: Era[] = ["modern", "legacy"];

/** The names of the Python edition. */
const CONTRACT_TOOLS = [
  ...["list_breakpoints", "add", "remove", "set_behavior", "set_after_behavior", "set_replacement"],
  ...["get_default_behavior", "set_default_behavior", "list_paused", "continue", "list_functions"],
  ...["get_call_records", "repl_eval", "inspect_object"],
].map((name) => `breakpoint_${name}`);

let server: TestServer;
let wire: WireClient;
let agent: Agent;
beforeAll(async () => {
  server = await startTestServer();
  wire = new WireClient(server.url);
  agent = await agentOverHttp(server.url);
});
afterAll(async () => {
  await agent.client.close();
  await server.stop();
});

describe.each(ERAS)("a %s client", (era) => {
  test("finds the tools, resources and prompts, all described", async () => {
    await using one = await agentOverHttp(server.url, era);
    const { tools } = await one.client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(CONTRACT_TOOLS));
    for (const tool of tools) {
      expect(tool.description?.length).toBeGreaterThan(20);
      expect(tool.inputSchema.additionalProperties).toBe(false);
      expect(tool.outputSchema?.type).toBe("object");
      expect(Object.keys(tool.annotations ?? {})).toContain("destructiveHint");
    }
    const readOnly = tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name);
    expect(readOnly).toContain("breakpoint_list_paused");
    expect(readOnly).not.toContain("breakpoint_repl_eval");
    const { resources } = await one.client.listResources();
    const uris = ["status", "breakpoints", "paused", "call-history", "functions"].map(
      (name) => `breakpoint://${name}`,
    );
    expect(resources.map(({ uri }) => uri)).toEqual(uris);
    const { prompts } = await one.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["debug-session-start", "inspect-paused-call"]);
    const { messages } = await one.client.getPrompt({
      name: "debug-session-start",
      arguments: { problem: "it is slow" },
    });
    expect(JSON.stringify(messages)).toContain("it is slow");
    expect(one.client.getInstructions()).toContain("breakpoint_wait_for_pause");
  });

  test("is told what changes", async () => {
    await using one = await agentOverHttp(server.url, era);
    const heard: string[] = [];
    one.client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      heard.push(params.uri);
    });
    if (era === "legacy") await one.client.subscribeResource({ uri: "breakpoint://paused" });
    else await one.client.listen({ resourceSubscriptions: ["breakpoint://paused"] });
    const { pause } = await wire.paused();
    await until("it is told", () => heard.length > 0);
    expect(new Set(heard)).toEqual(new Set(["breakpoint://paused"]));
    expect(JSON.stringify(await one.read("breakpoint://paused"))).toContain(pause);
    await wire.resume(pause);
  });

  test("hears while it waits, and none yet is an answer", async () => {
    await using one = await agentOverHttp(server.url, era);
    const progress: string[] = [];
    const answer = await one.use(
      "breakpoint_wait_for_pause",
      { timeout_s: 6, function_name: "never_called" },
      (message) => progress.push(message),
    );
    expect(answer).toMatchObject({ paused: null, message: expect.stringContaining("None yet") });
    expect(progress).toEqual(["none yet, after 5 s"]);
  });
});

describe("waiting", () => {
  test("ends with the pause, not with its time", async () => {
    const name = freshName("awaited");
    const waiting = agent.use("breakpoint_wait_for_pause", { timeout_s: 30, function_name: name });
    await Bun.sleep(50);
    const began = performance.now();
    const { pause } = await wire.paused({ method_name: name });
    const { paused } = (await waiting) as { paused: Fields };
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(paused.pause_id).toBe(pause);
    const again = { timeout_s: 0.1, function_name: name, known: [pause] };
    expect(await agent.use("breakpoint_wait_for_pause", again)).toMatchObject({ paused: null });
    await wire.resume(pause);
  });
});

describe("decisions", () => {
  test("edits within an argument keep the rest, whole ones replace it, others stay by their CID", async () => {
    const order = jsonItem({ id: 7, lines: [{ sku: "pen", qty: -1 }], note: { deep: [1, 2] } });
    const other = jsonItem("untouched");
    const call = await wire.paused({ args: [order, other], preferred_format: "json" });
    await agent.use("breakpoint_continue", {
      pause_id: call.pause,
      edits: [{ at: "args[0].lines[0].qty", value: 1 }],
    });
    const { action } = (await wire.get(call.pollUrl)).body as { action: Fields };
    const [first, second] = action.modified_args as { cid: string; data: string }[];
    expect(JSON.parse(first?.data ?? "")).toEqual({
      id: 7,
      lines: [{ sku: "pen", qty: 1 }],
      note: { deep: [1, 2] },
    });
    expect(second?.cid).toBe(other.cid);
  });

  test("a place that is not there is refused with what is wrong, and the call stays paused", async () => {
    const call = await wire.paused({ args: [jsonItem({ a: 1 })], preferred_format: "json" });
    const refuse = (edits: Fields) =>
      agent.refusal("breakpoint_continue", { pause_id: call.pause, ...edits });
    expect(await refuse({ edits: [{ at: "args[0].b.c", value: 1 }] })).toContain('there is no "b"');
    expect(await refuse({ edits: [{ at: "lines[0]", value: 1 }] })).toContain("begin with args[0]");
    expect(await refuse({ edits: [{ at: "args[5].x", value: 1 }] })).toContain("no such argument");
    expect(await refuse({ args: { "3": 1 } })).toContain("no argument 1 to keep");
    expect(await refuse({ action: "explode" })).toContain('must be one of "continue"');
    expect(await refuse({ actoin: "skip" })).toContain("There is no actoin");
    const python = await wire.paused({ args: [dillItem(pickle.str("x"))] });
    expect(
      await agent.refusal("breakpoint_continue", {
        pause_id: python.pause,
        edits: [{ at: "args[0][0]", value: 1 }],
      }),
    ).toContain("only be given whole");
    await wire.resume(python.pause);
    expect((await wire.resume(call.pause)).status).toBe(200);
    expect(await refuse({})).toMatch(/^pause_already_resumed: .*breakpoint_wait_for_pause/);
  });

  test("are kept in the agent's name", async () => {
    const call = await wire.paused();
    const live: Fields[] = [];
    const stop = server.context.live.subscribe((event) => live.push(event as never));
    await agent.use("breakpoint_continue", { pause_id: call.pause, action: "skip", result: 1 });
    stop();
    expect(live.find(({ type }) => type === "pause_removed")).toMatchObject({
      decided_by: { kind: "agent", name: "test-agent" },
    });
  });
});

describe("values", () => {
  test("a 50 MB argument gives a small answer that says what was cut, and any place of it is found", async () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, text: `row ${id} ${"x".repeat(10_000)}` }));
    const big = jsonItem({ rows, long: "y".repeat(2_000_000), last: "here" });
    expect(big.data.length).toBeGreaterThan(50_000_000);
    const call = await wire.paused({ args: [big], preferred_format: "json" });
    const { text, data } = await agent.call("breakpoint_inspect_paused", { pause_id: call.pause });
    expect(text.length).toBeLessThan(12_000);
    const { paused } = data as { paused: { cut: { at: string; was: string }[] } };
    expect(paused.cut.length).toBeGreaterThan(0);
    expect(paused.cut[0]?.at).toStartWith("args[0]");

    const look = async (input: Fields) => {
      const answer = await agent.call("breakpoint_inspect_object", { cid: big.cid, ...input });
      expect(answer.text.length).toBeLessThan(20_000);
      return answer.data;
    };
    expect(await look({})).toMatchObject({ kind: "object with 3 keys", keys: ["rows", "long", "last"] });
    expect(await look({ path: "last" })).toMatchObject({ value: "here" });
    expect(await look({ path: "rows", offset: 4_999 })).toMatchObject({
      kind: "array of 5,000",
      value: [{ id: 4_999 }],
      next_offset: null,
    });
    expect(await look({ path: "rows[12].id" })).toMatchObject({ value: 12 });
    expect(await look({ path: "long", offset: 10, limit: 5 })).toMatchObject({
      value: "yyyyy",
      next_offset: 15,
    });
    expect(await agent.refusal("breakpoint_inspect_object", { cid: big.cid, path: "rows.x" })).toContain(
      "There is no .x at .rows, which is an array of 5,000",
    );
    const listed = await agent.call("breakpoint_list_paused", {});
    expect(listed.text.length).toBeLessThan(12_000);
    await wire.resume(call.pause);
  }, 120_000);

  test("a value nobody knows, and what is no CID", async () => {
    expect(await agent.refusal("breakpoint_inspect_object", { cid: "0".repeat(128) })).toContain(
      "value_not_found",
    );
    expect(await agent.refusal("breakpoint_inspect_object", { cid: "abc" })).toContain("128 hex digits");
  });
});

describe("evaluating", () => {
  /** Polls as the Python client does, by the contract's text: between polls it looks for something to evaluate. */
  async function pollingDebuggee(
    call: { pause: string; pollUrl: string },
    evaluate: (expr: string) => string,
  ) {
    for (;;) {
      const { body } = await wire.get(call.pollUrl);
      if (body.status === "ready") return;
      const { body: asked } = await wire.get(`/api/poll-repl/${call.pause}`);
      if (asked.eval_id) {
        const { eval_id, session_id, pause_id, expr } = asked;
        const result = evaluate(String(expr));
        await wire.post("/api/call/repl-result", { eval_id, session_id, pause_id, result, stdout: "" });
      }
      await Bun.sleep(100);
    }
  }

  test("answers within 300 ms, with a client of the contract; the session goes on", async () => {
    const call = await wire.paused({ args: [dillItem(pickle.int(5))] });
    const over = pollingDebuggee(call, (expr) => `<${expr}>`);
    const times: number[] = [];
    const sessions = new Set<unknown>();
    for (let turn = 0; turn < 5; turn++) {
      const began = performance.now();
      const answer = await agent.use("breakpoint_repl_eval", { pause_id: call.pause, expr: `args[${turn}]` });
      times.push(performance.now() - began);
      sessions.add(answer.session_id);
      expect(answer.output).toBe(`<args[${turn}]>`);
    }
    expect(Math.min(...times)).toBeLessThan(300);
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(300);
    expect(sessions.size).toBe(1);
    const { body } = await wire.get(`/api/repl/${[...sessions][0]}`);
    expect(body.session).toMatchObject({
      transcript: expect.arrayContaining([
        expect.objectContaining({ evaluated_by: { kind: "agent", name: "test-agent" } }),
      ]),
    });
    await wire.resume(call.pause);
    await over;
  });

  test("long output is cut, and says so", async () => {
    const call = await wire.paused();
    const over = pollingDebuggee(call, () => "z".repeat(60_000));
    const answer = await agent.call("breakpoint_repl_eval", { pause_id: call.pause, expr: "all" });
    expect(answer.text.length).toBeLessThan(12_000);
    expect(answer.data.cut).toEqual([{ at: "output", was: expect.stringContaining("60,000 characters") }]);
    await wire.resume(call.pause);
    await over;
    expect(await agent.refusal("breakpoint_repl_eval", { expr: "1" })).toContain("pause_id");
  });
});

describe("who may come in", () => {
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  };
  const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const send = (headers: Record<string, string>, body: unknown = initialize) =>
    fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: { ...HEADERS, ...headers },
      body: JSON.stringify(body),
    });

  test.each<[Record<string, string>, number, string]>([
    [{ origin: "https://evil.example" }, 403, "forbidden_origin"],
    [{ origin: "http://localhost:3000" }, 403, "forbidden_origin"],
    [{ origin: "null" }, 403, "forbidden_origin"],
    [{ host: "evil.example" }, 403, "forbidden_host"],
    [{ "content-type": "text/plain" }, 415, "unsupported_media_type"],
  ])("%j is refused", async (headers, status, error) => {
    const answer = await send(headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });

  test("the page's own origin, and programs without one, are welcome", async () => {
    for (const headers of [{}, { origin: server.url }] as Record<string, string>[]) {
      const answer = await send(headers);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });

  test("what is no protocol is refused as JSON-RPC, and older revisions are agreed on", async () => {
    expect((await send({}, { hello: 1 })).status).toBe(400);
    expect((await send({ "mcp-session-id": "unknown" })).status).toBe(404);
    const noBody = await fetch(`${server.url}/mcp`, { method: "POST", headers: HEADERS });
    expect(noBody.status).toBe(400);
    for (const protocolVersion of ["2025-06-18", "2025-03-26", "2024-11-05"]) {
      const answer = await send({}, { ...initialize, params: { ...initialize.params, protocolVersion } });
      expect(await answer.text()).toContain(`"protocolVersion":"${protocolVersion}"`);
    }
  });

  test("sessions of older revisions end, and there are not too many", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 70; count++) {
      const answer = await send({});
      ids.push(answer.headers.get("mcp-session-id") ?? "");
      await answer.body?.cancel();
    }
    const ping = { jsonrpc: "2.0", id: 2, method: "ping" };
    expect((await send({ "mcp-session-id": ids[0] ?? "" }, ping)).status).toBe(404);
    const last = { "mcp-session-id": ids.at(-1) ?? "" };
    expect((await send(last, ping)).status).toBe(200);
    const ended = await fetch(`${server.url}/mcp`, { method: "DELETE", headers: { ...HEADERS, ...last } });
    expect(ended.status).toBe(200);
    expect((await send(last, ping)).status).toBe(404);
  });
});
