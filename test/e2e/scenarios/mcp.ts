/** Agents over MCP, from outside: the official client, real processes, a program with a bug. */
import { describe, expect, test } from "bun:test";
import { type Agent, agentOverHttp, agentOverStdio, type Era, type Fields } from "../../support/agent.ts";
import { paused } from "../api.ts";
import { eventually, type Place } from "../place.ts";
import { inRepository } from "../source.ts";

interface Value {
  at: string;
  name?: string;
  cid: string;
  value: unknown;
}
type Paused = Fields & { pause_id: string; values: Value[] };

const overStdio = (place: Place, era: Era, args: string[] = []): Promise<Agent> =>
  agentOverStdio([...place.command, "mcp", ...args], { env: place.env(), cwd: place.cwd, era });

const shop = (place: Place) =>
  place.spawn([process.execPath, inRepository("examples/checkout.ts"), "--debug", "ON", "--pause", "0.02"]);

async function nextPause(agent: Agent, known: string[] = []): Promise<Paused> {
  const { paused } = await agent.use("breakpoint_wait_for_pause", { timeout_s: 30, known });
  if (!paused) throw new Error("nothing was paused within 30 s");
  return paused as Paused;
}

const valueAt = (pause: Paused, at: string) => pause.values.find((value) => value.at === at)?.value;

/** What an agent does that is told "checkout.ts sometimes charges negative amounts". Answers what it found. */
async function findTheBug(agent: Agent): Promise<{ discounts: number; lines: number }> {
  await agent.use("breakpoint_set_rule", {
    id: "negative",
    function: "shop.charge",
    condition: "args[0] < 0.0",
    note: "looking for negative charges",
  });
  const charge = await nextPause(agent);
  expect(charge).toMatchObject({ function_name: "shop.charge", when: "before", rule: "negative" });
  expect(valueAt(charge, "args[0]")).toBe(-80);

  // The amount is a difference, so what is taken off is looked at: after the call, with its result.
  await agent.use("breakpoint_set_rule", {
    id: "discounts",
    function: "shop.discount",
    when: "result",
    condition: "result > 100.0",
    one_shot: true,
  });
  const fixed = { pause_id: charge.pause_id, args: { "0": 240 } };
  expect(await agent.use("breakpoint_continue", fixed)).toMatchObject({ action: "modify" });
  const discount = await nextPause(agent, [charge.pause_id]);
  expect(discount).toMatchObject({ function_name: "shop.discount", when: "after" });

  const { pause_id } = discount;
  const sum = "$args[0].lines.reduce((sum, line) => sum + line.price * line.qty, 0)";
  const evaluate = async (expr: string) =>
    Number((await agent.use("breakpoint_repl_eval", { pause_id, expr })).output);
  await agent.use("breakpoint_repl_eval", { pause_id, expr: `const right = ${sum} * 0.4` });
  const discounts = await evaluate("$result / right");
  const lines = await evaluate("$args[0].lines.length");
  // The right discount in its place: this round the customer is charged what is due.
  await agent.use("breakpoint_continue", { pause_id, action: "skip", result: await evaluate("right") });
  return { discounts, lines };
}

async function cleanUp(agent: Agent): Promise<void> {
  const { rules } = (await agent.use("breakpoint_list_rules")) as { rules: { id: string }[] };
  for (const { id } of rules) await agent.use("breakpoint_remove_rule", { id });
  await agent.use("breakpoint_flow", { resume_all: true });
}

