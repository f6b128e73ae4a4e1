/** `cideldill break`, `paused`, `resume` and `flow` against a real server. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../src/commands/main.ts";
import { askOf, ChannelClient } from "../../support/channel-client.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { fakeIo } from "../../unit/commands/fake-io.ts";
import { type Fields, freshName, jsonItem, WireClient } from "../contract/support/wire-client.ts";

let server: TestServer;
let client: WireClient;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "cideldill-cli-"));
  server = await startTestServer({ behavior: "go" });
  client = new WireClient(server.url);
});
afterAll(async () => {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});
afterEach(async () => {
  await cli("break", "rm", "--all");
  await client.post("/api/flow", { resume_all: true, mute: false, pause_all: false, pause_next: false });
});

/** What the command line says; a line is expected on stderr only when it fails. */
async function cli(...argv: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const io = fakeIo();
  const code = await main([...argv, "--server", server.url], io);
  expect(io.written.err.length > 0).toBe(code !== 0);
  return { code, ...io.written };
}
const refused = async (...argv: string[]) => {
  const { code, err } = await cli(...argv);
  expect(code).not.toBe(0);
  expect(err).toHaveLength(1);
  return err[0] ?? "";
};
const json = async (...argv: string[]) =>
  JSON.parse((await cli(...argv, "--json")).out[0] ?? "null") as Fields;

async function pausedCall(args: unknown[] = [], fields: Fields = {}) {
  const name = freshName("charge");
  await cli("break", "add", name);
  const { body } = await client.start({
    method_name: name,
    args: args.map(jsonItem),
    preferred_format: "json",
    ...fields,
  });
  const pollUrl = String(body.poll_url);
  return {
    name,
    id: pollUrl.replace("/api/poll/", ""),
    callId: String(body.call_id),
    action: async () => (await client.get(pollUrl)).body.action as Fields,
  };
}

