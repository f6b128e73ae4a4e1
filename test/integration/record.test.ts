/** The record over REST and from the terminal, asked by real requests and real processes. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOf } from "../../src/server/values/cid.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
const ids: string[] = [];
const item = (content: unknown, client_ref?: number) => {
  const data = JSON.stringify(content);
  return { cid: cidOf(data), data, serialization_format: "json", ...(client_ref ? { client_ref } : {}) };
};

async function ask(path: string, method = "GET", body?: unknown) {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(server.url + path, { method, ...sent });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked into below
  return { status: response.status, body: (await response.json()) as any };
}

async function called(
  name: string,
  args: unknown[],
  result: unknown,
  more: { parent?: string; fails?: boolean; kwargs?: object } = {},
) {
  const { body } = await ask("/api/call/start", "POST", {
    method_name: name,
    args: args.map((arg, index) => item(arg, index + 1)),
    kwargs: Object.fromEntries(Object.entries(more.kwargs ?? {}).map(([key, arg]) => [key, item(arg)])),
    call_site: {
      stack_trace: [
        { filename: "/app/main.ts", lineno: 1, function: "main" },
        { filename: "/app/agent.ts", lineno: 88, function: "handle" },
      ],
    },
    preferred_format: "json",
    process_pid: 77,
    process_start_time: 1,
    parent_call_id: more.parent,
  });
  const value = item(result);
  const outcome = more.fails
    ? {
        status: "exception",
        exception_type: "SmtpError",
        exception_message: "421 try again",
        exception_cid: value.cid,
        exception_data: value.data,
        exception_serialization_format: "json",
      }
    : {
        status: "success",
        result_cid: value.cid,
        result_data: value.data,
        result_serialization_format: "json",
      };
  await ask("/api/call/complete", "POST", { call_id: body.call_id, ...outcome });
  ids.push(body.call_id);
  return body.call_id as string;
}

beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  const root = await called("agent.handleTicket", [{ id: 5531, subject: "Refund please" }], { ok: true });
  await called("tools.findOrder", ["A-1042"], { total: 249.9, items: [1, 2] }, { parent: root });
  await called(
    "tools.findOrder",
    ["A-1042"],
    { total: 250, items: [1, 2, 3] },
    { parent: root, kwargs: { deep: true } },
  );
  await called("tools.findOrder", ["A-1042"], { total: 251, items: [] }, { parent: root });
  await called(
    "tools.sendMail",
    ["x@y.org", "x".repeat(100_000)],
    { name: "SmtpError" },
    { parent: ids[1] as string, fails: true },
  );
});
afterAll(() => server.stop());

const numbers = async (q: string, more = "") => {
  const { body } = await ask(`/api/calls?q=${encodeURIComponent(q)}${more}`);
  return body.calls.map((call: { number: number }) => call.number);
};

describe("pages", () => {
  test("by query and cursor, newest first or oldest first", async () => {
    expect(await numbers("")).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers("fn:findOrder", "&limit=2")).toEqual([4, 3]);
    expect(await numbers("fn:findOrder", "&limit=2&cursor=3")).toEqual([2]);
    expect(await numbers("", "&order=oldest&cursor=3")).toEqual([4, 5]);
    expect(await numbers("arg:deep=true")).toEqual([3]);
    expect(await numbers("caller:agent.ts:88 error:421")).toEqual([5]);
  });

  test("stay what they are while calls come; following gets each once", async () => {
    const first = (await ask("/api/calls?limit=2")).body;
    await called("later", [], null);
    expect(await numbers("", `&limit=2&cursor=${first.next}`)).toEqual([3, 2]);
    const tail = (await ask(`/api/calls?order=oldest&cursor=${first.newest}`)).body;
    expect(tail.calls.map((call: { function_name: string }) => call.function_name)).toEqual(["later"]);
    expect((await ask(`/api/calls?order=oldest&cursor=${tail.next}`)).body.calls).toEqual([]);
  });

  test("a mistake names its column; so do a wrong limit and cursor", async () => {
    expect(await ask("/api/calls?q=a%20foo:b")).toMatchObject({
      status: 400,
      body: { error: "invalid_query", column: 3, length: 3 },
    });
    expect((await ask("/api/calls?limit=0")).status).toBe(400);
    expect(await ask("/api/calls?cursor=x")).toMatchObject({
      status: 400,
      body: { error: "invalid_request" },
    });
    expect((await ask("/api/query/check?q=a%20or")).body).toMatchObject({
      ok: false,
      problem: { column: 5 },
    });
    expect((await ask("/api/query/complete?q=fn:find")).body.options[0]).toMatchObject({
      text: "tools.findOrder",
    });
  });
});

describe("one call", () => {
  test("with its values, by number or id; what is long says where it is", async () => {
    const { body } = await ask("/api/calls/5");
    expect(body).toMatchObject({
      call_id: ids[4],
      status: "exception",
      exception: { type: "SmtpError", message: "421 try again", value: { pretty: { name: "SmtpError" } } },
      parent: { number: 2 },
      stack_trace: [{ function: "main" }, { function: "handle" }],
      args: [
        { pretty: "x@y.org", client_ref: 1 },
        { data: null, size: 100_002 },
      ],
    });
    const { more } = body.args[1];
    expect((await ask(`${more}?offset=1&limit=3`)).body).toMatchObject({
      data: "xxx",
      total: 100_002,
      next_offset: 4,
    });
    expect((await ask(`/api/calls/${ids[4]}?data_limit=200000`)).body.args[1].data).toHaveLength(100_002);
    expect(await ask("/api/calls/99")).toMatchObject({ status: 404, body: { error: "call_not_found" } });
  });

  test("as a tree, and the process's", async () => {
    const tree = (await ask("/api/calls/2/tree")).body;
    expect(tree.ancestors.map((one: { number: number }) => one.number)).toEqual([1]);
    expect(tree.root.children[0].call.number).toBe(5);
    const roots = (await ask("/api/tree?process=77")).body.roots;
    expect(roots[0].children.map((one: { call: { number: number } }) => one.call.number)).toEqual([2, 3, 4]);
    const spans = (await ask("/api/timeline")).body.spans;
    expect(spans.length).toBeGreaterThanOrEqual(5);
  });

  test("a call whose caller still runs, and is not kept yet, is at the top of the tree", async () => {
    const own = await startTestServer({ behavior: "go" });
    const post = async (path: string, body: object) => {
      const init = { method: "POST", headers: { "content-type": "application/json" } };
      return (await fetch(own.url + path, { ...init, body: JSON.stringify(body) })).json();
    };
    try {
      const started = (await post("/api/call/start", {
        method_name: "early",
        args: [],
        kwargs: {},
        call_site: {},
        preferred_format: "json",
        process_pid: 78,
        process_start_time: 2,
        parent_call_id: "2-77.999",
      })) as { call_id: string };
      await post("/api/call/complete", { call_id: started.call_id, status: "success" });
      const tree = (await (await fetch(`${own.url}/api/tree?process=78`)).json()) as {
        roots: { call: { function_name: string } }[];
      };
      expect(tree.roots.map(({ call }) => call.function_name)).toEqual(["early"]);
    } finally {
      await own.stop();
    }
  });

  test("pinned; compared with another", async () => {
    expect((await ask("/api/calls/2/pin", "POST", { pinned: true })).body).toMatchObject({
      number: 2,
      pinned: true,
    });
    expect(await numbers("pinned:yes")).toEqual([2]);
    const { body } = await ask("/api/diff?a=2&b=4");
    expect(body.changes.map((change: { at: string }) => change.at)).toEqual([
      "result.total",
      "result.items[1]",
      "result.items[0]",
    ]);
  });
});

test("values: who used them; objects over time; figures; non-determinism", async () => {
  const { cid } = item("A-1042");
  const value = (await ask(`/api/objects/${cid.slice(0, 12)}`)).body;
  expect(value).toMatchObject({
    uses_count: 3,
    uses_as: { argument: 3 },
    first_seen: { number: 2 },
    last_seen: { number: 4 },
  });
  expect(value.uses.map((use: { role: string }) => use.role)).toEqual(["args[0]", "args[0]", "args[0]"]);
  expect((await ask("/api/objects?q=refund")).body.objects).toHaveLength(1);
  const ref = (await ask("/api/refs/1?process=77")).body;
  expect(ref.versions.map((version: { text: string }) => version.text.slice(0, 8))).toContain('"A-1042"');
  const stats = (await ask("/api/functions/stats?q=fn:findOrder")).body.functions;
  expect(stats).toMatchObject([
    { function_name: "tools.findOrder", count: 3, errors: 0, distinct_arguments: 2, nondeterministic: 1 },
  ]);
  const { cases } = (await ask("/api/functions/nondeterminism?function=tools.findOrder")).body;
  expect(cases).toMatchObject([{ args_text: '"A-1042"', outcomes: [{ count: 1 }, { count: 1 }] }]);
  expect((await ask(`/api/objects/${"0".repeat(128)}`)).status).toBe(404);
});

test("a call that runs is there, and keeps its number when it ends", async () => {
  const { body } = await ask("/api/call/start", "POST", {
    method_name: "slow",
    process_pid: 77,
    process_start_time: 1,
  });
  const [number] = await numbers("fn:slow");
  expect((await ask(`/api/calls/${number}`)).body).toMatchObject({ status: "running", duration_ms: null });
  await ask("/api/call/complete", "POST", { call_id: body.call_id, status: "success" });
  expect((await ask(`/api/calls/${body.call_id}`)).body).toMatchObject({ number, status: "success" });
});

test("sessions are named, kept and not removed while they run", async () => {
  expect((await ask("/api/sessions/current", "PATCH", { label: "before the fix" })).body).toMatchObject({
    label: "before the fix",
    current: true,
  });
  const byLabel = await ask(`/api/sessions/${encodeURIComponent("before the fix")}`, "PATCH", {
    note: "slow",
  });
  expect(byLabel.body).toMatchObject({ label: "before the fix", note: "slow" });
  expect((await numbers('session:"before the fix" fn:sendMail')).length).toBe(1);
  expect(await ask("/api/sessions/current", "DELETE")).toMatchObject({
    status: 409,
    body: { error: "session_kept" },
  });
  expect((await ask("/api/record", "PATCH", { retention: { max_age_days: 7 } })).body.retention).toEqual({
    max_age_days: 7,
    max_size_mb: 2_048,
  });
  expect((await ask("/api/record/processes?session=current")).body.processes).toMatchObject([
    { process_pid: 77, first_call: 1 },
  ]);
});

describe("as a file", () => {
  const share = (query: string) => fetch(`${server.url}/api/calls/share?${query}`);

  test("lines of JSON, JSON or a page: those named, or the newest that fit", async () => {
    const named = await share("calls=3,1");
    expect(named.headers.get("content-disposition")).toBe('attachment; filename="calls.ndjson"');
    const lines = (await named.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).number)).toEqual([1, 3]);
    expect(JSON.parse(lines[1] ?? "").args[0].data).toBe('"A-1042"');
    // biome-ignore lint/suspicious/noExplicitAny: looked into below
    const fitting = (await (await share("q=fn:findOrder&format=json&limit=2")).json()) as any;
    expect(fitting.calls.map((call: { number: number }) => call.number)).toEqual([3, 4]);
    expect(fitting.complete).toBe(false);
    const page = await (await share("q=fn:sendMail&format=html")).text();
    expect(page).toContain("tools.sendMail");
    expect(page).toContain("421 try again");
    expect((await share("q=fn:")).status).toBe(400);
    expect((await share("calls=99999")).status).toBe(404);
  });
});

describe("from the terminal", () => {
  async function run(...args: string[]) {
    const child = Bun.spawn(
      [process.execPath, join(import.meta.dir, "../../src/cli.ts"), ...args, "--server", server.url],
      {
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { out, err, code: await child.exited };
  }

  test("calls, as lines and as JSON; a mistake is pointed at", async () => {
    const { out } = await run("calls", "fn:findOrder", "result:.total>249.95");
    expect(out.split("\n")[0]).toMatch(
      /^ +#3 {2}[\d:.]+ {2}ok .* tools\.findOrder\("A-1042", deep=true\) -> \{ total: 250/,
    );
    const lines = (await run("calls", "status:error", "--json")).out.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).number)).toEqual([5]);
    const wrong = await run("calls", "a foo:b");
    expect(wrong.code).toBe(2);
    expect(wrong.err.split("\n").slice(-3, -1)).toEqual(["  a foo:b", "    ^^^"]);
  });

  test("calls as one HTML file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cideldill-share-"));
    try {
      const file = join(folder, "calls.html");
      const { out, code } = await run("calls", "fn:findOrder", "--html", file);
      expect([code, out]).toEqual([0, `Wrote 3 calls to ${file}.\n`]);
      expect(await Bun.file(file).text()).toContain("tools.findOrder");
      const nowhere = await run("calls", "--html", folder);
      expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining("Cannot write")]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("call, diff and sessions", async () => {
    expect((await run("call", "2")).out).toContain("#1 agent.handleTicket");
    const diff = await run("diff", "2", "3");
    expect([diff.code, diff.out]).toEqual([1, expect.stringContaining("result.total\n  - 249.9\n  + 250")]);
    expect((await run("diff", "2", "2")).code).toBe(0);
    expect((await run("sessions")).out).toMatch(/^ID .*\n1 \*/);
    const nobody = await run("call", "999");
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("No call")]);
  });

  test("tail prints calls as they end", async () => {
    const child = Bun.spawn(
      [
        process.execPath,
        join(import.meta.dir, "../../src/cli.ts"),
        "tail",
        "fn:tailed",
        "--json",
        "-n",
        "0",
        "--server",
        server.url,
      ],
      { stdout: "pipe" },
    );
    try {
      const reader = child.stdout.getReader();
      let text = "";
      const more = (async () => {
        while (!text.includes("\n")) text += new TextDecoder().decode((await reader.read()).value);
      })();
      // Until it listens: calls before that are not its business.
      const calling = setInterval(() => void called("tailed", [1], 2), 200);
      await more;
      clearInterval(calling);
      expect(JSON.parse(text.split("\n")[0] ?? "")).toMatchObject({
        function_name: "tailed",
        status: "success",
      });
    } finally {
      child.kill();
      await child.exited;
    }
  });

  test("tail ends when its reader does", async () => {
    const tail = [process.execPath, join(import.meta.dir, "../../src/cli.ts"), "tail", "fn:unread"];
    const child = Bun.spawn(
      // A shell ends with the last of them all.
      ["sh", "-c", 'exec "$@" | head -n 1', "sh", ...tail, "-n", "0", "--server", server.url],
      { stdout: "pipe" },
    );
    const calling = setInterval(() => void called("unread", [1], 2), 200);
    try {
      expect((await new Response(child.stdout).text()).trim().split("\n")).toHaveLength(1);
      expect(await child.exited).toBe(0);
    } finally {
      clearInterval(calling);
      child.kill();
    }
  });
});

