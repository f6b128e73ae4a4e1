/** When a call pauses: a breakpoint's own behavior, the global one, before and after, returned or thrown. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { freshName, jsonItem, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

type Global = "stop" | "go" | "exception" | "stop_exception";
const GLOBALS: readonly Global[] = ["stop", "go", "exception", "stop_exception"];

/** Under which global behaviors a call pauses before it runs. */
const BEFORE: Record<string, readonly Global[]> = {
  stop: GLOBALS,
  go: [],
  yield: ["stop", "stop_exception"],
};

/** Under which global behaviors a call pauses after it returned, and after it threw. */
const AFTER: Record<string, { success: readonly Global[]; exception: readonly Global[] }> = {
  stop: { success: GLOBALS, exception: GLOBALS },
  go: { success: [], exception: [] },
  yield: { success: [], exception: ["exception", "stop_exception"] },
  exception: { success: [], exception: GLOBALS },
  stop_exception: { success: GLOBALS, exception: GLOBALS },
};

const setGlobal = (behavior: string) => client.post("/api/behavior", { behavior });
const pauses = (body: Record<string, unknown>) => body.action === "poll";

describe.each(GLOBALS.map((global) => [global] as const))("global behavior %s", (global) => {
  test.each(Object.keys(BEFORE).map((own) => [own] as const))(
    "before a call, own behavior %s",
    async (own) => {
      await setGlobal(global);
      const name = freshName();
      await client.post("/api/breakpoints", { function_name: name, behavior: own });
      const { body } = await client.start({ method_name: name });
      expect(pauses(body)).toBe(BEFORE[own]?.includes(global) ?? false);
    },
  );

  test.each(Object.keys(AFTER).flatMap((own) => [[own, "success"] as const, [own, "exception"] as const]))(
    "after a call, own behavior %s, which ended with %s",
    async (own, status) => {
      await setGlobal(global);
      const name = freshName();
      await client.post("/api/breakpoints", { function_name: name, behavior: "go" });
      await client.post(`/api/breakpoints/${name}/after_behavior`, { behavior: own });
      const { body } = await client.start({ method_name: name });
      expect(body.action).toBe("continue");
      const { body: answer } = await client.complete(body.call_id, { status });
      const expected = AFTER[own]?.[status].includes(global) ?? false;
      expect(answer).toEqual(
        expected
          ? {
              call_id: body.call_id,
              action: "poll",
              poll_interval_ms: expect.any(Number),
              poll_url: expect.stringContaining("/api/poll/"),
              timeout_ms: expect.any(Number),
            }
          : { status: "ok" },
      );
    },
  );
});

test("without a breakpoint nothing pauses, whatever the global behavior", async () => {
  for (const global of GLOBALS) {
    await setGlobal(global);
    const { body } = await client.start({ method_name: freshName() });
    expect(body.action).toBe("continue");
    expect((await client.complete(body.call_id, { status: "exception" })).body).toEqual({ status: "ok" });
  }
});

test("the global behavior: stop at first, continue is go, nothing else is taken", async () => {
  await using fresh = await startTestServer();
  const other = new WireClient(fresh.url);
  expect((await other.get("/api/behavior")).body).toEqual({ behavior: "stop" });
  expect((await other.post("/api/behavior", { behavior: "continue" })).body).toMatchObject({
    behavior: "go",
  });
  expect((await other.get("/api/behavior")).body).toEqual({ behavior: "go" });
  expect(await other.post("/api/behavior", { behavior: "yield" })).toMatchObject({
    status: 400,
    body: { error: "invalid_request", message: expect.stringContaining('"stop_exception"') },
  });
  expect((await other.get("/api/behavior")).body).toEqual({ behavior: "go" });
});