describe("break", () => {
  test("a name alone is the breakpoint every client knows", async () => {
    expect((await cli("break", "add", "charge")).out).toEqual(["Every call of charge stops before it runs."]);
    expect((await client.get("/api/breakpoints")).body).toMatchObject({
      breakpoint_behaviors: { charge: "stop" },
    });
    expect((await cli("break", "list")).out[1]).toMatch(/^- +charge .*stop$/);
    expect((await cli("break", "rm", "charge")).out).toEqual(["Removed charge."]);
    expect((await cli("break")).out).toEqual([
      "There are no breakpoints. Add one with: cideldill break add FUNCTION",
    ]);
  });

  test.each<[string[], Fields]>([
    [
      ["f", "--if", "args[0] > 1"],
      { function: "f", condition: "args[0] > 1", action: { type: "pause" }, when: "before" },
    ],
    [["db.*"], { function: "db.*", match: "glob" }],
    [["^a|b$", "--regex"], { match: "regex" }],
    [["f", "--when", "exception", "--once"], { when: "exception", one_shot: true }],
    [["f", "--count", "% 100", "--times", "3"], { count: "% 100", ignore_after: 3 }],
    [["*", "--value", '"A-1"'], { match: "glob", when: "any", value: { equals: "A-1" } }],
    [["f", "--process", "12", "--caller", "main.ts:4"], { scope: { process: "12", caller: "main.ts:4" } }],
    [["f", "--log", "paid {args[0]}"], { action: { type: "log", template: "paid {args[0]}" } }],
    [["f", "--return", '{"a":1}'], { action: { type: "skip", result: { a: 1 } } }],
    [["f", "--return", "1", "--when", "result"], { action: { type: "rewrite", result: 1 } }],
    [
      ["f", "--throw", "no", "--type", "ValueError"],
      { action: { type: "raise", exception_type: "ValueError", exception_message: "no" } },
    ],
    [
      ["f", "--set", "0=5", "--set", 'currency="EUR"'],
      { action: { type: "modify", args: { "0": 5 }, kwargs: { currency: "EUR" } } },
    ],
    [["f", "--delay", "1.5"], { action: { type: "delay", seconds: 1.5 } }],
    [
      ["f", "--replace", "g", "--note", "x", "--disabled", "--max", "5"],
      { action: { type: "replace", function_name: "g" }, note: "x", state: "disabled", max_per_second: 5 },
    ],
  ])("add %j", async (argv, rule) => {
    expect(await json("break", "add", ...argv)).toMatchObject(rule);
    expect((await cli("break", "list")).out).toHaveLength(2);
  });

  test("an argument by the name of a parameter the server knows", async () => {
    await client.post("/api/functions", { function_name: "pay", signature: "(amount, currency = 1)" });
    expect(await json("break", "add", "pay", "--set", 'currency="EUR"')).toMatchObject({
      action: { args: { "1": "EUR" } },
    });
  });

  test("a name no program has is asked about when another is near", async () => {
    const name = freshName("issueRefund");
    await client.post("/api/functions", { function_name: name });
    expect((await cli("break", "add", `${name}x`)).out).toEqual([
      `Every call of ${name}x stops before it runs.`,
      `No program has it yet; did you mean ${name}?`,
    ]);
    expect((await cli("break", "add", `${name}x`, "--once")).out[1]).toContain(`did you mean ${name}?`);
  });

  test("what is wrong is said of the options that were typed", async () => {
    expect(await refused("break", "add", "f", "--if", "arg[0] > 1")).toBe(
      'cideldill: --if "arg[0] > 1" does not know the variable arg; did you mean args? (column 1). See cideldill help break.',
    );
    expect(await refused("break", "add", "(", "--regex")).toContain(
      'FUNCTION "(" is not a regular expression',
    );
    expect(await refused("break", "add", "f", "--count", "often")).toContain("--count is not a count");
    expect(await refused("break", "add", "f", "--log", "{nope}")).toContain(
      "--log does not know the variable nope",
    );
    expect(await refused("break", "add", "f", "--return", "abc")).toContain(`--return '"abc"'`);
    expect(await refused("break", "add", "f", "--return", "1", "--throw", "x")).toContain(
      "exclude each other",
    );
    expect(await refused("break", "add", "f", "--set", "5")).toContain("PLACE=JSON or NAME=JSON");
    expect(await refused("break", "add", "f", "--set", "0=1", "--when", "result")).toContain("before a call");
    expect(await refused("break", "add", "f", "--cid", "00")).toContain(
      "--value has a cid that is not 128 hex digits",
    );
    expect(await refused("break", "add")).toContain('"break add" takes one FUNCTION');
    expect(await refused("break", "lst")).toContain("did you mean list?");
    expect(await refused("break", "delete", "x")).toContain("did you mean rm?");
    expect(await refused("break", "charge")).toContain('to stop at it write "break add charge"');
    expect(await refused("break", "list", "--once")).toContain('none of the options of "break add"');
    expect(await refused("break", "rm", "nobody")).toContain('no breakpoint or rule "nobody"');
    expect((await cli("break", "list")).out).toHaveLength(1);
  });

  test("a person at a terminal sees the place", async () => {
    const io = fakeIo({ isTerminal: true, columns: 200 });
    await main(["break", "add", "f", "--if", "hits > 1 && amount > 2", "--server", server.url], io);
    expect(io.written.err.slice(0, 2)).toEqual(["  hits > 1 && amount > 2", "              ^"]);
  });

  test("remove, switch off and on, log, export and import", async () => {
    await cli("break", "add", "f", "--id", "one", "--log", "said {args[0]}");
    await cli("break", "add", "f", "--id", "two", "--once");
    await client.start({ method_name: "f", args: [jsonItem(5)], preferred_format: "json" });
    expect((await cli("break", "log", "one")).out[0]).toMatch(/^\d\d:\d\d:\d\d one said 5$/);
    expect((await cli("break", "disable", "one")).out).toEqual(["Disabled one."]);
    expect(await json("break", "list")).toMatchObject({
      rules: [
        { id: "one", state: "disabled" },
        { id: "two", state: "spent" },
      ],
    });
    await cli("break", "enable", "one");
    const file = join(home, "rules.json");
    expect((await cli("break", "export", file)).out[0]).toContain("0 breakpoints and 2 rules");
    await client.send("PATCH", "/api/rules/two", { note: "\u202e\u007f\u001b[2J" });
    const printed = (await cli("break", "export")).out.join("\n");
    for (const letter of ["\u202e", "\u007f", "\u001b"]) expect(printed).not.toContain(letter);
    expect(JSON.parse(printed).rules[1].note).toBe("\u202e\u007f\u001b[2J");
    await client.send("PATCH", "/api/rules/two", { note: null });
    expect((await cli("break", "rm", "f")).out).toEqual(["Removed one, two."]);
    expect((await cli("break", "import", file)).out).toEqual([
      "Breakpoints: 0 added, 0 changed, 0 as they were.",
      "Rules: 2 added, 0 changed, 0 as they were.",
    ]);
    expect((await cli("break", "import", file)).out[1]).toBe("Rules: 0 added, 0 changed, 2 as they were.");
    expect(await refused("break", "import", join(home, "nothing"))).toContain("Cannot read");
    await Bun.write(file, "no");
    expect(await refused("break", "import", file)).toContain("is not JSON");
    await Bun.write(
      file,
      JSON.stringify({ format: "cideldill-rules", version: 1, rules: [{ function: "f", condition: "(" }] }),
    );
    expect(await refused("break", "import", file)).toContain("Nothing was imported");
    await Bun.write(file, JSON.stringify({ some: "thing" }));
    expect(await refused("break", "import", file)).toContain("format");
  });
});