export function mcpScenarios(open: () => Place): void {
  describe("finds a bug", () => {
    test("over stdio: condition, wait, inspect, evaluate, edit, release, confirm", async () => {
      await using place = open();
      const { url } = await place.serve();
      await using agent = await overStdio(place, "modern");
      const program = shop(place);
      expect(await findTheBug(agent)).toEqual({ discounts: 3, lines: 3 });
      await program.printed(
        /order 3: charged customer 3 240\.00\n(.*\n)*order 3: charged customer 3 240\.00/,
      );
      await cleanUp(agent);
      expect(await paused(url)).toEqual([]);
    });

    test("over HTTP, with a client of an older revision", async () => {
      await using place = open();
      const { url } = await place.serve();
      await using agent = await agentOverHttp(url, "legacy");
      const program = shop(place);
      expect(await findTheBug(agent)).toEqual({ discounts: 3, lines: 3 });
      await program.printed(/order 3: charged customer 3 240\.00/);
      await cleanUp(agent);
    });
  });

  test("a person confirms, changes and rejects what an agent proposes", async () => {
    await using place = open();
    const { url } = await place.serve();
    const asPerson = async (path: string, body: object) => {
      const headers = { "content-type": "application/json", "x-cideldill-actor": "person:Ada" };
      const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return (await response.json()) as Fields;
    };
    await asPerson("/api/agents/policy", { policy: "propose" });
    await using agent = await overStdio(place, "modern");
    await agent.use("breakpoint_set_rule", { function: "shop.charge", condition: "args[0] < 0.0" });
    const program = shop(place);
    const { pause_id } = await nextPause(agent);
    expect(await agent.refusal("breakpoint_continue", { pause_id, args: { "0": 240 } })).toMatch(
      /^proposal_needed: .*breakpoint_propose/,
    );

    const rejected = await agent.use("breakpoint_propose", {
      pause_id,
      note: "skip it",
      action: "skip",
      result: "-",
    });
    await asPerson(`/api/proposals/${rejected.proposal_id}/reject`, { reason: "charge it rightly" });
    expect(
      await agent.use("breakpoint_wait_for_proposal", { proposal_id: rejected.proposal_id }),
    ).toMatchObject({
      status: "rejected",
      message: expect.stringContaining("charge it rightly"),
    });

    const asked = await agent.use("breakpoint_propose", { pause_id, expr: "customer.name" });
    const answered = agent.use("breakpoint_wait_for_proposal", {
      proposal_id: asked.proposal_id,
      timeout_s: 20,
    });
    await asPerson(`/api/proposals/${asked.proposal_id}/accept`, {});
    expect(await answered).toMatchObject({ status: "accepted", result: { output: "'customer 3'" } });

    const edit = await agent.use("breakpoint_propose", {
      pause_id,
      note: "it is 400 less 40 %",
      args: { "0": 241 },
    });
    const released = agent.use("breakpoint_wait_for_proposal", {
      proposal_id: edit.proposal_id,
      timeout_s: 20,
    });
    const proposed = {
      kind: "release",
      action: { modified_args: [240, { cid: await cidOfArg(url, pause_id, 1) }] },
    };
    await asPerson(`/api/proposals/${edit.proposal_id}/accept`, { proposed });
    expect(await released).toMatchObject({ status: "accepted", changed: true });
    await program.printed(/order 3: charged customer 3 240\.00/);
  });

  test("joins the running server, or starts one that ends with it", async () => {
    await using place = open();
    const { url } = await place.serve();
    await using joined = await overStdio(place, "modern");
    await joined.use("breakpoint_add", { function_name: "seen_by_all" });
    const listed = (await (await fetch(`${url}/api/breakpoints`)).json()) as { breakpoints: string[] };
    expect(listed.breakpoints).toEqual(["seen_by_all"]);
    expect((await joined.read("breakpoint://status")).url).toBe(`${url}/`);
    expect(place.records).toHaveLength(1);

    await using other = open();
    const alone = await overStdio(other, "modern");
    const own = String((await alone.read("breakpoint://status")).url);
    expect((await fetch(`${own}api/health`)).status).toBe(200);
    await alone.client.close();
    await eventually(() => other.records.length === 0, "its server to end with it");
  });

  test("finds its server again after a restart elsewhere", async () => {
    await using place = open();
    const first = await place.serve();
    await using agent = await overStdio(place, "modern", ["--no-start"]);
    await agent.use("breakpoint_add", { function_name: "before" });
    first.process.child.kill("SIGTERM");
    await first.process.child.exited;
    expect(await agent.refusal("breakpoint_list_paused")).toContain("Start one with: cideldill");
    const second = await place.serve();
    expect((await agent.read("breakpoint://status")).url).toBe(`${second.url}/`);
  });

  test("nothing but protocol is written to stdout, and it ends when its host does", async () => {
    await using place = open();
    const child = Bun.spawn([...place.command, "mcp", "--debug"], {
      cwd: place.cwd,
      env: place.env(),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const initialize = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
    };
    child.stdin.write(`not json\n${JSON.stringify(initialize)}\n`);
    child.stdin.flush();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    child.stdin.end();
    expect(await child.exited).toBe(0);
    const lines = new TextDecoder().decode(value).trimEnd().split("\n");
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    expect(lines.map((line) => JSON.parse(line) as Fields)).toContainEqual(
      expect.objectContaining({ id: 1, result: expect.objectContaining({ protocolVersion: "2025-06-18" }) }),
    );
  });

  test("prints what an agent should know", async () => {
    await using place = open();
    const { code, stdout, stderr } = await place.run(["mcp", "--instructions"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("breakpoint_wait_for_pause");
    expect(stdout.split("\n").every((line) => line.length <= 130)).toBe(true);
  });
}

async function cidOfArg(url: string, pauseId: string, index: number): Promise<string> {
  const pause = (await (await fetch(`${url}/api/paused/${pauseId}`)).json()) as {
    call_data: { args: { cid: string }[] };
  };
  return pause.call_data.args[index]?.cid ?? "";
}
