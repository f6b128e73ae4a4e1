/** Evaluating at a paused call: the server relays, each expression once, and refuses what fits nowhere. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  dillItem,
  type Fields,
  freshName,
  jsonItem,
  pickle,
  until,
  WireClient,
} from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

async function session(fields: Fields = {}) {
  const call = await client.paused(fields);
  const { body } = await client.post("/api/repl/start", { pause_id: call.pause });
  return { ...call, id: String(body.session_id) };
}

/** Queues an expression and fetches it as the debuggee does. */
async function evaluating(of: { id: string; pause: string }, expr = "1") {
  const result = client.post(`/api/repl/${of.id}/eval`, { expr });
  let taken: Fields = {};
  await until("the evaluation is queued", async () => {
    taken = (await client.get(`/api/poll-repl/${of.pause}`)).body;
    return taken.eval_id !== null;
  });
  return { result, taken };
}

const report = (taken: Fields, fields: Fields) =>
  client.post("/api/call/repl-result", { ...taken, ...fields });

describe("an evaluation", () => {
  test("is handed out once, in the order asked", async () => {
    const repl = await session();
    const nothing = await client.get(`/api/poll-repl/${repl.pause}`);
    expect(nothing).toMatchObject({ status: 200, body: { eval_id: null } });
    const first = await evaluating(repl, "first");
    expect((await client.get(`/api/poll-repl/${repl.pause}`)).body).toEqual({ eval_id: null });
    const second = await evaluating(repl, "second");
    expect([first.taken.expr, second.taken.expr]).toEqual(["first", "second"]);
    await report(second.taken, { result: "b" });
    await report(first.taken, { result: "a" });
    expect((await first.result).body.output).toBe("a");
    expect((await second.result).body.output).toBe("b");
  });

  test.each<[string, Fields, Fields]>([
    ["text and what it printed", { result: "42", stdout: "hi\n" }, { output: "42", stdout: "hi\n" }],
    ["nothing", { result: null }, { output: "", stdout: "" }],
    ["an error as text", { error: "NameError: x" }, { output: "NameError: x", is_error: true }],
    [
      "an error as an object",
      { error: { name: "TypeError", message: "no" } },
      { output: "TypeError: no", is_error: true },
    ],
    ["an error of another shape", { error: { code: 5 } }, { output: '{"code":5}', is_error: true }],
    ["a value that is no text", { result: { a: [1] } }, { output: '{"a":[1]}' }],
  ])("ends with %s", async (_, reported, expected) => {
    const { result, taken } = await evaluating(await session());
    expect(await report(taken, reported)).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await result).toMatchObject({
      status: 200,
      body: { stdout: "", is_error: false, result_cid: null, ...expected },
    });
  });

  test("may end with a payload, in either format, which is then held", async () => {
    const dill = dillItem(pickle.str("pickled"));
    const first = await evaluating(await session());
    await report(first.taken, { result_cid: dill.cid, result_data: dill.data });
    expect((await first.result).body).toMatchObject({ output: "pickled", result_cid: dill.cid });
    const json = jsonItem({ a: 1 });
    const second = await evaluating(await session());
    await report(second.taken, {
      result: "shown as this",
      result_cid: json.cid,
      result_data: json.data,
      result_serialization_format: "json",
    });
    expect((await second.result).body).toMatchObject({ output: "shown as this", result_cid: json.cid });
    expect((await client.start({ args: [{ cid: json.cid }] })).status).toBe(200);
  });

  test("a result with a wrong CID is refused, and can be sent right", async () => {
    const { result, taken } = await evaluating(await session());
    const wrong = await report(taken, {
      result_cid: jsonItem(1).cid,
      result_data: dillItem(pickle.none).data,
    });
    expect(wrong).toMatchObject({ status: 400, body: { error: "cid_mismatch" } });
    await report(taken, { result: "right" });
    expect((await result).body.output).toBe("right");
  });
});

