/** Calls as a file: from the page, and opened on its own. */
import { describe, expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Debuggee } from "./support/debuggee.ts";
import { browserTest, newDesk, textOf } from "./support/page.ts";

const desk = newDesk();

const EVIL = [
  "</title></style><script>window.hacked=1</script>",
  '"><img src=x onerror="window.hacked=1">',
  "<a href='javascript:window.hacked=1'>click</a>",
  "a\u202eb\u0000c",
];

async function recorded() {
  const page = await desk.open();
  const program = new Debuggee(desk.server.url);
  for (const evil of EVIL) {
    const stack = [{ filename: evil, lineno: 1, function: evil }];
    const call = await program.call(
      evil,
      [evil, { [evil]: [evil], password: { $type: "redacted" } }, { $type: evil, class: evil }],
      { kwargs: { [evil]: { $type: "map", entries: [[{ a: evil }, evil]] } }, stack },
    );
    await program.complete(call.callId, { type: evil, message: evil });
  }
  return page;
}

describe("marked calls", () => {
  browserTest("are one HTML file that opens by itself, where text of programs is text", async () => {
    const page = await recorded();
    const rows = page.locator(".call-list [data-call]");
    await rows.nth(EVIL.length - 1).waitFor();
    await rows.first().click();
    await rows.last().click({ modifiers: ["Shift"] });
    await page.getByRole("toolbar", { name: "Marked calls" }).getByRole("button", { name: "Export" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "One HTML page" }).click();
    const folder = mkdtempSync(join(tmpdir(), "cideldill-share-"));
    try {
      const file = join(folder, "calls.html");
      await (await downloading).saveAs(file);
      const context = await page.context().browser()?.newContext({ offline: true });
      if (!context) throw new Error("The browser is there");
      const opened = await context.newPage();
      await opened.goto(`file://${file}`);
      expect(await opened.locator("details.call").count()).toBe(EVIL.length);
      for (const call of await opened.locator("details.call > summary").all()) await call.click();
      expect(await opened.evaluate(() => Reflect.get(window, "hacked"))).toBeUndefined();
      expect(await opened.locator("script, img, [onerror], a[href^='javascript']").count()).toBe(0);
      const text = await textOf(opened.locator("body"));
      for (const evil of EVIL.slice(0, 3)) expect(text).toContain(evil);
      expect(text).toContain("aU+202EbU+0000c");
      expect(text).toContain("redacted: it stayed in the program");
      await context.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
