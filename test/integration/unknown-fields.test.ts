/** Every path that writes: a field that nobody knows is refused and named, but where the contract with clients only grows. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await send("POST /api/rules", { id: "1", function: "f" });
});
afterAll(() => server.stop());

/** What clients of the contract send to: they may know more fields than this server. */
const GROWING = [
  "POST /api/behavior",
  "POST /api/breakpoints",
  "POST /api/breakpoints/{name}/after_behavior",
  "POST /api/breakpoints/{name}/behavior",
  "POST /api/breakpoints/{name}/replacement",
  "POST /api/call/complete",
  "POST /api/call/event",
  "POST /api/call/last",
  "POST /api/call/repl-result",
  "POST /api/call/start",
  "POST /api/functions",
  "POST /api/paused/{id}/continue",
  "POST /api/repl/start",
  "POST /api/repl/{session}/eval",
  "POST /api/report-com-error",
];

/** What has no body. */
const BARE = [
  "POST /api/repl/{session}/close",
  "DELETE /api/breakpoints/{name}",
  "DELETE /api/rules/{id}",
  "DELETE /api/sessions/{id}",
];

/** A body that is right, for every other path, and a slip of the fingers in it. */
const CLOSED: Record<string, { body: object; slip: object; hint: RegExp }> = {
  "POST /api/agents/policy": {
    body: { policy: "allow" },
    slip: { functon_name: "f" },
    hint: /function_name\?/,
  },
  "POST /api/calls/{id}/pin": { body: { pinned: true }, slip: { pined: true }, hint: /pinned\?/ },
  "POST /api/demo": { body: {}, slip: { fast: true }, hint: /send \{\}/ },
  "POST /api/flow": { body: { mute: false }, slip: { pause_nxt: true }, hint: /pause_next\?/ },
  "POST /api/paused/{id}/hold": { body: {}, slip: { relase: true }, hint: /release\?/ },
  "POST /api/proposals": {
    body: { pause_id: "x", proposed: { kind: "evaluate", expr: "1" } },
    slip: { notes: "" },
    hint: /note\?/,
  },
  "POST /api/proposals/{id}/accept": { body: {}, slip: { propose: {} }, hint: /proposed\?/ },
  "POST /api/proposals/{id}/reject": { body: {}, slip: { because: "" }, hint: /there are reason/ },
  "PATCH /api/record": {
    body: {},
    slip: { retention: { max_age: 3 } },
    hint: /"max_age\\"; did you mean max_age_days\?/,
  },
  "POST /api/rules": { body: { function: "f" }, slip: { conditon: "true" }, hint: /condition\?/ },
  "POST /api/rules/check": { body: {}, slip: { conditon: "true" }, hint: /condition\?/ },
  "POST /api/rules/import": {
    body: { format: "cideldill-rules", version: 1 },
    slip: { rule: [] },
    hint: /rules\?/,
  },
  "POST /api/rules/preview": { body: { function: "f" }, slip: { conditon: "true" }, hint: /condition\?/ },
  "PATCH /api/rules/{id}": { body: {}, slip: { conditon: "true" }, hint: /condition\?/ },
  "PATCH /api/sessions/{id}": { body: {}, slip: { lable: "x" }, hint: /label\?/ },
  "POST /api/sessions/prune": { body: {}, slip: { older_than: 7 }, hint: /older_than_days\?/ },
};

const send = async (path: string, body: object) => {
  const [method = "", where = ""] = path.split(" ");
  const response = await fetch(server.url + where.replace(/\{\w+\}/g, "1"), {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { error?: string; message?: string };
};

test("every path that writes is one of these", async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const writing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).flatMap((method) => (method === "get" ? [] : `${method.toUpperCase()} ${path}`)),
  );
  expect(writing.sort()).toEqual([...GROWING, ...BARE, ...Object.keys(CLOSED)].sort());
});

for (const [path, { body, slip, hint }] of Object.entries(CLOSED))
  test(path, async () => {
    const refused = await send(path, { ...body, ...slip });
    expect(refused.error).toMatch(/^invalid_(request|rule)$/);
    expect(JSON.stringify(refused)).toMatch(hint);
    const { error } = await send(path, body);
    expect(error ?? "").not.toMatch(/^invalid_/);
  });

test("of alternatives, what is wrong within the one that was meant is named", async () => {
  const proposed = (one: unknown) => send("POST /api/proposals", { pause_id: "x", proposed: one });
  expect((await proposed({ kind: "evaluate" })).message).toContain("proposed.expr is missing");
  expect((await proposed({ kind: "evalute", expr: "1" })).message).toContain(
    'proposed.kind is "evalute"; it must be one of "release", "evaluate"',
  );
  expect((await send("POST /api/flow", { resume_all: { function: 5 } })).message).toContain(
    "resume_all.function is 5",
  );
});

test("a breakpoint or a rule on a name that nothing has hints at the one that may be meant", async () => {
  await send("POST /api/functions", { function_name: "shop.charge" });
  const hint = "No program has it yet; did you mean shop.charge?";
  expect(await send("POST /api/breakpoints", { function_name: "shop.chrage" })).toMatchObject({ hint });
  expect(await send("POST /api/rules", { function: "shop.chrage" })).toMatchObject({ hint });
  for (const name of ["shop.charge", "charge", "elsewhere.entirely"])
    expect(await send("POST /api/breakpoints", { function_name: name })).not.toHaveProperty("hint");
});
