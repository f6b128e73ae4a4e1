/** The main job: a program is paused, a person decides, the program goes on with what was decided. */
import { describe, expect } from "bun:test";
import { Debuggee, itemValue } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk, textOf } from "./support/page.ts";

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
    for (const part of [
      "before the call",
      `js ${process.pid}`,
      "agent.ts:88",
      "handleTicket",
      "await tools.issueRefund(request)",
    ]) {
      expect(text).toContain(part);
    }
    expect(JSON.parse(await page.getByLabel("args[0], as JSON").inputValue())).toEqual(REFUND);
    await eventually(() => page.getByLabel("args[1], as JSON").inputValue(), '"untouched"');
    await eventually(() => page.getByLabel("dryRun, as JSON").inputValue(), "true");
    expect(await textOf(page.locator("[data-pause]"))).toContain('{ orderId: "A-1042", amount: 249.9');
  });

  browserTest("runs with an edit; what was not edited stays the caller's own object", async () => {
    const { page, call } = await pausedAtRefund();
    const editor = page.getByLabel("args[0], as JSON");
    const run = page.getByRole("button", { name: "Run with edit" });
    await eventually(() => run.isDisabled(), true);

    await editor.fill((await editor.inputValue()).replace("249.9", "24.99"));
    expect(await textOf(page.getByRole("list", { name: "Changes" }))).toMatch(/\.amount249\.924\.99/);
    expect(await textOf(page.locator('[data-slot="a1"]'))).toContain("kept as it is");
    await run.click();

    const decision = await call.decision;
    expect(decision.action).toBe("modify");
    expect(itemValue(decision.modified_args?.[0])).toEqual({ ...REFUND, amount: 24.99 });
    expect(decision.modified_args?.[1]?.cid).toBe(call.args[1]?.cid ?? "");
    expect(decision.modified_kwargs?.dryRun?.cid).toBe(call.kwargs.dryRun?.cid ?? "");
    await page.getByText("No call is waiting.").waitFor();
    await eventually(() => page.title(), "CID el Dill");
  });

  browserTest("does not run while an edit is not JSON, and says where it is not", async () => {
    const { page } = await pausedAtRefund();
    const editor = page.getByLabel("args[0], as JSON");
    await editor.fill('{\n  "amount": 1,,\n}');
    await page.getByText("Line 2, column 15: Expected a property name").waitFor();
    await eventually(() => page.getByRole("button", { name: "Run with edit" }).isDisabled(), true);
    await page.getByRole("button", { name: "Revert args[0]" }).click();
    expect(JSON.parse(await editor.inputValue())).toEqual(REFUND);
    await eventually(() => page.getByText("edited", { exact: true }).count(), 0);
  });

  browserTest("resumes as it was", async () => {
    const { page, call } = await pausedAtRefund();
    await page.getByLabel("args[1], as JSON").fill('"changed my mind"');
    await page.getByRole("button", { name: "Resume", exact: false }).last().click();
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("is skipped with a result", async () => {
    const { page, call } = await pausedAtRefund();
    await page.getByRole("button", { name: "Skip with a result" }).click();
    await page.getByLabel("Result, as JSON").fill('{"refunded": ');
    await eventually(() => page.getByRole("button", { name: "Skip with this result" }).isDisabled(), true);
    await page.getByLabel("Result, as JSON").fill('{"refunded": false}');
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
    await page.getByRole("heading", { name: "Result" }).waitFor();
    expect(await textOf(page.getByLabel("Result", { exact: true }))).toContain('"ok": true');
    for (const name of ["Run with edit", "Skip", "Throw"]) {
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
    const editor = page.getByLabel("args[1], as JSON");
    await editor.fill('"half ty');
    await program.call("tools.issueRefund", ["second"]);
    await page.getByText("2 waiting").first().waitFor();
    await page.keyboard.type("ped");
    await eventually(() => editor.inputValue(), '"half typed');

    await page.locator("[data-pause]").nth(1).click();
    await page.getByLabel("args[0], as JSON").and(page.locator("text=second")).waitFor();
    await page.locator("[data-pause]").nth(0).click();
    await eventually(() => editor.inputValue(), '"half typed');
    expect(await textOf(page.locator("[data-pause]").nth(0))).toContain("edited");
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
    await page.getByLabel("args[1], as JSON").fill('"mine"');
    await other.getByRole("button", { name: "Resume", exact: false }).last().click();
    await page.getByText("Taken by someone else").waitFor();
    await program.call("tools.issueRefund", ["next"]);
    await page.getByText("1 waiting").first().waitFor();
    await eventually(() => page.getByLabel("args[1], as JSON").inputValue(), '"mine"');
    await page.getByRole("button", { name: "Next call" }).click();
    await eventually(() => page.getByLabel("args[0], as JSON").inputValue(), '"next"');
  });

  browserTest("a draft survives a reload", async () => {
    const { page } = await pausedAtRefund();
    await page.getByLabel("args[1], as JSON").fill('"not yet');
    await page.reload();
    await page.getByText("This string is not closed").waitFor();
    await eventually(() => page.getByLabel("args[1], as JSON").inputValue(), '"not yet');
  });
});