test("only what a function did by itself makes it non-deterministic", async () => {
  const own = "tools.charge";
  const stats = async () => (await ask(`/api/functions/stats?q=fn:${own}`)).body.functions[0];
  const cases = async () => (await ask(`/api/functions/nondeterminism?function=${own}`)).body.cases;
  await called(own, ["A-1", 5], { stack: "at here" }, { fails: true });
  await called(own, ["A-1", 5], { stack: "at there" }, { fails: true });
  await called(own, ["A-2", 5], "charged 5");
  await ask("/api/breakpoints", "POST", { function_name: own, behavior: "stop" });
  const start = {
    method_name: own,
    args: [item("A-2", 1), item(5, 2)],
    process_pid: 77,
    process_start_time: 1,
  };
  const { call_id } = (await ask("/api/call/start", "POST", start)).body;
  const [paused] = (await ask("/api/paused")).body.paused;
  await ask(`/api/paused/${paused.id}/continue`, "POST", { action: "skip", fake_result: "charged nothing" });
  await ask("/api/call/complete", "POST", {
    call_id,
    status: "success",
    result_cid: item("charged nothing").cid,
    result_data: item("charged nothing").data,
    result_serialization_format: "json",
  });
  await ask(`/api/breakpoints/${own}`, "DELETE");
  expect(await stats()).toMatchObject({ count: 4, errors: 2, distinct_arguments: 2, nondeterministic: 0 });
  expect(await cases()).toEqual([]);
  await called(own, ["A-2", 5], "charged 6");
  expect(await stats()).toMatchObject({ count: 5, nondeterministic: 1 });
  expect(await cases()).toMatchObject([{ args_text: '"A-2", 5', outcomes: [{ count: 1 }, { count: 1 }] }]);
});

