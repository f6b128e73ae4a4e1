/** The page while calls pour in: it follows, or stays exactly where it is, and in the end nothing is missing. */
import { afterAll, afterEach, describe, expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ChildProgram } from "./support/child-program.ts";
import { atRest, browserTest, eventually, eventuallyContains, newDesk } from "./support/page.ts";

const folder = mkdtempSync(join(tmpdir(), "cideldill-stream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** In a file: a server that starts again has the calls of the one before. */
let files = 0;
const desk = newDesk(() => ({ db: join(folder, `${files}.db`) }));

let program: ChildProgram | undefined;
afterEach(async () => {
  await program?.stop();
  program = undefined;
  files++;
});

/** Resolves when the program has made them all. */
async function stream(count: number, rate: number): Promise<void> {
  program ??= new ChildProgram(join(import.meta.dir, "support/streamer.ts"), desk.server.url);
  program.tell(`${count} ${rate}`);
  await program.prints();
}

const list = (page: Page) => page.getByRole("listbox", { name: "Calls" });
const row = (page: Page, number: number) => page.locator(`[data-call="${number}"]`);
const shows = (page: Page, count: number) =>
  page.locator(".list-header").getByText(count.toLocaleString("en"), { exact: true }).waitFor();
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

/** The call in the middle of the list, and how far below the list's top its row is. */
const inMiddle = (page: Page) =>
  list(page).evaluate((box) => {
    const { left, top, height } = box.getBoundingClientRect();
    const found = document.elementFromPoint(left + 40, top + height / 2)?.closest("[data-call]");
    return found ? [found.getAttribute("data-call"), found.getBoundingClientRect().top - top] : null;
  });

async function scrollUp(page: Page, by: number): Promise<void> {
  await list(page).hover();
  await page.mouse.wheel(0, -by);
  await page.getByRole("button", { name: "newest" }).waitFor();
}

async function opened(count: number): Promise<Page> {
  const page = await desk.open();
  await page.getByRole("heading", { name: "Calls" }).waitFor();
  await stream(count, count);
  await shows(page, count);
  await row(page, count).waitFor();
  return page;
}

describe("while calls pour in", () => {
  browserTest(
    "the list follows at its end; anywhere else, the row under the pointer stays there",
    async () => {
      const page = await opened(2_000);
      await page.getByText("live", { exact: true }).waitFor();
      await scrollUp(page, 700);
      const before = await atRest(() => inMiddle(page));
      expect(before).not.toBeNull();
      const pouring = stream(6_000, 3_000);
      let isOver = false;
      void pouring.then(() => {
        isOver = true;
      });
      while (!isOver) {
        expect(await inMiddle(page)).toEqual(before);
        await Bun.sleep(50);
      }
      await shows(page, 8_000);
      expect(await inMiddle(page)).toEqual(before);
      await page.getByRole("button", { name: "newest" }).click();
      await row(page, 8_000).waitFor();
      await stream(3_000, 3_000);
      await row(page, 11_000).waitFor();
    },
  );

  browserTest("scrolling stays in the reader's hand, with no row missing", async () => {
    const page = await opened(3_000);
    const pouring = stream(6_000, 3_000);
    await scrollUp(page, 500);
    const first = async () => Number((await inMiddle(page))?.[0] ?? 0);
    const before = await atRest(first);
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, -280);
    await eventually(async () => before - (await first()), 80);
    await pouring;
    await shows(page, 9_000);
    expect(before - (await first())).toBe(80);
    await eventually(() => list(page).locator(".is-blank").count(), 0);
  });

  browserTest("what is selected stays selected", async () => {
    const page = await opened(1_000);
    await row(page, 995).click();
    await eventually(async () => parameter(page, "call"), "995");
    await page.getByText("order-994").first().waitFor();
    await stream(5_000, 2_500);
    await shows(page, 6_000);
    expect(parameter(page, "call")).toBe("995");
    await page.getByText("order-994").first().waitFor();
    await row(page, 6_000).waitFor();
  });

  browserTest("the counts are right in the end, with a filter and without", async () => {
    const page = await opened(1_000);
    await stream(12_000, 1_000_000);
    await shows(page, 13_000);
    await row(page, 13_000).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByLabel("Filter the calls").fill("arg:needle");
    await page.getByText("13 of 13,000", { exact: true }).waitFor();
    await stream(12_000, 1_000_000);
    await page.getByText("25 of 25,000", { exact: true }).waitFor();
    await eventually(() => list(page).locator("[data-call]").last().getAttribute("data-call"), "25000");
  });
});

describe("a place in a long list", () => {
  browserTest("is kept when the server starts again", async () => {
    const page = await opened(4_000);
    await scrollUp(page, 56_000);
    const before = await atRest(() => inMiddle(page));
    expect(before).not.toBeNull();
    await program?.stop();
    program = undefined;
    await desk.stopServer();
    await page.getByText("Server gone, trying again").waitFor();
    await desk.startServer();
    await page.getByText("Server gone, trying again").waitFor({ state: "detached" });
    await eventually(() => inMiddle(page), before);
    await stream(100, 1_000);
    await shows(page, 4_100);
    expect(await inMiddle(page)).toEqual(before);
    await eventually(() => list(page).locator(".is-blank").count(), 0);
  });

  browserTest("is gone to by the link of a call, however far back it is", async () => {
    const page = await opened(5_000);
    await page.goto(`${desk.server.url}/?call=321`);
    await row(page, 321).waitFor();
    await eventually(() => row(page, 321).getAttribute("aria-selected"), "true");
    await page.getByText("order-320").first().waitFor();
    await list(page).focus();
    await page.keyboard.press("ArrowDown");
    await eventually(async () => parameter(page, "call"), "322");
    await page.keyboard.press("End");
    await row(page, 5_000).waitFor();
    // A link to the oldest is not carried back to the end, nor left without rows.
    await page.goto(`${desk.server.url}/?call=5`);
    await row(page, 5).waitFor();
    await eventually(() => list(page).locator(".is-blank").count(), 0);
    await eventually(() => row(page, 5).getAttribute("aria-selected"), "true");
    await page.getByRole("button", { name: "newest" }).waitFor();
    // Back is another link: the address of the page.
    await page.evaluate(() => history.replaceState(null, "", "?call=2500"));
    await page.evaluate(() => dispatchEvent(new PopStateEvent("popstate")));
    await row(page, 2_500).waitFor();
    await eventuallyContains(row(page, 2_500), "order-2499");
  });
});
