/** The whole way: a real program, a person at the page, and what the program prints then. */
import { afterEach, describe, expect } from "bun:test";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ChildProgram } from "./support/child-program.ts";
import { browserTest, eventually, eventuallyContains, newDesk, textOf } from "./support/page.ts";
import { editLeaf, row, shown } from "./support/values.ts";

const desk = newDesk();
const CLI = join(import.meta.dir, "../../src/cli.ts");
const SHOP = join(import.meta.dir, "support/shop.ts");

/** It refunds what it is told, and prints what came of it. */
const startShop = () => new ChildProgram(SHOP, desk.server.url);

let program: ChildProgram | undefined;
afterEach(async () => {
  await program?.stop();
  program = undefined;
});

async function post(path: string, body: unknown, headers = {}): Promise<Record<string, unknown>> {
  const response = await fetch(desk.server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, unknown>;
}

/** The program waits at its first refund. */
async function pausedAt(amount: number, path = "/"): Promise<{ page: Page; shop: ChildProgram }> {
  const page = await desk.open({ path });
  await post("/api/breakpoints", { function_name: "tools.issueRefund", behavior: "stop" });
  const shop = startShop();
  program = shop;
  shop.tell(String(amount));
  await page.getByRole("heading", { name: "tools.issueRefund before the call" }).waitFor();
  return { page, shop };
}

describe("a person and a program", () => {
  browserTest(
    "with the mouse: edit a nested value, see the difference, run; the program prints it",
    async () => {
      const { page, shop } = await pausedAt(249.9);
      await eventually(() => shown(page, "amount"), "249.9");
      await eventuallyContains(row(page, "request"), "RefundRequest");
      await row(page, "lines").click();
      await row(page, "0").click();
      await editLeaf(page, "sku", '"KX-9"');
      await editLeaf(page, "amount", "24.99");
      const changes = page.getByRole("region", { name: "Changes" });
      await changes.getByRole("row", { name: "request.lines[0].sku" }).waitFor();
      await eventuallyContains(changes, "249.924.99");
      await page.getByRole("button", { name: "Run with edit" }).click();
      expect(JSON.parse(await shop.prints())).toEqual({ refunded: 24.99, sku: "KX-9", log: "same function" });
    },
  );

  browserTest("with the keyboard alone: the same, undone once", async () => {
    const { page, shop } = await pausedAt(249.9);
    const keys = async (...names: string[]) => {
      for (const name of names) await page.keyboard.press(name);
    };
    await eventually(() => shown(page, "amount"), "249.9");
    await keys("e");
    await page.locator('[data-editor="leaf"]:focus').waitFor();
    await page.keyboard.type('"B-1"');
    await keys("Enter");
    await page.getByRole("row", { name: "request.orderId" }).waitFor();
    await keys("z");
    await eventually(() => page.getByRole("row", { name: "request.orderId" }).count(), 0);
    await keys("ArrowDown", "Enter");
    await page.locator('[data-editor="leaf"]:focus').waitFor();
    await page.keyboard.type("12.5");
    await keys("Control+Enter");
    expect(JSON.parse(await shop.prints())).toEqual({ refunded: 12.5, sku: "KX-7", log: "same function" });
  });

  browserTest("shows what others evaluate beside the paused call while they do", async () => {
    const { page, shop } = await pausedAt(5);
    await page.getByRole("tab", { name: "REPL" }).click();
    const prompt = page.getByRole("textbox", { name: "Expression to evaluate in the program" });
    await prompt.waitFor();
    const lines = page.getByRole("log", { name: "Evaluated" });

    const url = desk.server.url;
    const { paused } = (await (await fetch(`${url}/api/paused`)).json()) as { paused: { id: string }[] };
    const { session_id } = await post("/api/repl/start", { pause_id: paused[0]?.id });
    const agent = { "x-cideldill-actor": "agent:helper" };
    await post(`/api/repl/${session_id}/eval`, { expr: "'of an ' + 'agent'" }, agent);
    await lines.getByText('"of an agent"').waitFor();
    await lines.getByText("by agent helper").waitFor();

    const command = [process.execPath, CLI, "repl", "--server", url, "--eval", "'of the ' + 'terminal'"];
    const terminal = Bun.spawn(command, { stdout: "pipe" });
    expect(await new Response(terminal.stdout).text()).toContain("of the terminal");
    await lines.getByText('"of the terminal"').waitFor();

    await prompt.click();
    await page.keyboard.type("'of ' + 'mine'");
    await page.keyboard.press("Enter");
    await lines.getByText('"of mine"').waitFor();
    // Each of them once, and so after a reload.
    const said = () => lines.locator(".repl-expr").allTextContents();
    const all = ["'of an ' + 'agent'", "'of the ' + 'terminal'", "'of ' + 'mine'"];
    await eventually(said, all);
    await page.reload();
    await page.getByRole("tab", { name: "REPL" }).click();
    await eventually(said, all);
    await page.keyboard.press("Escape");
    await page.keyboard.press("F8");
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 5 });
  });

  browserTest("evaluates beside the paused call, in its own words", async () => {
    const { page, shop } = await pausedAt(5);
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await page.getByRole("tab", { name: "REPL" }).and(page.locator("[aria-selected=true]")).waitFor();
    const prompt = page.getByRole("textbox", { name: "Expression to evaluate in the program" });
    await prompt.waitFor();
    const lines = page.getByRole("log", { name: "Evaluated" });
    await page.keyboard.type("$args[0].reveal()");
    await page.keyboard.press("Enter");
    await lines.getByText('"private"').waitFor();
    await page.keyboard.type("console.log('hello'); ({ deep: { er: [1, 2] } })");
    await page.keyboard.press("Enter");
    await lines.getByText("hello", { exact: true }).waitFor();
    // The text that stands there until the value is here does not open.
    await lines.locator(".value-row").getByText("{ deep: { er: [1, 2] } }").last().click();
    await row(page, "deep").waitFor();
    await page.locator('[data-editor="repl"]').click();
    await page.keyboard.type("nothing.there");
    await page.keyboard.press("Enter");
    await lines
      .getByText(/ReferenceError/)
      .first()
      .waitFor();
    await page.keyboard.press("ArrowUp");
    await eventually(() => textOf(prompt), "nothing.there");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("$args[0].o");
    await page.locator(".cm-tooltip-autocomplete").getByRole("option", { name: "orderId" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 5 });
  });

  browserTest("pauses again after the call, answers with an edited result", async () => {
    const { page, shop } = await pausedAt(7);
    await page.keyboard.press("Shift+P");
    await eventually(() => page.getByLabel("pause again after").isChecked(), true);
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "tools.issueRefund after the call" }).waitFor();
    await eventually(() => shown(page, "refunded"), "7");
    await editLeaf(page, "refunded", "70");
    await page.getByRole("button", { name: "Answer with edit" }).click();
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 70 });
  });

  browserTest("two browsers at one pause: the second sees who took it", async () => {
    const { page, shop } = await pausedAt(9);
    const other = await desk.open();
    await other.getByRole("heading", { name: "tools.issueRefund before the call" }).waitFor();
    await editLeaf(other, "amount", "1");
    await page.keyboard.press("a");
    await other.getByText("Taken by someone else").waitFor();
    await eventuallyContains(row(other, "amount"), "91");
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 9 });
  });
});