describe("a pause after the call", () => {
  const after = async (fields: Record<string, unknown>) => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "go" });
    await client.post(`/api/breakpoints/${name}/after_behavior`, { behavior: "stop" });
    const { body } = await client.start({ method_name: name, args: [jsonItem("in")] });
    const { body: answer } = await client.complete(body.call_id, fields);
    const pollUrl = String(answer.poll_url);
    return { name, pollUrl, pause: pollUrl.replace("/api/poll/", ""), callId: body.call_id };
  };
  const result = jsonItem({ out: 1 });
  const returned = {
    result_cid: result.cid,
    result_data: result.data,
    result_serialization_format: "json",
  };
  const listed = async (id: string) => (await client.listPaused()).find((pause) => pause.id === id);

  test("shows the result", async () => {
    const call = await after(returned);
    expect((await listed(call.pause))?.call_data).toMatchObject({
      pause_when: "after",
      accepts: ["continue"],
      pause_reason: "breakpoint",
      status: "success",
      pretty_args: ["in"],
      pretty_result: { out: 1 },
    });
    await client.resume(call.pause);
  });

  test("shows the exception", async () => {
    const call = await after({
      status: "exception",
      exception_type: "ValueError",
      exception_message: "too small",
      exception_traceback: "Traceback ...",
    });
    const shown = (await listed(call.pause))?.call_data;
    expect(shown).toMatchObject({
      pause_reason: "exception",
      status: "exception",
      exception: { type: "ValueError", message: "too small", traceback: "Traceback ..." },
    });
    expect(shown).not.toHaveProperty("pretty_result");
    await client.resume(call.pause);
  });

  test.each([
    [{ action: "skip", fake_result: 1 }],
    [{ action: "raise", exception_type: "E" }],
    [{ action: "modify", modified_args: [] }],
    [{ fake_result: null }],
  ])("takes only continue: %j is a conflict with a reason, and it stays paused", async (decision) => {
    const call = await after(returned);
    const refused = await client.resume(call.pause, decision);
    expect(refused).toMatchObject({
      status: 409,
      body: { error: "action_not_supported", message: expect.stringContaining("already run") },
    });
    expect(await listed(call.pause)).toBeDefined();
    expect((await client.resume(call.pause, { action: "continue" })).status).toBe(200);
    expect((await client.get(call.pollUrl)).body).toEqual({
      status: "ready",
      action: { action: "continue" },
    });
    expect((await client.resume(call.pause)).body.error).toBe("pause_already_resumed");
  });

  test("takes no replacement either, neither asked for nor set on the breakpoint", async () => {
    const other = freshName("other");
    await client.post("/api/functions", { function_name: other });
    const call = await after(returned);
    expect((await client.resume(call.pause, { replacement_function: other })).body.error).toBe(
      "action_not_supported",
    );
    await client.post(`/api/breakpoints/${call.name}/replacement`, { replacement_function: other });
    await client.resume(call.pause);
    expect((await client.get(call.pollUrl)).body).toMatchObject({ action: { action: "continue" } });
  });

  test("a completion that is reported twice, its answer lost, pauses once and is recorded once", async () => {
    const call = await after(returned);
    const again = await client.complete(call.callId, returned);
    expect(again.body.poll_url).toBe(call.pollUrl);
    expect(
      (await client.listPaused()).filter(({ call_data }) => call_data.call_id === call.callId),
    ).toHaveLength(1);
    expect(await client.history(call.name)).toHaveLength(1);
    await client.resume(call.pause);
  });

  test("a call may pause before and after", async () => {
    const call = await client.paused();
    await client.post(`/api/breakpoints/${call.name}/after_behavior`, { behavior: "stop" });
    await client.resume(call.pause);
    const { body } = await client.complete(call.callId);
    expect(body.poll_url).not.toBe(call.pollUrl);
    expect((await client.get(call.pollUrl)).status).toBe(404);
    await client.resume(String(body.poll_url).replace("/api/poll/", ""));
    expect((await client.get(String(body.poll_url))).body.status).toBe("ready");
  });
});
