/** Rules from outside: set over the API, met by a debuggee written by hand from the contract. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import {
  type Fields,
  freshName,
  jsonItem,
  sha512,
  until,
  WireClient,
} from "../contract/support/wire-client.ts";

let server: TestServer;
let client: WireClient;

beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  client = new WireClient(server.url);
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const { id } of await list()) await client.send("DELETE", `/api/rules/${id}`);
  await client.post("/api/flow", {
    resume_all: true,
    mute: false,
    pause_all: false,
    pause_next: false,
    max_pauses_per_second: 1000,
  });
});

const list = async () =>
  (await client.get("/api/rules")).body.rules as { id: string; [field: string]: unknown }[];

async function rule(fields: Fields): Promise<{ id: string; [field: string]: unknown }> {
  const { status, body } = await client.post("/api/rules", fields);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as never;
}
const refusal = async (fields: Fields) => {
  const { status, body } = await client.post("/api/rules", fields);
  expect(status).toBe(400);
  return body as {
    error: string;
    message: string;
    problems?: { field: string; column: number | null; message: string }[];
  };
};
const view = async (id: string) => (await client.get(`/api/rules/${id}`)).body;

/** Starts a call and says what the program is told. */
async function call(name: string, args: unknown[] = [], fields: Fields = {}) {
  const { body } = await client.start({
    method_name: name,
    args: args.map(jsonItem),
    preferred_format: "json",
    ...fields,
  });
  return body as { call_id: string; action: string; poll_url?: string; [field: string]: unknown };
}
const pauseOf = (answer: { poll_url?: string }) => String(answer.poll_url).replace("/api/poll/", "");
const actionOf = async (name: string, args: unknown[] = []) => (await call(name, args)).action;

describe("which calls", () => {
  test("a condition stops just the calls it is about", async () => {
    const name = freshName("charge");
    const { id } = await rule({ function: name, condition: "args[0].amount > 100" });
    expect(await actionOf(name, [{ amount: 50 }])).toBe("continue");
    expect(await actionOf(name, [{ amount: 150 }])).toBe("poll");
    expect(await view(id)).toMatchObject({ hits: 2, matches: 1, acted: 1, state: "active", errors: 0 });
    const [paused] = await client.listPaused();
    expect(paused?.call_data).toMatchObject({ pause_cause: "rule", rule: id, pause_when: "before" });
  });

  test("a name, a glob, a regular expression", async () => {
    const stem = freshName("shop");
    await rule({ function: `${stem}.pay*`, match: "glob", note: "glob" });
    expect(await actionOf(`${stem}.payAll`)).toBe("poll");
    expect(await actionOf(`${stem}.refund`)).toBe("continue");
    const regex = await rule({ function: `^${stem}\\.(refund|void)$`, match: "regex" });
    expect(await actionOf(`${stem}.refund`)).toBe("poll");
    expect(await actionOf(`${stem}.refunds`)).toBe("continue");
    await client.send("PATCH", `/api/rules/${regex.id}`, { match: "name" });
    expect(await actionOf(`${stem}.refund`)).toBe("continue");
  });

  test("a scope: process, page, caller, alias", async () => {
    const alias = freshName("db");
    await rule({ function: "*", match: "glob", scope: { alias } });
    expect(await actionOf(`${alias}.query`)).toBe("poll");
    expect(await actionOf(`x${alias}.query`)).toBe("continue");
    const name = freshName();
    const scoped = async (scope: Fields) => (await rule({ function: name, scope, id: "scoped" })).id;
    await scoped({ caller: "main" });
    expect(await actionOf(name)).toBe("poll");
    await scoped({ caller: "app.py:7" });
    expect(await actionOf(name)).toBe("poll");
    await scoped({ caller: "other" });
    expect(await actionOf(name)).toBe("continue");
    await scoped({ page: "http://localhost:*/shop" });
    expect(await actionOf(name)).toBe("continue");
    expect((await call(name, [], { page_url: "http://localhost:3000/shop", process_pid: 0 })).action).toBe(
      "poll",
    );
    await scoped({ process: String(process.pid) });
    expect(await actionOf(name)).toBe("poll");
  });

  test("counts: the third, every second, once, so often, until a time", async () => {
    const name = freshName();
    const stops = async (fields: Fields, calls: number) => {
      await rule({ function: name, id: "counted", ...fields });
      const actions: string[] = [];
      for (let nth = 1; nth <= calls; nth++) actions.push(await actionOf(name));
      return actions.map((action) => (action === "poll" ? "x" : ".")).join("");
    };
    expect(await stops({ count: "== 3" }, 5)).toBe("..x..");
    expect(await stops({ count: "% 2" }, 6)).toBe(".x.x.x");
    expect(await stops({ count: "> 3" }, 5)).toBe("...xx");
    expect(await stops({ one_shot: true }, 3)).toBe("x..");
    expect(await view("counted")).toMatchObject({ state: "spent", acted: 1 });
    expect(await stops({ ignore_after: 2 }, 4)).toBe("xx..");
    expect(await stops({ condition: "hits > 2" }, 4)).toBe("..xx");
    expect(await stops({ expires_in: 0 }, 2)).toBe("..");
    expect(await view("counted")).toMatchObject({ state: "expired" });
    expect(await stops({ enabled: false }, 2)).toBe("..");
    await client.send("PATCH", "/api/rules/counted", { enabled: true });
    expect(await view("counted")).toMatchObject({ state: "active", hits: 0 });
  });

  test("a value wherever it appears: by CID, or equal", async () => {
    const secret = { token: freshName("token") };
    const text = JSON.stringify(secret);
    const byCid = await rule({ function: "*", match: "glob", when: "any", value: { cid: sha512(text) } });
    const name = freshName();
    expect(await actionOf(name, [1])).toBe("continue");
    expect(await actionOf(name, [1, secret])).toBe("poll");
    await client.send("DELETE", `/api/rules/${byCid.id}`);
    await rule({ function: "*", match: "glob", when: "any", value: { equals: secret.token } });
    expect(await actionOf(name, [{ deep: [{ in: secret }] }])).toBe("poll");
    const passed = await call(name, [2]);
    const ended = await client.complete(passed.call_id, resultOf([secret.token]));
    expect(ended.body.action).toBe("poll");
    expect((await client.listPaused()).at(-1)?.call_data).toMatchObject({
      pause_cause: "value",
      pause_when: "after",
    });
  });
});