describe("a rule", () => {
  browserTest("with a condition pauses only what it is about, and shows what it would have met", async () => {
    const { page, shop } = await pausedAt(300);
    await page.keyboard.press("a");
    await shop.prints();
    await post("/api/breakpoints/tools.issueRefund/behavior", { behavior: "go" });
    shop.tell("100");
    await shop.prints();

    await page.goto(`${desk.server.url}/breakpoints`);
    await page.getByRole("heading", { name: "Breakpoints" }).first().waitFor();
    await page.keyboard.press("Shift+N");
    await page.getByLabel("Function", { exact: true }).fill("tools.issueRefund");
    await page.getByRole("textbox", { name: "Condition" }).click();
    await page.keyboard.type("args[0].amount > 200");
    await page.getByText("1 of 2 recorded calls").waitFor();
    await page.getByRole("textbox", { name: "Condition" }).press("End");
    await page.keyboard.type(" &&");
    await page
      .getByRole("region", { name: "Preview" })
      .getByText(/condition/)
      .waitFor();
    for (let at = 0; at < 3; at++) await page.keyboard.press("Backspace");
    await page.getByLabel("Note").fill("big refunds");
    await page.keyboard.press("Control+Enter");
    await page.locator("[data-rule]").getByText("big refunds").waitFor();

    shop.tell("50");
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 50 });
    shop.tell("500");
    await page.getByRole("link", { name: "Calls" }).click();
    await page.locator("[data-pause]").click();
    await page.getByRole("heading", { name: "tools.issueRefund before the call" }).waitFor();
    await page.getByText("when args[0].amount > 200 · hit 2").waitFor();
    await page.keyboard.press("a");
    await shop.prints();

    await page.getByRole("link", { name: "Breakpoints" }).click();
    await page.getByRole("button", { name: "Mute rule big refunds" }).click();
    await page.getByRole("button", { name: "Switch on rule big refunds" }).waitFor();
    shop.tell("600");
    expect(JSON.parse(await shop.prints())).toMatchObject({ refunded: 600 });
  });

  browserTest("is made from a value of a call: pause when this comes again", async () => {
    const { page, shop } = await pausedAt(1);
    await row(page, "orderId").hover();
    await page.getByRole("button", { name: "Pause when request.orderId is this again" }).click();
    await page.getByText('"A-1042"', { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add rule" }).click();
    await page.locator("[data-rule]").getByText("when this value comes").waitFor();
    await page.keyboard.press("Shift+A");
    await shop.prints();
    await post("/api/breakpoints/tools.issueRefund/behavior", { behavior: "go" });
    shop.tell("2");
    await page.getByRole("link", { name: "Calls" }).click();
    await page.getByRole("heading", { name: /tools.issueRefund/ }).waitFor();
    await page.getByText("this value again").waitFor();
    await page.keyboard.press("Shift+A");
  });
});
