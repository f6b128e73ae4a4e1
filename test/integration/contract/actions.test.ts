/** The six actions, before and after a call, as a debuggee that reads JSON gets them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { bare, freshName, jsonItem, sha512, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

const json = { preferred_format: "json" };

describe("continue", () => {
  test("a call that nobody watches goes on, under an id of the documented shape", async () => {
    const { status, body } = await client.start({ method_name: freshName() });
    expect(status).toBe(200);
    expect(body).toEqual({ call_id: expect.stringMatching(/^\d{10}\.\d{6}-\d{3,}$/), action: "continue" });
    expect((await client.complete(body.call_id)).body).toEqual({ status: "ok" });
  });

  test("ids differ even within one instant", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.start({})));
    expect(new Set(answers.map(({ body }) => body.call_id)).size).toBe(50);
  });

  test("a paused call is told where and how often to ask, and goes on when released", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    const { body } = await client.start({ method_name: name });
    expect(body).toEqual({
      call_id: expect.any(String),
      action: "poll",
      poll_interval_ms: expect.any(Number),
      poll_url: expect.stringMatching(/^\/api\/poll\/[\w-]+$/),
      timeout_ms: expect.any(Number),
    });
    const id = String(body.poll_url).replace("/api/poll/", "");
    expect((await client.resume(id)).body).toEqual({ status: "ok", pause_id: id });
    expect((await client.get(String(body.poll_url))).body).toEqual({
      status: "ready",
      action: { action: "continue" },
    });
  });
});

describe("modify", () => {
  test("plain values are encoded for the client, and an item that only names a CID is kept", async () => {
    const [first, second] = [jsonItem("one"), jsonItem({ two: 2 })];
    const call = await client.paused({ ...json, args: [first, second], kwargs: { flag: jsonItem(true) } });
    const action = await client.released(call, {
      action: "modify",
      modified_args: [bare(first), { three: [3] }, null],
      modified_kwargs: { flag: false, "new key": "é\u{1F600}" },
    });
    expect(action).toEqual({
      action: "modify",
      modified_args: [first, jsonItem({ three: [3] }), jsonItem(null)],
      modified_kwargs: { flag: jsonItem(false), "new key": jsonItem("é\u{1F600}") },
    });
  });

  test("what is not mentioned stays as it was", async () => {
    const kwargs = { a: jsonItem(1) };
    const call = await client.paused({ ...json, args: [jsonItem(0)], kwargs });
    const action = await client.released(call, { action: "modify", modified_args: [9] });
    expect(action).toMatchObject({ modified_args: [jsonItem(9)], modified_kwargs: kwargs });
  });

  test("whole items are passed on untouched", async () => {
    const item = jsonItem([1, { deep: "value" }]);
    const call = await client.paused(json);
    const action = await client.released(call, { action: "modify", modified_args: [item] });
    expect(action.modified_args).toEqual([item]);
  });

  test("without an action, what is sent says what is meant", async () => {
    expect(await client.released(await client.paused(json), { modified_args: [] })).toMatchObject({
      action: "modify",
    });
    expect(await client.released(await client.paused(json), { fake_result: 0 })).toMatchObject({
      action: "skip",
    });
    expect(await client.released(await client.paused(json), { exception_message: "no" })).toMatchObject({
      action: "raise",
    });
  });

  test("a CID that nobody holds is refused, and the call stays paused", async () => {
    const call = await client.paused(json);
    const unknown = jsonItem("never sent");
    const refused = await client.resume(call.pause, { action: "modify", modified_args: [bare(unknown)] });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: "cid_not_found", missing_cids: [unknown.cid] },
    });
    const wrong = { ...unknown, cid: sha512("other") };
    expect(await client.resume(call.pause, { action: "modify", modified_args: [wrong] })).toMatchObject({
      status: 400,
      body: { error: "cid_mismatch", expected_cid: unknown.cid, provided_cid: wrong.cid },
    });
    expect((await client.listPaused()).some(({ id }) => id === call.pause)).toBe(true);
    await client.resume(call.pause);
  });

  test("an item in a format that the client does not read is refused", async () => {
    const call = await client.paused(); // reads dill
    const refused = await client.resume(call.pause, { action: "modify", modified_args: [jsonItem(1)] });
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_serialization_format" } });
    await client.resume(call.pause);
  });
});

describe("skip", () => {
  test.each([[null], [0], [""], [false], ["text"], [{ a: [1, 2] }], [1.5]])(
    "with the result %p",
    async (value) => {
      const action = await client.released(await client.paused(json), { action: "skip", fake_result: value });
      const item = jsonItem(value);
      expect(action).toEqual({
        action: "skip",
        fake_result_data: item.data,
        fake_result_cid: item.cid,
        fake_result_serialization_format: "json",
      });
    },
  );

  test("with nothing said about the result: null", async () => {
    const action = await client.released(await client.paused(json), { action: "skip" });
    expect(action).toMatchObject({ action: "skip", fake_result_data: "null" });
  });

  test("with data in the client's own format", async () => {
    const item = jsonItem({ ready: "made" });
    const action = await client.released(await client.paused(json), {
      action: "skip",
      fake_result_data: item.data,
    });
    expect(action).toMatchObject({ fake_result_data: item.data, fake_result_cid: item.cid });
  });

  test("with data that is no JSON: refused, still paused", async () => {
    const call = await client.paused(json);
    expect(await client.resume(call.pause, { action: "skip", fake_result_data: "{" })).toMatchObject({
      status: 400,
      body: { error: "invalid_json" },
    });
    expect((await client.resume(call.pause)).status).toBe(200);
  });
});

describe("raise and replace", () => {
  test("an exception by name and message", async () => {
    const decision = { action: "raise", exception_type: "TypeError", exception_message: "out of paper" };
    expect(await client.released(await client.paused(), decision)).toEqual(decision);
  });

  test("an exception of no name has one that the client's language knows", async () => {
    const python = await client.released(await client.paused(), { action: "raise" });
    expect(python).toEqual({ action: "raise", exception_type: "Exception", exception_message: "" });
    const browser = await client.released(await client.paused(json), { action: "raise" });
    expect(browser).toMatchObject({ exception_type: "Error" });
  });

  test("another function, for this one call", async () => {
    const other = freshName("other");
    await client.post("/api/functions", { function_name: other });
    const action = await client.released(await client.paused(), { replacement_function: other });
    expect(action).toEqual({ action: "replace", function_name: other });
  });

  test("another function, for every call, with and without a pause", async () => {
    const [name, other] = [freshName(), freshName("other")];
    await client.post("/api/functions", { function_name: other });
    const call = await client.paused({ method_name: name });
    await client.post(`/api/breakpoints/${name}/replacement`, { replacement_function: other });
    expect(await client.released(call, { action: "continue" })).toEqual({
      action: "replace",
      function_name: other,
    });
    await client.post(`/api/breakpoints/${name}/behavior`, { behavior: "go" });
    expect((await client.start({ method_name: name })).body).toMatchObject({
      action: "replace",
      function_name: other,
    });
  });

  test("a replacement that is not registered, or goes with another action, is refused", async () => {
    const call = await client.paused();
    expect(await client.resume(call.pause, { replacement_function: "nobody" })).toMatchObject({
      status: 404,
      body: { error: "function_not_found" },
    });
    expect(await client.resume(call.pause, { action: "skip", replacement_function: "nobody" })).toMatchObject(
      {
        status: 400,
        body: { error: "invalid_request" },
      },
    );
    expect((await client.resume(call.pause)).status).toBe(200);
  });
});

describe("decisions", () => {
  test("the first one stands; the second is a conflict, also after the call completed", async () => {
    const call = await client.paused();
    await client.resume(call.pause, { action: "skip", fake_result: 1 });
    const again = await client.resume(call.pause, { action: "raise" });
    expect(again).toMatchObject({ status: 409, body: { error: "pause_already_resumed" } });
    expect((await client.get(call.pollUrl)).body.action).toMatchObject({ action: "skip" });
    await client.complete(call.callId);
    expect((await client.resume(call.pause)).body.error).toBe("pause_already_resumed");
  });

  test("of a pause that never was: 404", async () => {
    expect(await client.resume("no-such-pause")).toMatchObject({
      status: 404,
      body: { error: "pause_not_found", message: expect.stringContaining("no-such-pause") },
    });
  });

  test.each([
    [{ action: "explode" }],
    [{ modified_args: "x" }],
    [{ modified_kwargs: [] }],
    [{ exception_type: 5 }],
    [{ replacement_function: {} }],
  ])("malformed ones (%j) are refused with the field, and the call stays paused", async (decision) => {
    const call = await client.paused();
    const { status, body } = await client.resume(call.pause, decision);
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_request" });
    expect(body.message).toContain(Object.keys(decision)[0] ?? "");
    expect((await client.resume(call.pause)).status).toBe(200);
  });
});
