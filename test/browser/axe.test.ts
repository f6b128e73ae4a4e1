/** What assistive technology meets: no serious problem on any page, in either theme. */
import { describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { Debuggee } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk } from "./support/page.ts";

const desk = newDesk();
const AXE = Bun.file(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir));

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

async function serious(page: Page, theme: keyof typeof RUN): Promise<string[]> {
  // Run by the debugger, which the page's policy does not concern.
  await page.evaluate(await AXE.text());
  const violations = (await page.evaluate(RUN[theme])) as Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`),
    );
}

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
  "/breakpoints",
  "/functions",
  "/functions?name=tools.sendMail",
  "/processes",
  "/objects",
  "/sessions",
  "/repl",
  "/errors",
  "/settings",
];

for (const colorScheme of ["dark", "light"] as const) {
  describe(`no serious problem, ${colorScheme}`, () => {
    browserTest("on the empty page", async () => {
      const page = await desk.open({ colorScheme });
      await page.getByRole("heading", { name: "Connect a program" }).waitFor();
      expect(await serious(page, colorScheme)).toEqual([]);
    });

    browserTest(
      "on any page with something on it",
      async () => {
        const page = await desk.open({ colorScheme });
        await fill(desk.server.url);
        const found: string[] = [];
        for (const path of PAGES) {
          await page.goto(desk.server.url + path);
          await page.locator("main").waitFor();
          await page.locator("main h2, main [role=heading]").first().waitFor();
          await eventually(() => page.locator('main [aria-busy="true"]').count(), 0);
          found.push(...(await serious(page, colorScheme)).map((line) => `${path} ${line}`));
        }
        await page.goto(desk.server.url);
        await page.locator("main h2, main [role=heading]").first().waitFor();
        await page.keyboard.press("Control+k");
        await page.getByRole("combobox", { name: "A command" }).waitFor();
        found.push(...(await serious(page, colorScheme)).map((line) => `palette ${line}`));
        await page.keyboard.press("Escape");
        await page.getByRole("combobox", { name: "A command" }).waitFor({ state: "hidden" });
        await page.keyboard.press("Shift+?");
        await page.getByRole("dialog", { name: "Keys" }).waitFor();
        found.push(...(await serious(page, colorScheme)).map((line) => `help ${line}`));
        expect(found).toEqual([]);
      },
      MANY_PAGES_MS,
    );
  });
}