test("a recorded call names its parameters, also after the server was started again, as it was said then", async () => {
  const home = mkdtempSync(join(tmpdir(), "cideldill-names-"));
  const db = join(home, "calls.db");
  const run = async (work: () => Promise<void>) => {
    const before = server;
    server = await startTestServer({ db });
    try {
      await work();
    } finally {
      await server.stop();
      server = before;
    }
  };
  const own = "tools.quote";
  const signed = async (id: string) => (await ask(`/api/calls/${id}`)).body.signature;
  const say = (signature: string) => ask("/api/functions", "POST", { function_name: own, signature });
  let [first, second] = ["", ""];
  try {
    await run(async () => {
      first = await called(own, ["A-1", 5], 6);
      expect(await signed(first)).toBeNull();
      await say("(order, amount)");
      expect(await signed(first)).toBe("(order, amount)");
    });
    await run(async () => {
      expect(await signed(first)).toBe("(order, amount)");
      second = await called(own, ["A-1", 5], 6);
      expect(await signed(second)).toBeNull();
      await say("(order, total)");
      expect(await signed(second)).toBe("(order, total)");
      expect(await signed(first)).toBe("(order, amount)");
    });
    const command = Bun.spawn([process.execPath, "src/cli.ts", "call", "1", "--db", db], {
      cwd: join(import.meta.dir, "../.."),
      env: { ...process.env, CIDELDILL_HOME: home },
      stdout: "pipe",
    });
    expect(await new Response(command.stdout).text()).toContain("amount = 5");
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
