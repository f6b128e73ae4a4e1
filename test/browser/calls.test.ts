/** The record of calls on the page: found, followed, walked through, compared. */
import { describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { Debuggee } from "./support/debuggee.ts";
import { atRest, browserTest, eventually, newDesk, textOf } from "./support/page.ts";

const desk = newDesk();

/** Calls that ended, as fast as they can be reported. */
async function record(program: Debuggee, calls: number, from = 0): Promise<void> {
  for (let at = from; at < from + calls; at++) {
    const name = at % 5 === 0 ? "tools.sendMail" : at % 2 === 0 ? "tools.findOrder" : "cache.get";
    const { callId } = await program.call(name, [`order-${at}`, { at }]);
    await program.complete(
      callId,
      at % 10 === 0 ? { type: "SmtpError", message: `try ${at} again` } : { result: { total: at } },
    );
  }
}

async function opened(calls: number) {
  const page = await desk.open();
  await page.getByRole("heading", { name: "Calls" }).waitFor();
  const program = new Debuggee(desk.server.url);
  await record(program, calls);
  await row(page, calls).waitFor();
  return { page, program };
}

/** By its place from 1: numbers rise by one in a new database. */
const row = (page: Page, number: number) => page.locator(`[data-call="${number}"]`);
const list = (page: Page) => page.getByRole("listbox", { name: "Calls" });
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describe("the list", () => {
  browserTest("shows calls as they come while it is at its end, and stays put when it is not", async () => {
    const { page, program } = await opened(60);
    await page.getByText("live", { exact: true }).waitFor();
    await list(page).hover();
    await page.mouse.wheel(0, -600);
    await page.getByRole("button", { name: "newest" }).waitFor();
    const top = () => list(page).evaluate((box) => box.scrollTop);
    const before = await atRest(top);
    await record(program, 20, 60);
    await page.getByText("80", { exact: true }).first().waitFor();
    expect(await top()).toBe(before);
    await page.getByRole("button", { name: "newest" }).click();
    await row(page, 80).waitFor();
    await record(program, 1, 80);
    await row(page, 81).waitFor();
  });

  browserTest("keeps the newest call in sight when the event log takes its room", async () => {
    const { page } = await opened(60);
    await page.getByText("live", { exact: true }).waitFor();
    await page.keyboard.press("l");
    await page.getByRole("region", { name: "Event log" }).waitFor();
    const isInSight = () =>
      list(page).evaluate((box) => {
        const newest = box.querySelector('[data-call="60"]')?.getBoundingClientRect();
        return newest !== undefined && newest.bottom <= box.getBoundingClientRect().bottom + 1;
      });
    await eventually(isInSight, true);
  });

  browserTest("is walked by mouse and by key, and the address says where", async () => {
    const { page } = await opened(30);
    await row(page, 28).click();
    await eventually(async () => parameter(page, "call"), "28");
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    await eventually(async () => parameter(page, "call"), "26");
    await page.keyboard.press("j");
    await eventually(async () => parameter(page, "call"), "27");
    await list(page).focus();
    await page.keyboard.press("ArrowUp");
    await eventually(async () => parameter(page, "call"), "26");
    await page.keyboard.press("Home");
    await row(page, 1).waitFor();
    await page.keyboard.press("End");
    await row(page, 30).waitFor();
    await page.reload();
    await eventually(() => page.locator(".call-row.is-selected").getAttribute("data-call"), "26");
  });

  browserTest("has the columns that were chosen", async () => {
    const { page } = await opened(3);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Number" }).check();
    await page.keyboard.press("Escape");
    await eventually(async () => (await textOf(row(page, 2))).includes("#2"), true);
    await page.reload();
    await eventually(async () => (await textOf(row(page, 2))).includes("#2"), true);
  });

  browserTest(
    "has names above its columns, whose borders are dragged, moved by key and put back",
    async () => {
      const { page } = await opened(3);
      await page.getByRole("button", { name: "Arguments and result" }).click();
      await page.getByRole("checkbox", { name: "Number" }).waitFor();
      await page.keyboard.press("Escape");
      const border = page.getByRole("separator", { name: "Width of Function" });
      const rightOf = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((cell) => Math.round(cell.getBoundingClientRect().right));
      const [head, cell] = [".column-head:nth-child(2)", '[data-call="2"] .function-cell'];
      const before = await rightOf(head);
      expect(await rightOf(cell)).toBe(before);

      const at = await border.boundingBox();
      await page.mouse.move((at?.x ?? 0) + 1, (at?.y ?? 0) + 8);
      await page.mouse.down();
      await page.mouse.move((at?.x ?? 0) + 61, (at?.y ?? 0) + 8, { steps: 4 });
      await page.mouse.up();
      await eventually(() => rightOf(head), before + 60);
      expect(await rightOf(cell)).toBe(before + 60);

      await border.focus();
      await page.keyboard.press("ArrowLeft");
      await eventually(() => rightOf(cell), before + 44);
      await page.reload();
      await eventually(() => rightOf(cell), before + 44);
      await border.dblclick();
      await eventually(() => rightOf(cell), before);
    },
  );

  browserTest("is not covered by what was just done, which covers no action either", async () => {
    const { page, program } = await opened(60);
    await program.breakAt("tools.issueRefund");
    await program.call("tools.issueRefund", [1]);
    await page.locator("[data-pause]").first().click();
    await list(page).focus();
    await page.keyboard.press("End");
    await row(page, 60).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Copy as text" }).click();
    const toast = page.locator(".toast").first();
    await toast.waitFor();
    const overlap = () =>
      page.evaluate(() => {
        const toast = document.querySelector(".toast")?.getBoundingClientRect();
        if (!toast) return "no toast";
        const meets = (selector: string) =>
          [...document.querySelectorAll(selector)].some((each) => {
            const box = each.getBoundingClientRect();
            const isAcross = box.left < toast.right && box.right > toast.left;
            return isAcross && box.top < toast.bottom && box.bottom > toast.top;
          });
        return [".call-list", ".actions", ".rail-side"].filter(meets).join(" ");
      });
    await eventually(overlap, "");
    const newest = await row(page, 61).boundingBox();
    const box = await list(page).boundingBox();
    expect((newest?.y ?? 0) + (newest?.height ?? 0)).toBeLessThanOrEqual(
      (box?.y ?? 0) + (box?.height ?? 0) + 1,
    );
  });

  browserTest("pins a call, marks two and compares them, by key", async () => {
    const { page } = await opened(12);
    await row(page, 9).click();
    await page.keyboard.press("p");
    await row(page, 9).getByText("pinned").waitFor({ state: "attached" });
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByText("2 marked").waitFor();
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await page.getByRole("table").getByText("args[0]", { exact: false }).first().waitFor();
    const overflow = await page.locator(".compare").evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    expect(overflow).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Compare" }).waitFor({ state: "detached" });
  });

  browserTest("several are marked by mouse", async () => {
    const { page } = await opened(12);
    await row(page, 5).click();
    await row(page, 8).click({ modifiers: ["Shift"] });
    await page.getByText("4 marked").waitFor();
    await row(page, 7).click({ modifiers: ["Control"] });
    await page.getByText("3 marked").waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await eventually(() => page.getByRole("toolbar", { name: "Marked calls" }).count(), 0);
  });
});

describe("a call that is over", () => {
  browserTest("shows what it was given and what came of it together, and how long lists are", async () => {
    const { page, program } = await opened(3);
    const { callId } = await program.call("tools.findOrder", [Array.from({ length: 120 }, (_, at) => at)]);
    await program.complete(callId, { result: { rows: [1, 2, 3] } });
    await row(page, 4).click();
    const values = page.getByRole("tree", { name: "Arguments" });
    await eventually(async () => textOf(values.getByRole("treeitem", { name: /args\[0\]/ })), "args[0](120)");
    await values.getByRole("treeitem", { name: /^rows/ }).getByText("[1, 2, 3]", { exact: true }).waitFor();
    await values.getByRole("treeitem", { name: /^rows/ }).click();
    await eventually(async () => textOf(values.getByRole("treeitem", { name: /^rows/ })), "rows(3)");
  });
});

describe("the menu of a row", () => {
  browserTest("filters, pauses, copies, and goes away", async () => {
    const { page } = await opened(12);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    const choose = async (number: number, item: string | RegExp) => {
      await row(page, number).click({ button: "right" });
      await page
        .getByRole("menu", { name: `Call ${number}` })
        .getByRole("menuitem", { name: item })
        .click();
      await eventually(() => page.getByRole("menu").count(), 0);
    };
    await choose(6, "Copy as text");
    await eventually(copied, 'tools.sendMail("order-5", { at: 5 }) → { total: 5 }');
    await choose(1, "Copy as text");
    await eventually(copied, 'tools.sendMail("order-0", { at: 0 }) threw SmtpError: try 0 again');
    await choose(6, "Copy as JSON");
    await eventually(async () => JSON.parse(await copied()).calls[0].number, 6);
    await choose(6, "Copy the link");
    await eventually(async () => new URL(await copied()).searchParams.get("call"), "6");
    await choose(6, "Pause at tools.sendMail");
    await row(page, 6).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Do not pause at tools.sendMail" }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => page.getByRole("menu").count(), 0);
    await choose(6, "Without tools.sendMail");
    await eventually(async () => parameter(page, "q"), "-fn:tools.sendMail");
    await eventually(() => page.locator("[data-call]").count(), 9);
    await choose(3, "Only tools.findOrder");
    await eventually(async () => parameter(page, "q"), "fn:tools.findOrder");
    await page.goBack();
    await eventually(async () => parameter(page, "q"), "-fn:tools.sendMail");
    // The calls of the tree have it too, and there by key.
    await page.keyboard.press("2");
    await page.getByRole("tree").getByRole("treeitem").first().click();
    await page.getByRole("tree", { name: /^Calls/ }).focus();
    await page.keyboard.press("ContextMenu");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByText("1 marked").waitFor();
  });

  browserTest("stands for all that are marked; the usual key copies them too", async () => {
    const { page } = await opened(8);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const lines = async () => (await page.evaluate(() => navigator.clipboard.readText())).split("\n").length;
    await row(page, 3).click();
    await page.keyboard.press("Control+c");
    await eventually(lines, 1);
    await row(page, 6).click({ modifiers: ["Shift"] });
    await list(page).focus();
    await page.keyboard.press("Control+c");
    await eventually(lines, 4);
    await row(page, 4).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Pin 4 calls" }).click();
    await row(page, 5).getByText("pinned").waitFor({ state: "attached" });
    await list(page).focus();
    await page.keyboard.press("Enter");
    await eventually(() => page.evaluate(() => document.activeElement?.closest(".detail") !== null), true);
  });
});

describe("the filter", () => {
  browserTest("completes, applies what makes sense, and says what is wrong where it is wrong", async () => {
    const { page } = await opened(40);
    await page.keyboard.press("/");
    await page.keyboard.type("stat");
    await page.getByRole("option", { name: "status" }).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.type("exception");
    await eventually(async () => parameter(page, "q"), "status:exception");
    await eventually(() => page.locator("[data-call]").count(), 4);
    await page.getByText("4 of 40").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByLabel("Filter the calls").fill("duration:>>");
    await page.locator(".filter-problem").waitFor();
    // What held before still holds.
    expect(parameter(page, "q")).toBe("status:exception");
    // However long the message is, what is offered stands below it.
    await page.getByLabel("Filter the calls").fill("fn:cache.get durtion:>3");
    await page.getByText("did you mean duration:?").waitFor();
    await page.getByRole("option", { name: "duration" }).first().waitFor();
    const message = await page.locator(".filter-problem").boundingBox();
    const offered = await page.getByRole("listbox", { name: "Possible here" }).boundingBox();
    expect(offered?.y).toBeGreaterThanOrEqual((message?.y ?? 0) + (message?.height ?? 0));
    await page.getByLabel("Filter the calls").fill("fn:nobody");
    await page.getByRole("button", { name: "Show all" }).click();
    await row(page, 40).waitFor();
    await page.getByLabel("Filter the calls").fill("fn=cache.get arg:order-7");
    await page.getByRole("button", { name: "fn:cache.get arg:order-7" }).click();
    await eventually(() => page.locator("[data-call]").count(), 1);
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await row(page, 40).waitFor();
    await page.getByLabel("Filter the calls").fill("fn:cache.get arg:order-7");
    await eventually(() => page.locator("[data-call]").count(), 1);
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await row(page, 40).waitFor();
    await page.goBack();
    await eventually(() => page.locator("[data-call]").count(), 1);
  });

  browserTest("is saved, offered again, named and forgotten", async () => {
    const { page } = await opened(10);
    await page.getByLabel("Filter the calls").fill("fn:tools.*");
    await page.getByRole("button", { name: "Save this filter" }).click();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByLabel("Filter the calls").click();
    await page.getByRole("option", { name: "fn:tools.*" }).first().click();
    await eventually(async () => parameter(page, "q"), "fn:tools.*");
    await page.goto(`${desk.server.url}/settings`);
    await page.getByLabel("Name of the filter fn:tools.*").fill("tools");
    await page.getByRole("button", { name: "Forget the filter tools" }).click();
    await page.getByText("None: the star beside a filter saves it.").waitFor();
  });
});

describe("other views", () => {
  browserTest("the tree has each call under the one that made it, and folds by key", async () => {
    const page = await desk.open();
    await page.getByRole("heading", { name: "Calls" }).waitFor();
    const program = new Debuggee(desk.server.url);
    const outer = await program.call("agent.handle", ["ticket"]);
    const inner = await program.call("tools.find", ["a"], { parent: outer.callId });
    await program.complete(inner.callId, { result: 1 });
    await program.complete(outer.callId, { result: 2 });
    await page.keyboard.press("2");
    const tree = page.getByRole("tree", { name: "Calls and the calls they made" });
    const items = tree.getByRole("treeitem");
    await eventually(() => items.count(), 2);
    await eventually(() => items.nth(1).getAttribute("aria-level"), "2");
    await items.first().click();
    await page.keyboard.press("ArrowLeft");
    await tree.focus();
    await page.keyboard.press("ArrowLeft");
    await eventually(() => items.count(), 1);
    await page.keyboard.press("ArrowRight");
    await eventually(() => items.count(), 2);
  });

  browserTest(
    "the tree takes in calls as they come, and has any program that calls are kept of",
    async () => {
      const page = await desk.open({ path: "/?view=tree" });
      const program = new Debuggee(desk.server.url);
      const outer = await program.call("agent.handle", ["ticket"]);
      await program.complete(outer.callId, { result: 1 });
      const items = page.getByRole("tree", { name: "Calls and the calls they made" }).getByRole("treeitem");
      await eventually(() => items.count(), 1);
      await items.first().click();
      const late = await program.call("agent.handle", ["another"]);
      const inner = await program.call("tools.find", ["a"], { parent: late.callId });
      await program.complete(inner.callId, { result: 1 });
      await program.complete(late.callId, { result: 2 });
      await eventually(() => items.count(), 3);
      await eventually(() => items.nth(2).getAttribute("aria-level"), "2");
      await eventually(() => items.first().getAttribute("aria-selected"), "true");

      const programs = page.getByLabel("Program");
      const other = await fetch(`${desk.server.url}/api/record/processes`).then((answer) => answer.json());
      const { process_key } = (other as { processes: { process_key: string }[] }).processes[0] ?? {};
      await eventually(async () => (await programs.locator("option").count()) > 0, true);
      await eventually(() => programs.inputValue(), process_key);
      // A filter that hides its calls from the list does not hide it from the choice.
      await page.goto(`${desk.server.url}/?view=tree&q=fn:nothing.like.it`);
      await eventually(() => programs.inputValue(), process_key);
      await eventually(() => items.count(), 3);
    },
  );

  browserTest("the timeline has a bar for each call, and comes closer", async () => {
    const { page } = await opened(10);
    await page.keyboard.press("3");
    const bars = page.getByRole("listbox", { name: "Calls by time" }).getByRole("option");
    await eventually(() => bars.count(), 10);
    await bars.nth(3).click();
    await eventually(async () => parameter(page, "call") !== null, true);
    await page.keyboard.press("+");
    await eventually(async () => (await bars.count()) < 10, true);
    await page.keyboard.press("0");
    await eventually(() => bars.count(), 10);
  });

  browserTest("functions have their figures, and lead to their calls", async () => {
    const { page } = await opened(20);
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    const mail = page.getByRole("row", { name: /tools\.sendMail/ });
    await eventually(async () => (await textOf(mail)).includes("4"), true);
    await mail.getByRole("link", { name: "Calls" }).click();
    await eventually(() => page.locator("[data-call]").count(), 4);
  });
});

describe("hostile names and values", () => {
  browserTest("are text in every list", async () => {
    const page = await desk.open();
    await page.getByRole("heading", { name: "Calls" }).waitFor();
    const program = new Debuggee(desk.server.url);
    const evil = '"><img src=x onerror="window.hacked=1">\u202e\u001b[31m';
    const call = await program.call(evil, [evil], { stack: [{ filename: evil, lineno: 1, function: evil }] });
    await program.complete(call.callId, { type: evil, message: evil });
    await fetch(`${desk.server.url}/api/report-com-error`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: evil, function_name: evil, page_url: evil, [evil]: evil }),
    });
    await row(page, 1).waitFor();
    for (const view of ["1", "2", "3"]) {
      await page.keyboard.press(view);
      await page.getByText("onerror=").first().waitFor();
    }
    for (const path of ["functions", "objects", "processes", "errors", "breakpoints"]) {
      await page.goto(`${desk.server.url}/${path}`);
      if (path !== "processes" && path !== "breakpoints") await page.getByText("onerror=").first().waitFor();
      expect(await page.locator("body img, [onerror]").count()).toBe(0);
      expect(await page.evaluate(() => Reflect.get(window, "hacked"))).toBeUndefined();
      const shown = await page.evaluate(() => document.body.textContent ?? "");
      for (const char of ["\u202e", "\u001b"]) expect(shown).not.toContain(char);
    }
  });
});