describe("paused and resume", () => {
  test("what waits, one of it, and how it goes on", async () => {
    expect((await cli("paused")).out).toEqual(["Nothing is paused."]);
    const call = await pausedCall([{ amount: 5 }, "EUR"], { signature: "(order, currency)" });
    const lines = (await cli("paused")).out;
    expect(lines[1]).toContain(`${call.id.slice(0, 8)}  just now`);
    expect(lines[1]).toContain(`breakpoint  ${call.name}({ amount: 5 }, "EUR")`);
    const details = (await cli("paused", call.id.slice(0, 4))).out.join("\n");
    expect(details).toContain("args[0]   order = { amount: 5 }");
    expect(details).toContain("called    main (/srv/app.py:7)");
    const secret = await pausedCall([{ apiKey: { $type: "redacted" } }]);
    expect((await cli("paused")).out.join()).toContain(`${secret.name}({ apiKey: <redacted> })`);
    await cli("resume", secret.id);
    expect(await json("paused", call.callId)).toMatchObject({ id: call.id });
    expect((await cli("resume", call.id.slice(0, 8), "--set", 'currency="USD"')).out[0]).toContain(
      `Resumed ${call.name}({ amount: 5 }, "EUR") with args[1] "EUR" -> "USD"`,
    );
    expect(await call.action()).toMatchObject({
      action: "modify",
      modified_args: [{ cid: jsonItem({ amount: 5 }).cid }, { data: '"USD"' }],
    });
    await client.complete(call.callId);
    const [kept] = await client.history(call.name);
    expect(kept?.call_data.decisions).toMatchObject([
      { decided_by: { kind: "person" }, changed: ["args[1]"] },
    ]);
    const changes = [{ what: "args[1]", from: '"EUR"', to: '"USD"' }];
    const recorded = await json("call", call.callId);
    expect(recorded).toMatchObject({ changes, decisions: [{ changes }] });
    expect((await cli("call", call.callId)).out.join("\n")).toMatch(
      /decided +modify before the call, by person: args\[1\] "EUR" -> "USD"/,
    );
    expect((await cli("calls", `fn:${call.name}`)).out.join("\n")).toContain(
      '[modify args[1] "EUR" -> "USD" by person]',
    );
  });

  test("what the line of a call says of its outcome is said once", async () => {
    const [skipped, thrown] = [await pausedCall(), await pausedCall()];
    await cli("resume", skipped.id, "--return", '{"ok":true}');
    await cli("resume", thrown.id, "--throw", "declined", "--type", "CardError");
    const { cid, data } = jsonItem({ ok: true });
    await client.complete(skipped.callId, {
      ...{ result_cid: cid, result_data: data, result_serialization_format: "json" },
    });
    await client.complete(thrown.callId, {
      status: "exception",
      exception_type: "CardError",
      exception_message: "declined",
    });
    const lines = (await cli("calls", `fn:${skipped.name},${thrown.name}`)).out;
    expect(lines[0]).toEndWith("-> { ok: true } [skip by person]");
    expect(lines[1]).toEndWith("!! CardError: declined [raise by person]");
  });

  test("what an evaluation assigned is an edit", async () => {
    using live = await ChannelClient.connect(server.url);
    const name = freshName();
    await cli("break", "add", name);
    live.send(askOf(1, name, [1, 2]));
    const { pause_id } = await live.next("paused");
    const evaluated = cli("repl", pause_id, "--eval", "amount = 10");
    const { t: _, seq: __, expr: ___, ...ids } = await live.next("evaluate");
    live.send({ t: "evaluated", ...ids, result: "10", stdout: "", result_text: "10", args: [[0, "10"]] });
    await evaluated;
    expect((await cli("resume", pause_id)).out).toEqual([`Resumed ${name}(1, 2) with args[0] 1 -> 10`]);
    live.send({ t: "end", seq: 1, duration_ms: 1, status: 0, outcome: [9_000, "4"], wait: false });
    await live.next("ended");
    expect((await cli("calls", `fn:${name} action:modify`)).out[0]).toEndWith(
      `${name}(1, 2) -> 4 [modify args[0] 1 -> 10 by person]`,
    );
  });

  test.each<[string[], Fields]>([
    [["--return", '{"ok":true}'], { action: "skip", fake_result_data: '{"ok":true}' }],
    [
      ["--throw", "no", "--type", "TypeError"],
      { action: "raise", exception_type: "TypeError", exception_message: "no" },
    ],
    [[], { action: "continue" }],
    [["--pause-after"], { action: "continue" }],
  ])("resume %j", async (argv, action) => {
    const call = await pausedCall();
    await cli("resume", call.id, ...argv);
    expect(await call.action()).toMatchObject(action);
  });

  test("all, those of a function, step", async () => {
    const [first, second, third] = [await pausedCall(), await pausedCall(), await pausedCall()];
    expect((await cli("resume", "--function", first.name)).out).toEqual(["Resumed 1."]);
    await cli("resume", second.id, "--step");
    expect((await client.start({ method_name: "whatever" })).body.action).toBe("poll");
    expect(await json("resume", "--all")).toMatchObject({ resumed: [third.id, expect.any(String)] });
    expect((await cli("resume", "--all")).out).toEqual(["Nothing was paused there."]);
  });

  test("what is not possible is said, and the call stays paused", async () => {
    const call = await pausedCall([1]);
    expect(await refused("resume", call.id, "--again")).toContain(
      "--again is not possible here: the call has not run yet",
    );
    expect(await refused("resume", call.id, "--set", "7=1")).toContain(
      "names no argument of this call; it has 0",
    );
    expect(await refused("resume", call.id, "--set", "amount=1")).toContain(
      "--set amount names no argument of this call",
    );
    expect(await refused("resume", call.id, "--replace", "nobody")).toContain("nobody");
    expect(await refused("resume", call.id, "--return", "1", "--pause-after")).toContain(
      "the function does not run",
    );
    expect(await refused("resume", call.id, "--all")).toContain("exclude each other");
    expect(await refused("resume", "--all", "--set", "0=1")).toContain("its one ID");
    expect(await refused("resume")).toContain("--all or --function NAME");
    expect(await refused("resume", "zzz")).toContain('No paused call has the id "zzz"');
    expect((await cli("paused")).out).toHaveLength(2);
    await cli("resume", call.id);
    await client.complete(call.callId);
    const ended = await pausedCall();
    await cli("resume", ended.id, "--pause-after");
    await client.complete(ended.callId);
    const [after] = await client.listPaused();
    expect(await refused("resume", after?.id ?? "", "--return", "1")).toContain(
      "--return is not possible here: the call has already run",
    );
  });

  test("a program on the live channel, by the names of its parameters, and once more", async () => {
    using live = await ChannelClient.connect(server.url);
    const name = freshName();
    await cli("break", "add", name);
    live.send(askOf(1, name, [1, 2], { signature: "(amount, currency)" }));
    const { pause_id } = await live.next("paused");
    await cli("resume", pause_id, "--set", "currency=3", "--pause-after");
    expect((await live.next("decision")).action).toEqual({
      action: "modify",
      args: [{ keep: 0 }, { data: "3" }],
      pause_after: true,
    });
    live.send({ t: "end", seq: 1, duration_ms: 1, status: 0, outcome: [9_000, "4"], wait: true });
    const after = await live.next("paused");
    expect((await cli("paused")).out[1]).toContain(`${name}(1, 3) -> 4`);
    await cli("resume", after.pause_id, "--again", "--set", "amount=7");
    expect((await live.next("decision")).action).toEqual({
      action: "call_again",
      args: [{ data: "7" }, { keep: 1 }],
    });
  });
});

