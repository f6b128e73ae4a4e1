/** What is told about a paused call, field by field, and how long it is told. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { dillItem, freshName, jsonItem, pickle, until, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

test("every documented field", async () => {
  const [target, arg] = [jsonItem({ self: 1 }), jsonItem("an argument")];
  const site = {
    timestamp: 1700000001.25,
    stack_trace: [
      { filename: "/srv/app.py", lineno: 3, function: "<module>", code_context: "main()" },
      { filename: "/srv/app.py", lineno: 9, function: "main", code_context: null },
    ],
    target_cid: target.cid,
  };
  const before = Date.now() / 1000;
  const call = await client.paused({
    target,
    target_cid: target.cid,
    args: [{ ...arg, client_ref: 12 }],
    kwargs: { flag: jsonItem(true) },
    call_site: site,
    call_type: "inline",
    signature: "(text, *, flag)",
    preferred_format: "json",
    process_pid: 4242,
    process_start_time: 1699999999.5,
    page_url: "http://localhost:3000/shop",
  });
  const [listed] = await client.listPaused();
  expect(listed).toEqual({
    id: call.pause,
    paused_at: expect.any(Number),
    call_data: {
      call_id: call.callId,
      method_name: call.name,
      target,
      args: [arg],
      kwargs: { flag: jsonItem(true) },
      pretty_target: { self: 1 },
      pretty_args: ["an argument"],
      pretty_kwargs: { flag: true },
      signature: "(text, *, flag)",
      call_site: site,
      call_type: "inline",
      process_pid: 4242,
      process_start_time: 1699999999.5,
      process_key: "1699999999.500000+4242",
      page_url: "http://localhost:3000/shop",
      parent_call_id: null,
      preferred_format: "json",
      pause_reason: "breakpoint",
      pause_when: "before",
      pause_cause: "breakpoint",
      rule: null,
      accepts: ["continue", "modify", "skip", "raise", "replace"],
      accepts_pause_after: true,
      decisions: [],
    },
    repl_sessions: [],
  });
  expect(Math.abs((listed?.paused_at ?? 0) - before)).toBeLessThan(60);
  expect((await client.get(`/api/paused/${call.pause}`)).body).toEqual(listed as never);
  await client.resume(call.pause);
  expect(await client.listPaused()).toEqual([]);
  expect((await client.get(`/api/paused/${call.pause}`)).body.error).toBe("pause_already_resumed");
  expect((await client.get("/api/paused/nobody")).body.error).toBe("pause_not_found");
});

test("what a call does not say has a plain default", async () => {
  const call = await client.paused();
  const [listed] = await client.listPaused();
  expect(listed?.call_data).toMatchObject({
    target: null,
    pretty_target: null,
    args: [],
    kwargs: {},
    signature: null,
    page_url: null,
    preferred_format: "dill",
    call_type: "proxy",
  });
  await client.resume(call.pause);
});

test("a call that does not say its signature has that of the function its program made known", async () => {
  const function_name = freshName();
  await client.post("/api/functions", { function_name, signature: "(order, amount)" });
  const { pause } = await client.paused({ method_name: function_name });
  const [listed] = await client.listPaused();
  expect(listed?.call_data.signature).toBe("(order, amount)");
  await client.resume(pause);
});

test("paused calls are listed in the order they paused", async () => {
  const calls = [];
  for (let index = 0; index < 5; index++) calls.push(await client.paused({ args: [jsonItem(index)] }));
  expect((await client.listPaused()).map(({ id }) => id)).toEqual(calls.map(({ pause }) => pause));
  for (const { pause } of calls.reverse()) await client.resume(pause);
});

test("a value that could not be pickled is shown as what it stands for", async () => {
  // A class instance with the attributes the Python client sends in place of what it cannot pickle.
  const attributes = {
    type_name: "Lock",
    module: "_thread",
    repr_text: "<unlocked lock>",
    pickle_error: "no",
  };
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([0x8c, bytes.length]), bytes]);
  };
  const placeholder = Buffer.concat([
    Buffer.from("\x80\x04cserialization_common\nUnpicklablePlaceholder\n)\x81}(", "latin1"),
    ...Object.entries(attributes).flatMap(([key, value]) => [text(key), text(value)]),
    Buffer.from("ub."),
  ]);
  const call = await client.paused({ args: [dillItem(placeholder)] });
  const [listed] = await client.listPaused();
  const shown = JSON.stringify(listed?.call_data.pretty_args);
  expect(shown).toContain("Lock");
  expect(shown).toContain("__unpicklable__");
  await client.resume(call.pause);
});

describe("a call that ends without being released", () => {
  test("is no longer paused, and is in the history", async () => {
    const call = await client.paused();
    await client.complete(call.callId, { status: "exception", exception_type: "KeyboardInterrupt" });
    expect(await client.listPaused()).toEqual([]);
    expect(await client.history(call.name)).toMatchObject([
      { call_data: { status: "exception", exception: { type: "KeyboardInterrupt" } } },
    ]);
    expect((await client.resume(call.pause)).status).toBe(409);
  });

  test("because its page went away: noticed within seconds", async () => {
    const call = await client.paused({ process_pid: 0 });
    const leave = new AbortController();
    const poll = fetch(`${server.url}${call.pollUrl}`, { signal: leave.signal }).catch(() => null);
    await until("the poll is held", () => server.manager.requirePause(call.pause).heldPolls === 1);
    leave.abort();
    await poll;
    await until("it is gone", async () => (await client.listPaused()).length === 0);
    // It was alive after all: it is listed again, and can be released.
    await client.get(`/api/poll-repl/${call.pause}`);
    expect(await client.listPaused()).toHaveLength(1);
    expect((await client.resume(call.pause)).status).toBe(200);
  });
});

test("pickled bytes of any kind never stop the list", async () => {
  const pickles = [
    pickle.system("true"),
    pickle.none,
    Buffer.from("\x80\x05\x95\x02\x00\x00\x00\x00\x00\x00\x00K\x01.", "latin1"),
  ];
  const call = await client.paused({ args: pickles.map(dillItem) });
  const [listed] = await client.listPaused();
  expect(listed?.call_data.pretty_args).toEqual([expect.stringContaining("not run"), null, 1]);
  await client.resume(call.pause);
});
