/** A person and an agent at the same pause: what the agent proposes, the person confirms or rejects in the page. */
import { expect } from "bun:test";
import { agentOverHttp } from "../support/agent.ts";
import { Debuggee, itemValue } from "./support/debuggee.ts";
import { browserTest, eventuallyContains, newDesk } from "./support/page.ts";

const desk = newDesk();
const ORDER = { id: 7, lines: [{ sku: "KX-7", qty: -1 }] };

browserTest("an agent proposes, a person says no, then accepts; the record tells both", async () => {
  const page = await desk.open();
  const { url, context } = desk.server;
  context.agents.setPolicy("shop.charge", "propose");
  await using agent = await agentOverHttp(url);
  await agent.use("breakpoint_add", { function_name: "shop.charge" });
  const call = await new Debuggee(url).call("shop.charge", [ORDER, "untouched"]);
  const { paused } = (await agent.use("breakpoint_wait_for_pause")) as { paused: { pause_id: string } };
  const { pause_id } = paused;
  await page.getByRole("heading", { name: "shop.charge" }).waitFor();
  expect(await agent.refusal("breakpoint_continue", { pause_id })).toContain("breakpoint_propose");

  const card = page.getByRole("region", { name: "Proposal" });
  const skip = await agent.use("breakpoint_propose", {
    pause_id,
    action: "skip",
    result: null,
    note: "skip it",
  });
  await card.getByText("skip it").waitFor();
  await eventuallyContains(card, "test-agent");
  await card.getByRole("button", { name: "No" }).click();
  expect(await agent.use("breakpoint_wait_for_proposal", { proposal_id: skip.proposal_id })).toMatchObject({
    status: "rejected",
    message: expect.stringContaining("Rejected by person"),
  });

  const edits = [{ at: "args[0].lines[0].qty", value: 1 }];
  const edit = await agent.use("breakpoint_propose", { pause_id, edits, note: "nobody buys -1" });
  await card.getByText("nobody buys -1").waitFor();
  await card.getByRole("button", { name: "Accept" }).click();
  expect(await agent.use("breakpoint_wait_for_proposal", { proposal_id: edit.proposal_id })).toMatchObject({
    status: "accepted",
  });
  const { modified_args } = await call.decision;
  expect(itemValue(modified_args?.[0])).toEqual({ id: 7, lines: [{ sku: "KX-7", qty: 1 }] });
  expect(modified_args?.[1]?.cid).toBe(call.args[1]?.cid ?? "");
  const answered = context.agents.requireProposal(String(edit.proposal_id));
  expect(answered.answered_by).toMatchObject({ kind: "person" });
});

browserTest(
  "who works at a pause is seen, what an evaluation changed too, and a person takes over",
  async () => {
    const page = await desk.open();
    const { url } = desk.server;
    await using agent = await agentOverHttp(url);
    await agent.use("breakpoint_add", { function_name: "shop.charge" });
    const program = new Debuggee(url);
    const call = await program.call("shop.charge", [5]);
    await page.getByRole("heading", { name: "shop.charge" }).waitFor();
    const { paused } = (await agent.use("breakpoint_wait_for_pause")) as { paused: { pause_id: string } };
    const { pause_id } = paused;
    await agent.use("breakpoint_hold", { pause_id });
    const note = page.getByRole("region", { name: "At work here" });
    await note.getByText("agent test-agent").waitFor();

    // As a client tells it whose evaluation assigned to an argument.
    const { manager } = desk.server;
    const { call: known } = manager.requirePause(pause_id);
    const session = manager.repl.start(pause_id, known, 1);
    const question = { id: "e1", expr: "amount = 5", now: 1, by: { kind: "person" as const } };
    const answer = manager.repl.evaluate(session, question);
    const changedArgs = known.args.map((item, index) => ({ index, item }));
    const result = { output: "5", stdout: "", isError: false, resultCid: null, changedArgs };
    manager.repl.complete(session.session_id, "e1", result, 2);
    await answer;
    await page.getByText("An evaluation changed args[0] = 5").waitFor();

    await note.getByRole("button", { name: "Take over" }).click();
    await note.waitFor({ state: "detached" });
    expect(await agent.refusal("breakpoint_continue", { pause_id })).toContain("held_by_person");
    await page.keyboard.press("F8");
    expect((await call.decision).action).toBe("continue");
  },
);
