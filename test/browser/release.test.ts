/** The main job: a program is paused, a person decides, the program goes on with what was decided. */
import { describe, expect } from "bun:test";
import { Debuggee, itemValue } from "./support/debuggee.ts";
import { browserTest, eventually, eventuallyContains, newDesk, textOf } from "./support/page.ts";
import { editLeaf, editText, retype, row, shown } from "./support/values.ts";

const desk = newDesk();
const REFUND = { orderId: "A-1042", amount: 249.9, lines: [{ sku: "KX-7", qty: 1 }] };

async function pausedAtRefund() {
  const page = await desk.open();
  const program = new Debuggee(desk.server.url);
  await program.breakAt("tools.issueRefund");
  const call = await program.call("tools.issueRefund", [REFUND, "untouched"], { kwargs: { dryRun: true } });
  await page.getByRole("heading", { name: "tools.issueRefund" }).waitFor();
  return { page, program, call };
}

describe("a paused call", () => {
  browserTest("is shown with its arguments, its process and its call site", async () => {
    const { page } = await pausedAtRefund();
    await eventually(() => page.title(), "(1) CID el Dill");
    const text = await textOf(page.getByRole("region", { name: "Selected call" }));
    for (const part of ["before the call", `pid ${process.pid}`, "agent.ts:88", "handleTicket"]) {
      expect(text).toContain(part);
    }
    await page.getByText("await tools.issueRefund(request)").first().waitFor();
    await eventually(() => shown(page, "orderId"), '"A-1042"');
    await eventually(() => shown(page, "amount"), "249.9");
    await eventually(() => shown(page, "lines"), '[{ sku: "KX-7", qty: 1 }]');
    await eventually(() => shown(page, "args[1]"), '"untouched"');
    await eventually(() => shown(page, "dryRun"), "true");
    await eventuallyContains(page.locator("[data-pause]"), '{ orderId: "A-1042", amount: 249.9');
  });

  browserTest("runs with an edit; what was not edited stays the caller's own object", async () => {
    const { page, program, call } = await pausedAtRefund();
    const run = page.getByRole("button", { name: "Run with edit" });
    await eventually(() => run.isDisabled(), true);

    await editLeaf(page, "amount", "24.99");
    await eventuallyContains(row(page, "amount"), "249.924.99");
    const change = page.getByRole("region", { name: "Changes" }).getByRole("row", { name: "args[0].amount" });
    await eventuallyContains(change, "249.924.99");
    await eventuallyContains(row(page, "args[1]"), "kept as it is");
    await run.click();

    const decision = await call.decision;
    expect(decision.action).toBe("modify");
    expect(itemValue(decision.modified_args?.[0])).toEqual({ ...REFUND, amount: 24.99 });
    expect(decision.modified_args?.[1]?.cid).toBe(call.args[1]?.cid ?? "");
    expect(decision.modified_kwargs?.dryRun?.cid).toBe(call.kwargs.dryRun?.cid ?? "");
    await page.getByText("No call is waiting.").waitFor();
    await eventually(() => page.title(), "CID el Dill");
    // And so it is shown from then on: what the caller passed, and what it ran with.
    await program.complete(call.callId, { result: "refunded" });
    await eventually(() => shown(page, "result"), '"refunded"');
    await eventuallyContains(row(page, "amount"), "249.924.99");
    await eventually(() => shown(page, "args[1]"), '"untouched"');
  });

  browserTest("does not run while an edit is not JSON, and says where it is not", async () => {
    const { page } = await pausedAtRefund();
    const editor = await editText(page, "args[0]");
    await retype(page, editor, '{\n  "amount": 1,,\n}');
    await page.getByText("Line 2, column 15: Expected a property name").waitFor();
    await eventually(() => page.getByRole("button", { name: "Run with edit" }).isDisabled(), true);
    await page.getByRole("button", { name: "Revert args[0]" }).last().click();
    await eventually(() => shown(page, "amount"), "249.9");
    await eventually(() => page.getByText("edited", { exact: true }).count(), 0);
    await editLeaf(page, "amount", "24,99");
    await page.getByText("Something follows the end of the value").waitFor();
    await page.keyboard.press("Control+Enter");
    await eventually(() => page.locator("[data-pause]").count(), 1);
    await page.keyboard.press("Escape");
    await eventually(() => shown(page, "amount"), "249.9");
  });

  browserTest("resumes as it was", async () => {
    const { page, call } = await pausedAtRefund();
    await editLeaf(page, "args[1]", '"changed my mind"');
    await page.getByRole("button", { name: "Run as it was" }).click();
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("is skipped with a result", async () => {
    const { page, call } = await pausedAtRefund();
    await page.getByRole("button", { name: "Skip…" }).click();
    const result = page.getByLabel("Result, as JSON");
    await result.waitFor();
    const edited = page.locator("[data-pause]").getByText("edited");
    expect(await edited.count()).toBe(0);
    await retype(page, result, '{"refunded": ');
    await edited.waitFor({ state: "attached" });
    await eventually(() => page.getByRole("button", { name: "Skip with this result" }).isDisabled(), true);
    await retype(page, result, '{"refunded": false}');
    await page.getByRole("button", { name: "Skip with this result" }).click();
    const decision = await call.decision;
    expect(decision.action).toBe("skip");
    expect(JSON.parse(decision.fake_result_data ?? "")).toEqual({ refunded: false });
  });

  browserTest("throws what it is told to", async () => {
    const { page, call } = await pausedAtRefund();
    await page.getByRole("button", { name: "Throw…" }).click();
    await page.getByLabel("Type").fill("RangeError");
    await page.getByLabel("Message").fill("too much");
    await page.getByRole("button", { name: "Throw it" }).click();
    expect(await call.decision).toMatchObject({
      action: "raise",
      exception_type: "RangeError",
      exception_message: "too much",
    });
  });

  browserTest("shows its result when it paused after it ran, and offers only to go on", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("charge");
    await program.setBehavior("charge", "behavior", "go");
    await program.setBehavior("charge", "after_behavior", "stop");
    const started = await program.call("charge", [{ cents: 100 }]);
    const call = await program.complete(started.callId, { result: { ok: true } });
    await page.getByRole("tab", { name: "Result" }).and(page.locator("[aria-selected=true]")).waitFor();
    await eventually(() => shown(page, "ok"), "true");
    for (const name of ["Run with edit", "Skip…", "Throw…"]) {
      await eventually(() => page.getByRole("button", { name }).count(), 0);
    }
    // The key asks for nothing the server would refuse.
    await page.keyboard.press("s");
    await eventually(() => page.getByLabel("Result, as JSON").count(), 0);
    await page.getByRole("button", { name: "Resume", exact: false }).last().click();
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("that threw shows what it threw", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("charge");
    await page.getByRole("radio", { name: "Errors" }).click();
    await page.getByRole("radio", { name: "Errors" }).and(page.locator(":checked")).waitFor();
    const started = await program.call("charge");
    await program.complete(started.callId, { type: "CardError", message: "declined" });
    await page.getByText("CardError: declined", { exact: true }).waitFor();
    await page.getByText("it threw").first().waitFor();
  });
});

describe("several paused calls", () => {
  browserTest("a new one steals neither selection nor focus nor a half-typed edit", async () => {
    const { page, program } = await pausedAtRefund();
    await row(page, "args[1]").dblclick();
    const editor = page.locator('[data-editor="leaf"]');
    await editor.fill('"half ty');
    await program.call("tools.issueRefund", ["second"]);
    await page.getByText("2 waiting").first().waitFor();
    await page.keyboard.type("ped");
    await eventually(() => editor.inputValue(), '"half typed');

    await page.locator("[data-pause]").nth(1).click();
    await eventually(() => shown(page, "args[0]"), '"second"');
    await page.locator("[data-pause]").nth(0).click();
    await eventually(() => editor.inputValue(), '"half typed');
    await eventuallyContains(page.locator("[data-pause]").nth(0), "edited");
  });

  browserTest("all are resumed at once", async () => {
    const { page, program, call } = await pausedAtRefund();
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, at) => program.call("tools.issueRefund", [at])),
    );
    await page.getByText("21 waiting").first().waitFor();
    await page.getByRole("button", { name: "Resume all" }).click();
    const decisions = await Promise.all([call, ...others].map((each) => each.decision));
    expect(decisions.every((decision) => decision.action === "continue")).toBe(true);
    await page.getByText("No call is waiting.").waitFor();
  });

  browserTest("one taken by someone else says so and keeps what was typed", async () => {
    const { page, program } = await pausedAtRefund();
    const other = await desk.open();
    await other.getByRole("heading", { name: "tools.issueRefund" }).waitFor();
    await editLeaf(page, "args[1]", '"mine"');
    await other.getByRole("button", { name: "Resume", exact: false }).last().click();
    await page.getByText("Taken by someone else").waitFor();
    await program.call("tools.issueRefund", ["next"]);
    await page.getByText("1 waiting").first().waitFor();
    await eventually(() => shown(page, "args[1]"), '"mine"');
    await page.getByRole("button", { name: "Next call" }).click();
    await eventually(() => shown(page, "args[0]"), '"next"');
  });

  browserTest("a draft survives a reload", async () => {
    const { page } = await pausedAtRefund();
    await editLeaf(page, "amount", "1");
    await row(page, "args[1]").dblclick();
    await page.locator('[data-editor="leaf"]').fill('"not yet');
    await page.reload();
    await page.getByText("This string is not closed").waitFor();
    await eventually(() => page.locator('[data-editor="leaf"]').inputValue(), '"not yet');
    await eventuallyContains(row(page, "amount"), "249.91");
  });
});
