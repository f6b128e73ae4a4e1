/** Events, completions and errors as clients of every age send them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { dillItem, type Fields, freshName, jsonItem, pickle, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

describe("events", () => {
  const event = (fields: Fields) =>
    client.post("/api/call/event", {
      status: "registered",
      timestamp: 1700000005.5,
      call_site: { timestamp: 1700000005.5, stack_trace: [] },
      ...client.identity,
      ...fields,
    });

  test("a registration as the Python client announces it", async () => {
    const name = freshName("with_debug.register");
    const result = { event: "with_debug_registration", function_name: "f", alias: null };
    const answer = await event({
      method_name: name,
      pretty_args: [],
      pretty_kwargs: {},
      pretty_result: result,
    });
    expect(answer).toMatchObject({ status: 200, body: { status: "ok", call_id: expect.any(String) } });
    expect(await client.history(name)).toMatchObject([
      {
        id: answer.body.call_id,
        completed_at: 1700000005.5,
        call_data: { status: "registered", pretty_args: [], pretty_kwargs: {}, pretty_result: result },
      },
    ]);
  });

  test("never pauses, even at a breakpoint", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    expect((await event({ method_name: name })).body).not.toHaveProperty("action");
    expect(await client.listPaused()).toEqual([]);
  });

  test("a value that could not be pickled comes with its placeholder, which is kept", async () => {
    const name = freshName("pickle_error");
    const placeholder = dillItem(pickle.str("placeholder"));
    await event({
      method_name: name,
      status: "serialization_error",
      exception: { object_type: "socket", error: "cannot pickle" },
      exception_cid: placeholder.cid,
      exception_data: placeholder.data,
    });
    expect(await client.history(name)).toMatchObject([
      {
        call_data: {
          status: "serialization_error",
          exception: { object_type: "socket", error: "cannot pickle" },
          exception_cid: placeholder.cid,
        },
      },
    ]);
  });

  test("results and exceptions are payloads", async () => {
    const name = freshName();
    const result = dillItem(pickle.int(3));
    await event({ method_name: name, status: "success", result_cid: result.cid, result_data: result.data });
    expect(await client.history(name)).toMatchObject([
      { call_data: { pretty_result: 3, result_cid: result.cid } },
    ]);
  });

  test("refusals", async () => {
    const error = async (fields: Fields) => (await event(fields)).body.error;
    expect(await error({})).toBe("invalid_request");
    expect(await error({ method_name: "f", status: "" })).toBe("invalid_request");
    expect(await error({ method_name: "f", process_pid: null })).toBe("missing_process_identity");
    expect(await error({ method_name: "f", result_cid: jsonItem("unheld").cid })).toBe("cid_not_found");
  });
});

describe("completions", () => {
  test("of a call that a restarted server never saw do not stop the program, and are shown", async () => {
    const id = "1600000000.000000-001";
    expect(await client.complete(id)).toMatchObject({ status: 200, body: { status: "ok" } });
    const { body } = await client.get("/api/com-errors");
    expect((body.errors as Fields[]).at(-1)).toMatchObject({ kind: "unknown_call", call_id: id });
  });

  test("need a call and an outcome", async () => {
    const { body } = await client.start({});
    expect((await client.post("/api/call/complete", { status: "success" })).body.error).toBe(
      "invalid_request",
    );
    expect((await client.complete("")).body.error).toBe("invalid_request");
    expect((await client.complete(body.call_id, { status: "maybe" })).body.error).toBe("invalid_request");
    expect((await client.complete(body.call_id, { result_cid: 5 })).body.error).toBe("invalid_payload");
    expect((await client.complete(body.call_id)).status).toBe(200);
  });

  test("may be repeated", async () => {
    const name = freshName();
    const { body } = await client.start({ method_name: name });
    expect((await client.complete(body.call_id)).body).toEqual({ status: "ok" });
    expect((await client.complete(body.call_id)).body).toEqual({ status: "ok" });
    expect(await client.history(name)).toHaveLength(1);
  });
});

describe("an old browser client", () => {
  const page = { process_pid: 0, process_start_time: 1699999990.125, page_url: "http://localhost:3000/" };
  const call = (name: string, fields: Fields = {}) => ({
    method_name: name,
    target: { ...jsonItem({ name, length: 1 }), client_ref: 1 },
    args: [{ ...jsonItem("x"), client_ref: 2 }],
    kwargs: {},
    call_site: { timestamp: 1700000000.5, page_url: page.page_url, stack_trace: [] },
    preferred_format: "json",
    ...page,
    ...fields,
  });

  test("registers with an arity, pauses, modifies, and completes without times or identity", async () => {
    const name = freshName();
    const source = jsonItem({ name, signature: 1, source: "x => x" });
    const registered = await client.post("/api/functions", {
      function_name: name,
      signature: 1,
      function_cid: source.cid,
      function_data: source.data,
      function_serialization_format: "json",
    });
    expect(registered.body).toEqual({ status: "ok", function_name: name, signature: 1 });
    await client.post("/api/breakpoints", { function_name: name });
    const { body: action } = await client.post("/api/call/start", call(name));
    expect(action.action).toBe("poll");
    const [paused] = await client.listPaused();
    expect(paused?.call_data).toMatchObject({
      page_url: page.page_url,
      process_pid: 0,
      process_key: "1699999990.125000+0",
      call_site: { page_url: page.page_url },
    });
    await client.resume(paused?.id ?? "", {
      action: "modify",
      modified_args: ["y", { cid: jsonItem("x").cid }],
    });
    // It keeps no objects: what it is to use has to come with data, and it reads items of format json only.
    expect((await client.get(String(action.poll_url))).body).toMatchObject({
      action: { action: "modify", modified_args: [jsonItem("y"), jsonItem("x")] },
    });
    const result = jsonItem("done");
    const completion = {
      call_id: action.call_id,
      status: "success",
      result_cid: result.cid,
      result_data: result.data,
      result_serialization_format: "json",
    };
    expect((await client.post("/api/call/complete", completion)).body).toEqual({ status: "ok" });
    expect(await client.history(name)).toMatchObject([
      { completed_at: expect.any(Number), call_data: { pretty_result: "done", page_url: page.page_url } },
    ]);
  });

  test("says what was thrown in the value alone", async () => {
    const name = freshName();
    const { body: action } = await client.post("/api/call/start", call(name));
    const error = jsonItem({ name: "TypeError", message: "x is not a function" });
    await client.post("/api/call/complete", {
      call_id: action.call_id,
      status: "exception",
      exception_cid: error.cid,
      exception_data: error.data,
      exception_serialization_format: "json",
    });
    expect(await client.history(name)).toMatchObject([
      {
        call_data: {
          status: "exception",
          exception: { type: "TypeError", message: "x is not a function" },
          exception_cid: error.cid,
        },
      },
    ]);
  });

  test("sends a value once, and then only its CID", async () => {
    const name = freshName();
    const value = jsonItem(["sent once", name]);
    expect((await client.post("/api/call/start", call(name, { args: [value] }))).status).toBe(200);
    const { data: _, ...again } = value;
    expect((await client.post("/api/call/start", call(name, { args: [again] }))).status).toBe(200);
  });
});

describe("communication errors", () => {
  test("any object is kept, with the time when it has none", async () => {
    const error = {
      summary: "Debug server request failed",
      method: "POST",
      nested: { a: [1] },
      timestamp: 5,
    };
    expect((await client.post("/api/report-com-error", error)).body).toEqual({ status: "ok" });
    await client.post("/api/report-com-error", {});
    const { body } = await client.get("/api/com-errors");
    expect((body.errors as Fields[]).slice(-2)).toEqual([error, { timestamp: expect.any(Number) }]);
  });

  test.each([["[1]"], ["5"], ['"text"'], ["null"], [""], ["{"]])("%p is no object", async (body) => {
    const headers = { "content-type": "application/json" };
    expect((await client.send("POST", "/api/report-com-error", body, headers)).status).toBe(400);
  });

  test("the last 500 are kept, within bounds", async () => {
    await using fresh = await startTestServer();
    const other = new WireClient(fresh.url);
    const huge = { payload: { args: ["x".repeat(1_000_000)] }, note: "y".repeat(1_000_000) };
    for (let index = 0; index < 510; index++)
      await other.post("/api/report-com-error", index === 505 ? { index, ...huge } : { index });
    const text = JSON.stringify((await other.get("/api/com-errors")).body);
    const { errors } = JSON.parse(text) as { errors: Fields[] };
    expect(errors.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, index) => index + 10));
    expect(text.length).toBeLessThan(200_000);
    expect(String(errors[495]?.note)).toEndWith("(1000000 characters)");
  });
});