const resultOf = (value: unknown): Fields => {
  const item = jsonItem(value);
  return { result_cid: item.cid, result_data: item.data, result_serialization_format: "json" };
};

describe("after the call", () => {
  test("a result, an exception, either", async () => {
    const name = freshName();
    const ended = async (when: string, fields: Fields, condition?: string) => {
      await rule({ id: "late", function: name, when, ...(condition ? { condition } : {}) });
      const { call_id } = await call(name, [1]);
      return (await client.complete(call_id, fields)).body.action ?? "goes on";
    };
    const threw = { status: "exception", exception_type: "ValueError", exception_message: "no" };
    expect(await ended("result", resultOf(1))).toBe("poll");
    expect(await ended("result", threw)).toBe("goes on");
    expect(await ended("exception", threw)).toBe("poll");
    expect(await ended("exception", resultOf(1))).toBe("goes on");
    expect(await ended("after", resultOf(1))).toBe("poll");
    expect(await ended("after", threw)).toBe("poll");
    expect(
      await ended("after", resultOf({ total: 3 }), "result != null && result.total == 3 && args[0] == 1"),
    ).toBe("poll");
    expect(await ended("after", threw, "error != null && error.type == 'ValueError'")).toBe("poll");
    expect(await ended("after", resultOf(1), "duration_ms > 60000.0")).toBe("goes on");
  });

  test("a client of the contract cannot be told another result: it goes on, and the rule says so", async () => {
    const name = freshName();
    const { id } = await rule({ function: name, when: "result", action: { type: "rewrite", result: 2 } });
    const { call_id } = await call(name);
    expect((await client.complete(call_id, resultOf(1))).body).toEqual({ status: "ok" });
    expect(await view(id)).toMatchObject({ errors: 1, acted: 0 });
    expect(String((await view(id)).last_error)).toContain("takes only continue");
  });

  test("pause_after at a pause before the call", async () => {
    const name = freshName();
    await rule({ function: name });
    const started = await call(name);
    const [paused] = await client.listPaused();
    expect(paused?.call_data.accepts_pause_after).toBe(true);
    await client.post("/api/flow", { mute: true });
    expect((await client.resume(pauseOf(started), { pause_after: true })).status).toBe(200);
    const ended = await client.complete(started.call_id, resultOf(5));
    expect(ended.body.action).toBe("poll");
    const [after] = await client.listPaused();
    expect(after?.call_data).toMatchObject({
      pause_cause: "pause_after",
      pause_when: "after",
      accepts: ["continue"],
      accepts_pause_after: false,
    });
    expect(after?.call_data.decisions).toMatchObject([
      { action: "continue", pause_after: true, decided_by: { kind: "script" } },
    ]);
    expect((await client.resume(pauseOf(ended.body as never), { pause_after: true })).status).toBe(409);
    expect((await client.resume(pauseOf(ended.body as never), { call_again: true })).status).toBe(409);
  });
});

