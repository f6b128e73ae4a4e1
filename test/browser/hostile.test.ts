/** Names, values, stacks and messages that try to be more than text. */
import { describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { Debuggee, itemValue } from "./support/debuggee.ts";
import { browserTest, eventually, eventuallyContains, newDesk, textOf } from "./support/page.ts";
import { editLeaf, editText, retype, row, shown } from "./support/values.ts";

const desk = newDesk();

const CORPUS = [
  "<script>window.hacked=1;alert(1)</script>",
  "</script><script>window.hacked=1</script>",
  '"><img src=x onerror="window.hacked=1">',
  "<svg/onload=window.hacked=1>",
  "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
  "javascript:window.hacked=1//",
  "{{constructor.constructor('window.hacked=1')()}}",
  "$" + "{window.hacked=1}",
  "<style>*{display:none}</style>",
  "<a href='javascript:window.hacked=1'>click</a>",
  "__proto__",
  "&lt;b&gt;&#60;",
];

/** They come one after another, to one page. */
const MANY_TEXTS_MS = 180_000;

/** No markup of theirs became ours, no script ran. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => Reflect.get(window, "hacked"))).toBeUndefined();
  expect(
    await page
      .locator("body script, body img:not(.cm-widgetBuffer), body iframe, body style, [onerror], [onload]")
      .count(),
  ).toBe(0);
  await eventually(() => page.locator('a[href^="javascript:"]').count(), 0);
}

describe("hostile text", () => {
  browserTest(
    "is shown as text, wherever it stands",
    async () => {
      const page = await desk.open();
      const program = new Debuggee(desk.server.url);
      await page.keyboard.press("l");
      await page.locator(".event-log").waitFor();
      for (const evil of CORPUS) {
        await program.register(`known ${evil}`);
        await program.breakAt(evil);
        await program.call(evil, [evil, { [evil]: evil }], {
          kwargs: { [evil]: evil },
          stack: [{ filename: evil, lineno: 1, function: evil, code_context: evil }],
          pageUrl: evil,
        });
        await page.locator("[data-pause]").click();
        await page.getByRole("tab", { name: "Arguments" }).click();
        await eventually(() => textOf(page.locator(".detail-title h2 bdi")), evil);
        await eventually(() => textOf(page.locator(".source-excerpt")), evil);
        await eventually(() => shown(page, "args[0]"), JSON.stringify(evil));
        await eventuallyContains(page.locator(".event-log"), `paused ${evil}`);
        await editLeaf(page, "args[0]", JSON.stringify(`${evil}!`));
        await eventuallyContains(page.getByRole("region", { name: "Changes" }), summaryOf(`${evil}!`));
        await expectHarmless(page);
        for (const tab of ["Stack & source", "REPL", "History", "Raw"]) {
          await page.getByRole("tab", { name: tab }).click();
          await page.getByRole("tab", { name: tab }).and(page.locator("[aria-selected=true]")).waitFor();
          await expectHarmless(page);
        }
        await program.releaseFirst();
        await eventually(() => page.locator("[data-pause]").count(), 0);
      }
    },
    MANY_TEXTS_MS,
  );

  browserTest("that hides or reorders is marked where it stands", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    const name = "safe\u202egpj.exe\u0000\u001b[31m";
    await program.breakAt(name);
    await program.call(name, ["pay\u200bpal\u202e"], {
      stack: [{ filename: "/a\u2066b.ts", lineno: 1, function: "f\u200e" }],
    });
    await page.locator(".detail-title h2").waitFor();
    await eventually(() => textOf(page.locator(".detail-title h2 bdi")), "safeU+202Egpj.exeU+0000U+001B[31m");
    await eventually(() => shown(page, "args[0]"), '"pay\\u200bpal\\u202e"');
    await eventuallyContains(page.locator("[data-pause]"), "payU+200BpalU+202E");
    const raw = await page.evaluate(() => document.body.textContent ?? "");
    for (const char of ["\u202e", "\u2066", "\u200e", "\u200b", "\u0000", "\u001b"])
      expect(raw).not.toContain(char);
    await eventually(() => page.title(), "(1) CID el Dill");
  });

  browserTest("in what a call threw is text too", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    await fetch(`${desk.server.url}/api/behavior`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"behavior": "exception"}',
    });
    const evil = CORPUS[2] ?? "";
    const call = await program.call("f");
    await program.complete(call.callId, { type: evil, message: evil });
    await page.locator(".exception").waitFor();
    await eventually(() => textOf(page.locator(".exception")), `${evil}: ${evil}`);
    await expectHarmless(page);
  });

  browserTest(
    "too large for an event is fetched when it is looked at, and edited like any other",
    async () => {
      const page = await desk.open();
      const program = new Debuggee(desk.server.url);
      await page.getByRole("button", { name: /^Event log/ }).click();
      await program.breakAt("large");
      await page.getByText("breakpoint on large").waitFor();
      const text = "y".repeat(50_000);
      const call = await program.call("large", [text]);
      await page.getByText("string(50,000)").waitFor();
      const editor = await editText(page, "args[0]");
      await retype(page, editor, JSON.stringify(`${text}!`));
      await page.getByRole("button", { name: "Run with edit" }).click();
      expect(itemValue((await call.decision).modified_args?.[0])).toBe(`${text}!`);
    },
  );

  browserTest("of many megabytes does not stop the page", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("big");
    await program.call("big", ['x"'.repeat(3_000_000), "small"]);
    await page.locator(".detail-title h2").waitFor();
    await page.getByText("string(9,000,000)").waitFor();
    await editText(page, "args[0]");
    await page.getByText("It is too long to be edited as text").waitFor();
    await page.getByRole("button", { name: "Revert args[0]" }).last().click();
    const before = Date.now();
    await editLeaf(page, "args[1]", '"still here"');
    await eventually(() => page.getByRole("button", { name: "Run with edit" }).isEnabled(), true);
    expect(Date.now() - before).toBeLessThan(5_000);
    await row(page, "args[0]").click();
    await page.getByText("more characters: see the tab Raw").count();
    await page.getByRole("tab", { name: "Raw" }).click();
    await page.getByText("9.0 MB").first().waitFor();
    expect((await textOf(page.locator("body"))).length).toBeLessThan(50_000);
  });
});

const summaryOf = (text: string) => JSON.stringify(text).slice(0, 60);
