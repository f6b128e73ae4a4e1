/** The application around the calls: its pages, panels, commands, log, and what a new pause may not do. */
import { describe, expect } from "bun:test";
import { Debuggee } from "./support/debuggee.ts";
import { atRest, browserTest, eventually, newDesk, textOf } from "./support/page.ts";

const desk = newDesk();

describe("pages", () => {
  browserTest("have addresses of their own, and Back leads back", async () => {
    const page = await desk.open({ path: "/settings" });
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await eventually(() => page.title(), "Settings · CID el Dill");
    await page.getByRole("link", { name: "Functions" }).click();
    await page.getByRole("heading", { name: "Functions" }).waitFor();
    await page.getByLabel("Find a function").fill("refund");
    await eventually(async () => new URL(page.url()).search, "?find=refund");
    await page.reload();
    await eventually(() => page.getByLabel("Find a function").inputValue(), "refund");
    await page.goBack();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
  });

  for (const [path, heading] of [
    ["/breakpoints", "Breakpoints"],
    ["/functions", "Functions"],
    ["/processes", "Programs"],
    ["/objects", "Objects"],
    ["/sessions", "Sessions"],
    ["/repl", "REPL transcripts"],
    ["/errors", "Communication errors"],
  ] as const) {
    browserTest(`${path} opens by its address and says what would fill it`, async () => {
      const page = await desk.open({ path });
      await page.getByRole("heading", { name: heading }).first().waitFor();
    });
  }
});

describe("a long page", () => {
  browserTest("scrolls in one place", async () => {
    const page = await desk.open({ path: "/settings" });
    await page.getByRole("heading", { name: "The server" }).waitFor();
    const sizes = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.documentElement;
      return { scrollHeight, clientHeight };
    });
    expect(sizes.scrollHeight).toBe(sizes.clientHeight);
  });
});

describe("a table of records", () => {
  browserTest("opens a row wherever it is clicked: a value as a tree, and who used it", async () => {
    const page = await desk.open({ path: "/objects" });
    const program = new Debuggee(desk.server.url);
    await program.call("tools.issueRefund", [{ amount: 249.9, lines: [{ sku: "KX-7" }] }]);
    await page.getByRole("cell", { name: /^\{ amount: 249.9/ }).click();
    const panel = page.getByRole("region", { name: "The chosen value" });
    await panel.getByRole("treeitem", { name: /^\{ amount: 249.9, lines/ }).waitFor();
    await panel.getByRole("treeitem", { name: /^lines/ }).click();
    await page.keyboard.press("ArrowRight");
    await panel.getByRole("treeitem", { name: /^0/ }).waitFor();
    await panel.getByText("Raw").click();
    await panel.getByText('{"amount":249.9,"lines":[{"sku":"KX-7"}]}').waitFor();
    await panel.getByRole("link", { name: /^#/ }).click();
    await page.getByRole("heading", { name: "tools.issueRefund" }).waitFor();
  });
});

describe("what a key did", () => {
  browserTest("is said, and taken back where it can be", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    const program = new Debuggee(desk.server.url);
    await program.breakAt("tools.issueRefund");
    const row = page.locator('[data-breakpoint="tools.issueRefund"]');
    await row.waitFor();

    await page.keyboard.press("n");
    await page.getByText("The next call of any program pauses").waitFor();
    const isNext = () => page.getByRole("button", { name: "Pausing next" }).count();
    await eventually(isNext, 1);
    await page.keyboard.press("u");
    await eventually(isNext, 0);
    await page.getByText("The next call of any program pauses").waitFor({ state: "detached" });

    await program.setBehavior("tools.issueRefund", "after_behavior", "exception");
    await eventually(() => row.getByLabel("After").inputValue(), "exception");
    await row.getByRole("button", { name: /^Remove/ }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Undo/ }).click();
    await row.waitFor();
    await eventually(() => row.getByLabel("After").inputValue(), "exception");
  });

  browserTest("a release says what it was: it cannot be taken back", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    const call = await program.call("f", ["one"]);
    await page.getByRole("heading", { name: "f" }).waitFor();
    await page.keyboard.press("a");
    await call.decision;
    await page.getByText("Resumed f").waitFor();
    await eventually(() => page.getByRole("button", { name: /^Undo/ }).count(), 0);
  });
});

describe("panels", () => {
  browserTest("are sized by mouse and by key, and stay so", async () => {
    const page = await desk.open();
    const border = page.getByRole("separator", { name: "Width of the list" });
    const left = async () => Math.round((await border.boundingBox())?.x ?? 0);
    await border.waitFor();
    const first = await left();
    const box = await border.boundingBox();
    if (!box) throw new Error("The border is there");
    await page.mouse.move(box.x, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x - 90, box.y + 200, { steps: 4 });
    await page.mouse.up();
    const dragged = await atRest(left);
    expect(dragged).toBeLessThan(first - 60);
    await border.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const moved = await atRest(left);
    expect(moved).toBeGreaterThan(dragged);
    await page.reload();
    await border.waitFor();
    expect(Math.abs((await atRest(left)) - moved)).toBeLessThanOrEqual(2);
  });

  browserTest("the event log tells what happens, is closed and opened, and stays as it was", async () => {
    const page = await desk.open();
    const log = page.getByRole("region", { name: "Event log" });
    await page.getByRole("button", { name: "Event log, 0 events" }).click();
    await log.waitFor();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("tools.sendMail");
    await program.call("tools.sendMail", ["a"]);
    await log.getByText("paused").waitFor();
    await program.releaseFirst();
    await log.getByText("resumed").waitFor();
    await page.keyboard.press("l");
    await log.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "Calls" }).waitFor();
    expect(await log.count()).toBe(0);
    await page.keyboard.press("l");
    await log.waitFor();
  });
});