describe("what a rule does by itself", () => {
  test("answers, throws, changes arguments, runs another function", async () => {
    const name = freshName();
    const does = async (action: Fields, args: unknown[] = [1, { keep: true }]) => {
      await rule({ id: "acts", function: name, action });
      return call(name, args);
    };
    expect(await does({ type: "skip", result: { ok: true } })).toMatchObject({
      action: "skip",
      fake_result_data: '{"ok":true}',
      fake_result_serialization_format: "json",
    });
    expect(await does({ type: "skip" })).toMatchObject({ action: "skip", fake_result_data: "null" });
    expect(
      await does({ type: "raise", exception_type: "TypeError", exception_message: "by rule" }),
    ).toMatchObject({
      action: "raise",
      exception_type: "TypeError",
      exception_message: "by rule",
    });
    const modified = await does({ type: "modify", args: { "0": 99 } });
    expect(modified).toMatchObject({ action: "modify", modified_kwargs: {} });
    expect(modified.modified_args).toMatchObject([{ data: "99" }, { cid: jsonItem({ keep: true }).cid }]);
    expect((await does({ type: "modify", args: { "7": 99 } })).action).toBe("continue");
    expect(String((await view("acts")).last_error)).toContain("args[7]");
    const other = freshName("other");
    expect((await does({ type: "replace", function_name: other })).action).toBe("replace");
  });

  test("what it decided is kept with the call", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "go" });
    const { id } = await rule({ function: name, action: { type: "modify", args: { "0": 2 } } });
    const { call_id } = await call(name, [1]);
    await client.complete(call_id);
    await until("it is in the history", async () => (await client.history(name)).length > 0);
    const [kept] = await client.history(name);
    expect(kept?.call_data.decisions).toMatchObject([
      {
        action: "modify",
        changed: ["args[0]"],
        decided_by: { kind: "rule", name: id },
        args: [{ cid: jsonItem(2).cid }],
      },
    ]);
  });

  test("logs, and nothing else", async () => {
    const name = freshName();
    const { id } = await rule({
      function: name,
      action: { type: "log", template: "paid {args[0].amount} from {caller.function}" },
    });
    await rule({ function: name, condition: "args[0].amount == 2" });
    expect(await actionOf(name, [{ amount: 1 }])).toBe("continue");
    expect(await actionOf(name, [{ amount: 2 }])).toBe("poll");
    const { body } = await client.get(`/api/rules/log?rule=${id}`);
    expect(body.entries).toMatchObject([
      { kind: "log", rule: id, function_name: name, message: "paid 1 from main" },
      { message: "paid 2 from main" },
    ]);
  });

  test("delays, which are listed and end by themselves, by mute, with the rule, or by hand", async () => {
    const name = freshName();
    const delayed = async (seconds: number) => {
      const { id } = await rule({ function: name, id: "slow", action: { type: "delay", seconds } });
      const started = await call(name, [1]);
      expect(started.action).toBe("poll");
      return { id, started, poll: client.get(String(started.poll_url)) };
    };
    const short = await delayed(0.05);
    expect((await short.poll).body).toEqual({ status: "ready", action: { action: "continue" } });

    const muted = await delayed(60);
    const flow = (await client.get("/api/flow")).body;
    expect(flow).toMatchObject({
      delayed_count: 1,
      delayed: [{ function_name: name, rule: "slow", call_id: muted.started.call_id }],
    });
    expect(await client.listPaused()).toEqual([]);
    await client.post("/api/flow", { mute: true });
    expect((await muted.poll).body.status).toBe("ready");
    await client.post("/api/flow", { mute: false });

    const removed = await delayed(60);
    await client.send("DELETE", "/api/rules/slow");
    expect((await removed.poll).body.status).toBe("ready");

    const byHand = await delayed(60);
    await client.resume(pauseOf(byHand.started), { action: "skip", fake_result: 1 });
    expect((await byHand.poll).body.action).toMatchObject({ action: "skip" });
    expect((await client.get("/api/flow")).body.delayed).toEqual([]);
  });

  test("the first that meets a call decides; a breakpoint only when no rule does", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    await rule({
      function: name,
      id: "first",
      condition: "args[0] == 1",
      action: { type: "skip", result: "first" },
    });
    await rule({
      function: name,
      id: "second",
      action: { type: "skip", result: "second" },
      condition: "args[0] <= 2",
    });
    expect((await call(name, [1])).fake_result_data).toBe('"first"');
    expect((await call(name, [2])).fake_result_data).toBe('"second"');
    expect(await actionOf(name, [3])).toBe("poll");
  });
});