describe("refusals", () => {
  test("of results", async () => {
    const repl = await session();
    const { taken, result } = await evaluating(repl);
    const errorOf = async (fields: Fields) => {
      const { status, body } = await client.post("/api/call/repl-result", fields);
      return [status, body.error];
    };
    expect(await errorOf({})).toEqual([400, "missing_fields"]);
    expect(await errorOf({ eval_id: taken.eval_id })).toEqual([400, "missing_fields"]);
    expect(await errorOf({ session_id: repl.id })).toEqual([400, "missing_fields"]);
    expect(await errorOf({ ...taken, eval_id: "unknown" })).toEqual([404, "eval_not_found"]);
    expect(await errorOf({ ...taken, session_id: "unknown" })).toEqual([404, "session_not_found"]);
    const other = await session();
    expect(await errorOf({ ...taken, session_id: other.id })).toEqual([404, "eval_not_found"]);
    await report(taken, { result: "1" });
    expect(await errorOf({ ...taken, result: "twice" })).toEqual([404, "eval_not_found"]);
    expect((await result).body.output).toBe("1");
    await client.post(`/api/repl/${repl.id}/close`, {});
    expect(await errorOf({ ...taken, result: "closed" })).toEqual([409, "session_closed"]);
  });

  test("of sessions and evaluations", async () => {
    expect(await client.post("/api/repl/start", { pause_id: "nobody" })).toMatchObject({
      status: 404,
      body: { error: "pause_not_found" },
    });
    expect(await client.post("/api/repl/start", {})).toMatchObject({
      status: 400,
      body: { error: "invalid_request" },
    });
    const call = await client.paused();
    await client.resume(call.pause);
    expect((await client.post("/api/repl/start", { pause_id: call.pause })).status).toBe(409);
    expect(await client.post("/api/repl/nobody/eval", { expr: "1" })).toMatchObject({
      status: 404,
      body: { error: "session_not_found" },
    });
    expect((await client.post("/api/repl/nobody/close", {})).body.error).toBe("session_not_found");
    expect((await client.get("/api/repl/nobody")).body.error).toBe("session_not_found");
    expect((await client.get("/api/poll-repl/nobody")).body.error).toBe("pause_not_found");
    const repl = await session();
    expect((await client.post(`/api/repl/${repl.id}/eval`, {})).body.error).toBe("invalid_request");
    expect((await client.post(`/api/repl/${repl.id}/eval`, { expr: 5 })).body.error).toBe("invalid_request");
  });
});

describe("a session", () => {
  test("is named after its process, listed with its pause, and closed when the call goes on", async () => {
    const repl = await session();
    expect(repl.id).toMatch(new RegExp(`^${process.pid}-\\d+\\.\\d{6}$`));
    const listed = (await client.listPaused()).find(({ id }) => id === repl.pause);
    expect(listed?.repl_sessions).toEqual([repl.id]);
    const { result } = await evaluating(repl, "never answered");
    await client.resume(repl.pause);
    expect(await result).toMatchObject({ status: 409, body: { error: "session_closed" } });
    expect((await client.get(`/api/repl/${repl.id}`)).body.session).toMatchObject({ status: "closed" });
    expect(await client.post(`/api/repl/${repl.id}/eval`, { expr: "1" })).toMatchObject({
      status: 409,
      body: { error: "session_closed" },
    });
  });

  test("closes by hand, with or without a body, and twice", async () => {
    const repl = await session();
    const headers = { "content-type": "application/json" };
    const path = `/api/repl/${repl.id}/close`;
    expect((await client.send("POST", path, undefined, headers)).body).toEqual({ status: "ok" });
    expect((await client.post(path, {})).body).toEqual({ status: "ok" });
  });

  test("keeps its transcript", async () => {
    const repl = await session();
    const { taken, result } = await evaluating(repl, "2 * 21");
    await report(taken, { result: "42", stdout: "printed" });
    await result;
    expect((await client.get(`/api/repl/${repl.id}`)).body).toEqual({
      session: {
        session_id: repl.id,
        pause_id: repl.pause,
        call_id: repl.callId,
        function_name: repl.name,
        process_key: `1700000000.250000+${process.pid}`,
        status: "active",
        started_at: expect.any(Number),
        closed_at: null,
        transcript: [
          {
            eval_id: taken.eval_id,
            expr: "2 * 21",
            output: "42",
            stdout: "printed",
            is_error: false,
            result_cid: null,
            evaluated_by: { kind: "script" },
            started_at: expect.any(Number),
            completed_at: expect.any(Number),
          },
        ],
      },
    });
  });

  test("is found by text, status and time", async () => {
    const name = freshName("searched");
    const [open, closed] = [await session({ method_name: name }), await session({ method_name: name })];
    await client.post(`/api/repl/${closed.id}/close`, {});
    const find = async (query: string) => {
      const { body } = await client.get(`/api/repl/sessions?search=${name.toUpperCase()}&${query}`);
      return (body.sessions as { session_id: string }[]).map(({ session_id }) => session_id);
    };
    expect(await find("")).toEqual([open.id, closed.id]);
    expect(await find("status=active")).toEqual([open.id]);
    expect(await find("status=closed")).toEqual([closed.id]);
    expect(await find(`pause_id=${open.pause}`)).toEqual([open.id]);
    expect(await find("pause_id=another")).toEqual([]);
    expect(await find("from=1&to=4000000000.5")).toHaveLength(2);
    expect(await find("from=4000000000")).toEqual([]);
    expect(await find("to=1")).toEqual([]);
    expect((await client.get("/api/repl/sessions?status=sleepy")).body.error).toBe("invalid_request");
    expect((await client.get("/api/repl/sessions?from=yesterday")).body.error).toBe("invalid_request");
  });
});