describe("commands", () => {
  browserTest("the palette finds a page and a function by a few letters", async () => {
    const page = await desk.open();
    await page.getByRole("heading", { name: "Connect a program" }).waitFor();
    const program = new Debuggee(desk.server.url);
    await program.register("tools.findOrder");
    await page.getByRole("button", { name: "Event log, 1 event" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "A command, a page, a function" }).waitFor();
    await page.keyboard.type("sess");
    await page.getByRole("option", { name: "Sessions" }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sessions" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("pause at findord");
    await eventually(
      () => textOf(page.locator('[role="option"][aria-selected="true"]')),
      "Pause attools.findOrderFlow",
    );
    await page.keyboard.press("Enter");
    const listed = async () =>
      ((await (await fetch(`${desk.server.url}/api/breakpoints`)).json()) as { breakpoints: string[] })
        .breakpoints;
    await eventually(listed, ["tools.findOrder"]);
  });

  browserTest("g and a letter go to a page; letters are letters while typing", async () => {
    const page = await desk.open();
    await page.getByRole("heading", { name: "Connect a program" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await page.getByRole("heading", { name: "Functions" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.keyboard.press("/");
    await eventually(() => page.locator(":focus").getAttribute("aria-label"), "Filter the calls");
    await page.keyboard.type("gflm?");
    await eventually(() => page.getByLabel("Filter the calls").inputValue(), "gflm?");
    await page.getByRole("heading", { name: "Calls" }).waitFor();
  });

  browserTest("the next call is paused, and everything muted, by key and by mouse", async () => {
    const page = await desk.open();
    const flow = async () =>
      (await (await fetch(`${desk.server.url}/api/flow`)).json()) as { pause_next: boolean; muted: boolean };
    await page.getByRole("button", { name: "Pause next" }).waitFor();
    await page.keyboard.press("n");
    await eventually(async () => (await flow()).pause_next, true);
    const call = await new Debuggee(desk.server.url).call("anything", [1]);
    await page.getByRole("heading", { name: "anything" }).waitFor();
    await eventually(async () => (await flow()).pause_next, false);
    await page.keyboard.press("a");
    expect((await call.decision).action).toBe("continue");
    await page.getByRole("button", { name: "Mute" }).click();
    await eventually(async () => (await flow()).muted, true);
    await page.getByRole("button", { name: "Muted" }).click();
    await eventually(async () => (await flow()).muted, false);
  });
});

describe("a new pause", () => {
  browserTest("takes neither the focus, nor what was typed, nor what is shown", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    await program.call("f", ["first"]);
    await page.getByRole("heading", { name: "f before the call" }).waitFor();
    await page.getByLabel("Filter the calls").focus();
    await page.keyboard.type("fn:ha");
    const shown = page.url();
    for (let more = 0; more < 12; more++) await program.call("f", [`more ${more}`]);
    await page.getByText("13 waiting").first().waitFor();
    await eventually(() => page.locator(":focus").getAttribute("aria-label"), "Filter the calls");
    expect(await page.getByLabel("Filter the calls").inputValue()).toBe("fn:ha");
    expect(new URL(page.url()).searchParams.get("call")).toBe(new URL(shown).searchParams.get("call"));
    await eventually(() => page.locator('[data-pause][aria-current="true"]').count(), 1);
    await eventually(() => page.title(), "(13) CID el Dill");
    const icon = () => page.locator('link[rel="icon"]').getAttribute("href");
    await eventually(async () => (await icon())?.startsWith("data:image/png"), true);
  });

  browserTest("does not open by itself on a phone where it was closed", async () => {
    const page = await desk.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    const call = await program.call("f", ["first"]);
    await page.locator("[data-detail]").waitFor();
    await page.getByRole("button", { name: "All calls" }).tap();
    await page.locator("[data-pause]").waitFor();
    await program.call("f", ["second"]);
    await page.getByText("2 waiting").first().waitFor();
    expect(await page.locator("[data-detail]").count()).toBe(0);
    await page.locator("[data-pause]").first().tap();
    await page.getByRole("button", { name: "Resume" }).last().tap();
    expect((await call.decision).action).toBe("continue");
  });
});

describe("the demo", () => {
  browserTest("is one click away on the empty page, and waits at its first call", async () => {
    const page = await desk.open();
    await page.getByRole("button", { name: "Run the demo" }).click();
    await page.getByRole("heading", { name: "sequence_fn" }).waitFor();
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "announce_fn" }).waitFor();
  });
});
