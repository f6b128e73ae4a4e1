/** Waiting for a release: held, answered at once, the same answer again, let go for an evaluation. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../../src/server/app.ts";
import { createContext } from "../../../src/server/context.ts";
import { BreakpointManager } from "../../../src/server/engine/manager.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Fields, until, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

/** Polls that the server holds right now for a pause. */
const held = (pause: string) => server.manager.requirePause(pause).heldPolls;

/** A poll that is really being held. */
async function holdPoll(call: { pause: string; pollUrl: string }) {
  const before = held(call.pause);
  const answer = client.get(call.pollUrl).then(({ body }) => ({ body, at: performance.now() }));
  await until("the poll is held", () => held(call.pause) > before);
  return { answer };
}

test("a held poll is answered the moment the call is released", async () => {
  const call = await client.paused();
  const { answer } = await holdPoll(call);
  const released = performance.now();
  await client.resume(call.pause);
  const { body, at } = await answer;
  expect(body).toEqual({ status: "ready", action: { action: "continue" } });
  // Held for 20 s otherwise; a sleeping poller would take its interval.
  expect(at - released).toBeLessThan(5_000);
});

test("all polls of one pause are answered", async () => {
  const call = await client.paused();
  const polls = [await holdPoll(call), await holdPoll(call)];
  await client.resume(call.pause, { action: "raise", exception_type: "E" });
  for (const { answer } of polls) expect((await answer).body).toMatchObject({ action: { action: "raise" } });
});

test("asking again gives the same action until the call completes, then 404", async () => {
  const call = await client.paused();
  await client.resume(call.pause, { action: "skip", fake_result: [1, 2] });
  const first = await client.get(call.pollUrl);
  expect(await client.get(call.pollUrl)).toMatchObject({ body: first.body });
  expect(await client.get(call.pollUrl)).toMatchObject({ body: first.body });
  await client.complete(call.callId);
  expect(await client.get(call.pollUrl)).toMatchObject({ status: 404, body: { error: "pause_not_found" } });
});

test("an unknown pause: 404 with its id", async () => {
  expect(await client.get("/api/poll/nobody")).toMatchObject({
    status: 404,
    body: { error: "pause_not_found", message: expect.stringContaining('"nobody"') },
  });
});

test("a poll is let go at once, as waiting, when an evaluation is queued", async () => {
  const call = await client.paused();
  const { answer } = await holdPoll(call);
  const { body: session } = await client.post("/api/repl/start", { pause_id: call.pause });
  const queued = performance.now();
  const result = client.post(`/api/repl/${session.session_id}/eval`, { expr: "1 + 1" });
  const { body, at } = await answer;
  expect(body).toEqual({ status: "waiting" });
  expect(at - queued).toBeLessThan(5_000);
  // As long as it is queued, polls are not held: the client looks for it between them.
  expect((await client.get(call.pollUrl)).body).toEqual({ status: "waiting" });
  const { body: evaluation } = await client.get(`/api/poll-repl/${call.pause}`);
  expect(evaluation).toEqual({
    eval_id: expect.any(String),
    session_id: session.session_id,
    pause_id: call.pause,
    expr: "1 + 1",
  });
  const next = await holdPoll(call);
  await client.post("/api/call/repl-result", { ...evaluation, result: "2", stdout: "" });
  expect((await result).body).toEqual({ output: "2", stdout: "", is_error: false, result_cid: null });
  await client.resume(call.pause);
  expect((await next.answer).body).toMatchObject({ status: "ready" });
});

test("a client that hangs up holds nothing any more", async () => {
  const call = await client.paused();
  const hangUp = new AbortController();
  const poll = fetch(`${server.url}${call.pollUrl}`, { signal: hangUp.signal }).catch(() => "hung up");
  await until("the poll is held", () => held(call.pause) === 1);
  hangUp.abort();
  expect(await poll).toBe("hung up");
  await until("the poll is let go", () => held(call.pause) === 0);
  await client.resume(call.pause);
  expect((await client.get(call.pollUrl)).body.status).toBe("ready");
});

describe("with short times", () => {
  const setup = () => {
    const manager = new BreakpointManager();
    const context = createContext({
      manager,
      db: ":memory:",
      timing: { pollHoldMs: 20, replTimeoutMs: 30 },
    });
    const app = createApp(context);
    const send = async (path: string, body?: Fields) => {
      const init = body && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      };
      const response = await app.handle(
        new Request(`http://localhost${path}`, { ...init, headers: { ...init?.headers, host: "localhost" } }),
      );
      return { status: response.status, body: (await response.json()) as Fields };
    };
    manager.addBreakpoint("fn", { behavior: "stop" });
    const start = async () => {
      const { body } = await send("/api/call/start", {
        method_name: "fn",
        process_pid: 0,
        process_start_time: 1,
      });
      return String(body.poll_url).replace("/api/poll/", "");
    };
    return { send, start, [Symbol.dispose]: () => context.close() };
  };

  test("a poll that nothing happens to ends as waiting", async () => {
    using app = setup();
    const pause = await app.start();
    expect(await app.send(`/api/poll/${pause}`)).toEqual({ status: 200, body: { status: "waiting" } });
  });

  test("an evaluation that the debuggee does not answer: 504 eval_timeout, and the call is still paused", async () => {
    using app = setup();
    const pause = await app.start();
    const { body: session } = await app.send("/api/repl/start", { pause_id: pause });
    const path = `/api/repl/${session.session_id}/eval`;
    const never = await app.send(path, { expr: "fetched by nobody" });
    expect(never).toMatchObject({ status: 504, body: { error: "eval_timeout" } });
    expect((await app.send(`/api/poll-repl/${pause}`)).body).toEqual({ eval_id: null });

    const slow = app.send(path, { expr: "while True: pass" });
    let taken: Fields = {};
    await until("the evaluation is queued", async () => {
      taken = (await app.send(`/api/poll-repl/${pause}`)).body;
      return taken.eval_id !== null;
    });
    expect((await slow).status).toBe(504);
    const late = await app.send("/api/call/repl-result", { ...taken, result: "too late" });
    expect(late).toMatchObject({ status: 404, body: { error: "eval_not_found" } });
    const { body } = await app.send("/api/paused");
    expect(body.paused).toMatchObject([{ id: pause, repl_sessions: [session.session_id] }]);
  });
});

test("case 11: a poll is held for its 20 s, is answered then, and the call waits on", async () => {
  const call = await client.paused();
  const start = performance.now();
  // No client that the contract knows gives up before 30 s, and no time-out of the server's cuts it.
  const { status, body } = await client.get(`/api/poll/${call.pause}`);
  expect({ status, body }).toEqual({ status: 200, body: { status: "waiting" } });
  expect(performance.now() - start).toBeGreaterThan(15_000);
  const again = client.get(`/api/poll/${call.pause}`);
  await client.resume(call.pause);
  expect((await again).body).toEqual({ status: "ready", action: { action: "continue" } });
}, 40_000);