describe("a rule that is wrong", () => {
  test("says where at once, with every problem, and is not made", async () => {
    const body = await refusal({ function: "f", condition: "args[0].amount >> 1", count: "often" });
    expect(body.error).toBe("invalid_rule");
    expect(body.problems?.map(({ field, column }) => [field, column])).toEqual([
      ["condition", 17],
      ["count", 1],
    ]);
    expect(body.message).toContain("The rule's condition");
    expect(body.message).toContain("(column 17)");
    expect(await list()).toEqual([]);
  });

  test.each<[string, Fields, string, string]>([
    ["a field nobody knows", { conditon: "true" }, "conditon", "did you mean condition?"],
    ["a scope nobody knows", { scope: { pid: 4 } }, "scope.pid", "is not a field"],
    ["a result before the call", { condition: "result > 1" }, "condition", "only after the call"],
    [
      "a regular expression that is none",
      { function: "(", match: "regex" },
      "function",
      "is not a regular expression",
    ],
    ["one that never ends", { function: "^(a+)+$", match: "regex" }, "function", "for ever"],
    ["one of backtracking", { function: "(a)\\1", match: "regex" }, "function", "linear-time"],
    ["a template", { action: { type: "log", template: "{arg}" } }, "template", "did you mean args?"],
    ["no template", { action: { type: "log" } }, "action.template", "is missing"],
    ["a stray field", { action: { type: "pause", seconds: 3 } }, "action.seconds", "does not belong"],
    ["a long delay", { action: { type: "delay", seconds: 1e9 } }, "action.seconds", "0 to 3600"],
    ["skip after the call", { when: "result", action: { type: "skip" } }, "action", "rewrite"],
    ["rewrite before it", { action: { type: "rewrite" } }, "action", "skip"],
    ["a value that is two", { value: { cid: "00", equals: 1 } }, "value", "either"],
    ["a cid that is none", { value: { cid: "00" } }, "value", "128 hex digits"],
    ["an id that is a path", { id: "export" }, "id", "path of that name"],
    ["two times", { expires_in: 1, expires_at: 1 }, "expires_in", "does not go with"],
    ["nothing changed", { action: { type: "modify" } }, "action.args", "needs args or kwargs"],
  ])("%s", async (_, fields, field, message) => {
    const body = await refusal({ function: "f", ...fields });
    expect(body.error).toBe("invalid_rule");
    expect(body.problems?.[0]).toMatchObject({ field });
    expect(body.problems?.[0]?.message).toContain(message);
  });

  test("of a shape that is none", async () => {
    expect((await refusal({ function: "f", action: { type: "skp" } })).message).toContain(
      'must be one of "pause"',
    );
    expect((await refusal({ function: "f", when: "later" })).message).toContain('must be one of "before"');
    expect((await refusal({ match: "glob" })).message).toContain("field function is missing");
  });

  test("can be checked while it is written", async () => {
    const check = async (fields: Fields) => (await client.post("/api/rules/check", fields)).body;
    expect(await check({ condition: "args[0] > 1" })).toEqual({ ok: true, problems: [] });
    expect(await check({ condition: "args[0] >" })).toMatchObject({
      ok: false,
      problems: [{ field: "condition", column: 10 }],
    });
    expect(await check({ condition: "result == 1", when: "before" })).toMatchObject({ ok: false });
    expect(await check({ condition: "result == 1", when: "result" })).toMatchObject({ ok: true });
    expect(await list()).toEqual([]);
  });

  test("at a call it is no match, is counted and told", async () => {
    const name = freshName();
    const { id } = await rule({ function: name, condition: "args[0].nope == 1" });
    expect(await actionOf(name, [{ yes: 1 }])).toBe("continue");
    expect(await view(id)).toMatchObject({ hits: 1, matches: 0, errors: 1 });
    expect(String((await view(id)).last_error)).toBe(
      'The condition finds no "nope" there (there are yes) (column 9)',
    );
    const { body } = await client.get(`/api/rules/log?rule=${id}`);
    expect(body.entries).toMatchObject([{ kind: "error" }]);
  });

  test("a value too large to be looked into at every call is an error, and harms only who looks", async () => {
    const name = freshName();
    const { id } = await rule({ function: name, condition: "args[1] == 2 || args[0].size() > 5" });
    const huge = "x".repeat(3_000_000);
    expect(await actionOf(name, [huge, 1])).toBe("continue");
    expect(String((await view(id)).last_error)).toContain("is larger than 2 MB");
    expect(await actionOf(name, [huge, 2])).toBe("poll");
  });

  test("unknown ids", async () => {
    for (const [method, body] of [["GET"], ["DELETE"], ["PATCH", {}]] as const)
      expect(await client.send(method, "/api/rules/nobody", body)).toMatchObject({
        status: 404,
        body: { error: "rule_not_found" },
      });
  });
});