describe("flow", () => {
  test("shows what holds, and changes it", async () => {
    expect((await cli("flow")).out[0]).toBe("Breakpoints and rules hold, and nothing else.");
    expect((await cli("flow", "pause-all")).out[0]).toContain("Every call pauses.");
    expect((await cli("flow", "pause-all", "off")).out[0]).toContain("nothing else");
    expect((await cli("flow", "pause-next")).out[0]).toContain("The next call pauses.");
    expect((await cli("flow", "pause-next", "off")).out[0]).toContain("nothing else");
    expect((await cli("flow", "mute")).out[0]).toContain("Muted");
    expect(await refused("flow", "pause-next")).toContain("cideldill flow unmute ends that");
    await cli("flow", "unmute");
    expect((await cli("flow", "guard", "7")).out.at(-1)).toContain("at most 7 pauses a second");
    expect(await json("flow", "guard", "1000")).toMatchObject({ max_pauses_per_second: 1000 });
    const call = await pausedCall();
    expect((await cli("flow", "mute", String(process.pid))).out[0]).toContain("is muted");
    await cli("flow", "unmute", String(process.pid));
    await cli("resume", call.id);
    expect(await refused("flow", "mute", "99")).toContain("no such process");
    expect(await refused("flow", "paus-all")).toContain("did you mean pause-all?");
    expect(await refused("flow", "guard", "many")).toContain("whole number");
  });

  test("calls that are delayed", async () => {
    const name = freshName();
    await cli("break", "add", name, "--delay", "60", "--id", "slow");
    await client.start({ method_name: name });
    expect((await cli("flow")).out.at(-1)).toMatch(
      new RegExp(`^Delayed: ${name} for \\d+\\.\\d s more, by rule slow`),
    );
    await cli("break", "rm", "slow");
    expect((await cli("flow")).out).toHaveLength(2);
  });
});

test("where no server is, it says so", async () => {
  const io = fakeIo();
  expect(await main(["paused", "--server", "http://localhost:1"], io)).toBe(1);
  expect(io.written.err[0]).toContain("http://localhost:1");
});
