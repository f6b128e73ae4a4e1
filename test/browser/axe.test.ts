/** What assistive technology meets: no serious problem on any page, in either theme. */
import { describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { PLACES } from "../../src/server/routes/pages.ts";
import { Debuggee } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk } from "./support/page.ts";

const desk = newDesk();
const AXE = Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir));

const THEMES = ["dark", "light"] as const;
/** What passes need not be described. In light, where only the colours are others, only these are looked at again. */
const RUN = {
  dark: 'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
  light:
    'axe.run({ resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast"] } }).then(({ violations }) => violations)',
} as const;

interface Violation {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** What is wrong with the page as it stands, in both themes. */
async function serious(page: Page): Promise<string[]> {
  // Run by the debugger, which the page's policy does not concern.
  await page.evaluate(await AXE.text());
  const found: string[] = [];
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    await eventually(() => page.evaluate(turningColours), 0);
    const violations = (await page.evaluate(RUN[colorScheme])) as Violation[];
    for (const { id, impact, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const { target, failureSummary } of nodes.slice(0, 3))
        found.push(`${colorScheme} ${id}: ${target.join(" ")} ${failureSummary}`);
    }
  }
  return found;
}

/** Colours on their way from one theme to the other. */
const turningColours = () =>
  document.getAnimations().filter((animation) => animation instanceof CSSTransition).length;

/** A little of everything. */
async function fill(url: string): Promise<void> {
  const program = new Debuggee(url);
  for (const name of ["tools.sendMail", "tools.findOrder", "cache.get"]) await program.register(name);
  for (let at = 0; at < 12; at++) {
    const { callId } = await program.call(at % 3 === 0 ? "tools.sendMail" : "cache.get", [
      `order-${at}`,
      { at },
    ]);
    await program.complete(callId, at % 4 === 0 ? { type: "SmtpError", message: "421" } : { result: at });
  }
  await fetch(`${url}/api/report-com-error`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"message": "the server did not answer"}',
  });
  await program.breakAt("tools.issueRefund");
  await program.call("tools.issueRefund", [{ orderId: "A-1042", amount: 249.9 }, "now"]);
  await program.call("tools.issueRefund", [1]);
}

/** A dozen pages are looked at in one test, so that they are filled once. */
const MANY_PAGES_MS = 180_000;

const PAGES = [
  "/",
  "/?view=tree",
  "/?view=timeline",
  "/?q=status:exception&call=1",
  "/?compare=1,2",
  "/functions?name=tools.sendMail",
  ...PLACES,
];

describe("no serious problem in either theme", () => {
  browserTest("on the empty page", async () => {
    const page = await desk.open({ colorScheme: "dark" });
    await page.getByRole("heading", { name: "Connect a program" }).waitFor();
    expect(await serious(page)).toEqual([]);
  });

  browserTest(
    "on any page with something on it",
    async () => {
      const page = await desk.open({ colorScheme: "dark" });
      await fill(desk.server.url);
      const found: string[] = [];
      for (const path of PAGES) {
        await page.goto(desk.server.url + path);
        await page.locator("main").waitFor();
        await page.locator("main h2, main [role=heading]").first().waitFor();
        await eventually(() => page.locator('main [aria-busy="true"]').count(), 0);
        found.push(...(await serious(page)).map((line) => `${path} ${line}`));
      }
      await page.goto(desk.server.url);
      await page.locator("main h2, main [role=heading]").first().waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "A command" }).waitFor();
      found.push(...(await serious(page)).map((line) => `palette ${line}`));
      await page.keyboard.press("Escape");
      await page.getByRole("combobox", { name: "A command" }).waitFor({ state: "hidden" });
      await page.keyboard.press("Shift+?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      found.push(...(await serious(page)).map((line) => `help ${line}`));
      expect(found).toEqual([]);
    },
    MANY_PAGES_MS,
  );
});
