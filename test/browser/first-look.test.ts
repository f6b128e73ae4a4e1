/** What someone meets who opens the page for the first time, on any screen. */
import { describe, expect } from "bun:test";
import { Debuggee } from "./support/debuggee.ts";
import { atRest, browserTest, eventually, newDesk, textOf } from "./support/page.ts";

const desk = newDesk();

describe("the empty page", () => {
  browserTest("teaches how to connect a program, with its own address", async () => {
    const page = await desk.open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("heading", { name: "Connect a program" }).waitFor();
    const text = await textOf(page.locator("body"));
    for (const part of [
      'import { withDebug } from "cideldill";',
      `<script type="module" src="${desk.server.url}/api/debug-client.js"></script>`,
      "from cideldill_client import with_debug",
      "No call is waiting.",
    ]) {
      expect(text).toContain(part);
    }
    await page.getByRole("button", { name: "Copy the lines for Browser" }).click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
      `${desk.server.url}/api/debug-client.js`,
    );
  });

  browserTest("has no inline script or style, and is served under a strict policy", async () => {
    const page = await desk.open();
    await page.getByRole("heading", { name: "Connect a program" }).waitFor();
    const response = await fetch(desk.server.url);
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style| style=| on\w+=/);
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  });
});

describe("the page", () => {
  browserTest("asks for the newest calls while its script is still on the way", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.call("tools.sendMail", ["a"]);
    await page.goto("about:blank");
    const asked = page.waitForRequest(/\/api\/calls\?/);
    // The script comes when the question is out: never, if it is the script that asks.
    await page.route(/index-\w+\.js$/, async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto(desk.server.url);
    await page.getByRole("option", { name: "tools.sendMail" }).waitFor();
  });

  browserTest("follows the system's theme, and keeps the one that was chosen", async () => {
    const page = await desk.open({ colorScheme: "dark" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole("button", { name: "Theme: system" }).waitFor();
    const dark = await background();
    await page.emulateMedia({ colorScheme: "light" });
    await eventually(async () => (await background()) !== dark, true);
    const light = await atRest(background);
    await page.getByRole("button", { name: "Theme: system" }).click();
    await eventually(background, dark);
    await page.reload();
    await page.getByRole("button", { name: "Theme: dark" }).click();
    await eventually(background, light);
  });

  for (const [width, height] of [
    [1440, 860],
    [900, 700],
    [390, 844],
  ] as const) {
    browserTest(`fits ${width} x ${height}: nothing sticks out, the actions are in reach`, async () => {
      const page = await desk.open({ viewport: { width, height } });
      const widest = () => page.evaluate(() => document.documentElement.scrollWidth);
      await page.getByRole("heading", { name: "Connect a program" }).waitFor();
      expect(await widest()).toBeLessThanOrEqual(width);
      const copy = await page.getByRole("button", { name: "Copy the lines for Browser" }).boundingBox();
      expect(copy && copy.x + copy.width).toBeLessThanOrEqual(width);
      const program = new Debuggee(desk.server.url);
      const long = `tools.${"veryLongName".repeat(20)}`;
      await program.register(long);
      await program.breakAt(`${long}2`);
      const call = await program.call(`${long}2`, ["x".repeat(3_000), { deep: [{ text: "y".repeat(500) }] }]);
      await page.locator(".detail-title h2").waitFor();
      expect(await widest()).toBeLessThanOrEqual(width);
      const resume = page.locator(".actions").getByRole("button", { name: "Resume" });
      const box = await resume.boundingBox();
      expect(box && box.y + box.height).toBeLessThanOrEqual(height);
      await resume.click();
      expect((await call.decision).action).toBe("continue");
    });
  }
});

describe("the API documentation", () => {
  browserTest("opens offline, under the same policy", async () => {
    const page = await desk.open({ path: "/docs" });
    await page.getByText("/api/call/start").first().waitFor({ timeout: 40_000 });
    await eventually(() => page.locator("img[src*=validator]").count(), 0);
  });
});