describe("export and import", () => {
  test("importing twice is as good as once, and a mistake changes nothing", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    await rule({ function: name, condition: "args[0] > 1", note: "big ones" });
    await rule({
      function: "x*",
      match: "glob",
      action: { type: "delay", seconds: 1 },
      scope: { alias: "x" },
    });
    const file = (await client.get("/api/rules/export")).body as { rules: Fields[] } & Fields;
    const before = await list();
    const again = await client.post("/api/rules/import", file);
    expect(again.body).toMatchObject({
      status: "ok",
      rules: { added: 0, changed: 0, unchanged: 2 },
      breakpoints: { added: 0, changed: 0 },
    });
    expect(await list()).toEqual(before);

    const withoutIds = { ...file, rules: file.rules.map(({ id: _, ...rest }) => rest) };
    expect((await client.post("/api/rules/import", withoutIds)).body).toMatchObject({
      rules: { unchanged: 2 },
    });

    const wrong = { ...file, rules: [{ function: "new" }, { ...file.rules[0], condition: "(" }] };
    const refused = await client.post("/api/rules/import", wrong);
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_rule" } });
    expect(String(refused.body.message)).toContain("rules[1]");
    expect(await list()).toEqual(before);

    await using other = await startTestServer();
    const elsewhere = new WireClient(other.url);
    const taken = await elsewhere.post("/api/rules/import", file);
    expect(taken.body).toMatchObject({ rules: { added: 2 } });
    const clean = ({ exported_at: _, ...rest }: Fields) => rest;
    expect(clean((await elsewhere.get("/api/rules/export")).body)).toEqual(clean(file));
    expect((await elsewhere.get("/api/behavior")).body.behavior).toBe("go");
  });
});
