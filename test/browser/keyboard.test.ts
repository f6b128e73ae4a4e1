/** The same job without a mouse. */
import { describe, expect } from "bun:test";
import { Debuggee, itemValue } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk } from "./support/page.ts";
import { shown } from "./support/values.ts";

const desk = newDesk();

async function threePaused() {
  const page = await desk.open();
  const program = new Debuggee(desk.server.url);
  await program.breakAt("f");
  const calls = [];
  for (const arg of ["one", "two", "three"]) calls.push(await program.call("f", [arg, { kept: true }]));
  await page.getByText("3 waiting").first().waitFor();
  const [one, two, three] = calls;
  if (!one || !two || !three) throw new Error("three calls were made");
  /** Waits until a call is the one that is shown: a key before that would be meant for the one before. */
  const shows = (arg: string) => eventually(() => shown(page, "args[0]"), arg);
  await shows('"one"');
  return { page, program, one, two, three, shows };
}

describe("keyboard only", () => {
  browserTest("j and k move, e edits, Ctrl+Enter runs with the edit", async () => {
    const { page, two, shows } = await threePaused();
    await page.keyboard.press("j");
    await shows('"two"');
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await shows('"three"');
    await page.keyboard.press("k");
    await page.keyboard.press("e");
    await page.locator('[data-editor="leaf"]:focus').waitFor();
    await page.keyboard.type('"jaks?"');
    await page.keyboard.press("Control+Enter");
    const decision = await two.decision;
    expect(itemValue(decision.modified_args?.[0])).toBe("jaks?");
    expect(decision.modified_args?.[1]?.cid).toBe(two.args[1]?.cid ?? "");
    await page.getByText("2 waiting").first().waitFor();
    await shows('"three"');
  });

  browserTest("a resumes, s skips, t throws", async () => {
    const { page, one, two, three, shows } = await threePaused();
    await page.keyboard.press("a");
    expect((await one.decision).action).toBe("continue");
    await shows('"two"');

    await page.keyboard.press("s");
    await page.locator('[data-editor="result"]:focus-within').waitFor();
    await page.keyboard.type("[1, 2]");
    await page.keyboard.press("Control+Enter");
    const skipped = await two.decision;
    expect([skipped.action, JSON.parse(skipped.fake_result_data ?? "")]).toEqual(["skip", [1, 2]]);
    await shows('"three"');

    await page.keyboard.press("t");
    await page.locator('[data-editor="throw"]:focus').waitFor();
    await page.keyboard.type("TypeError");
    await page.keyboard.press("Tab");
    await page.keyboard.type("as asked");
    await page.keyboard.press("Enter");
    expect(await three.decision).toMatchObject({
      action: "raise",
      exception_type: "TypeError",
      exception_message: "as asked",
    });
  });

  browserTest("what is typed right after a key that opens a form goes into the form", async () => {
    const { page, one, two, three, shows } = await threePaused();
    // `a`, `n` and `m` would be commands.
    for (const key of "tanm") await page.keyboard.press(key);
    await page.keyboard.press("Tab");
    await page.keyboard.type("mana");
    await page.keyboard.press("Enter");
    expect(await one.decision).toMatchObject({ exception_type: "anm", exception_message: "mana" });
    await shows('"two"');
    for (const key of "eA") await page.keyboard.press(key);
    await eventually(() => page.locator('[data-editor="leaf"]').inputValue(), "A");
    await page.keyboard.press("Escape");

    // The editor itself comes late.
    let deliver = () => {};
    const delivered = new Promise<void>((done) => {
      deliver = done;
    });
    await page.route("**/codemirror-*.js", async (route) => {
      await delivered;
      await route.continue();
    });
    await page.reload();
    await shows('"two"');
    for (const key of 's"an') await page.keyboard.press(key);
    await page.keyboard.press('"');
    await page.keyboard.press("Control+Enter");
    deliver();
    const skipped = await two.decision;
    expect([skipped.action, JSON.parse(skipped.fake_result_data ?? "")]).toEqual(["skip", "an"]);
    await shows('"three"');
    await page.keyboard.press("a");
    expect((await three.decision).action).toBe("continue");
  });

  browserTest("F8 resumes, A resumes all", async () => {
    const { page, one, two, three } = await threePaused();
    await page.keyboard.press("F8");
    expect((await one.decision).action).toBe("continue");
    await page.getByText("2 waiting").first().waitFor();
    await page.keyboard.press("Shift+A");
    const actions = [(await two.decision).action, (await three.decision).action];
    expect(actions).toEqual(["continue", "continue"]);
  });

  browserTest("Esc steps back: out of a form, out of a field; then the keys work again", async () => {
    const { page, one } = await threePaused();
    await page.keyboard.press("s");
    await page.locator('[data-editor="result"]:focus-within').waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => page.locator(".release-form").count(), 0);
    await page.keyboard.press("e");
    await page.locator('[data-editor="leaf"]:focus').waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => page.locator('[data-editor="leaf"]').count(), 0);
    await page.keyboard.press("a");
    expect((await one.decision).action).toBe("continue");
  });

  browserTest("g f goes to the functions, also when a call pauses between g and f", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    // The second key is waited for, but not for as long as a busy machine may take.
    await page.clock.setFixedTime(Date.now());
    await page.keyboard.press("g");
    const call = await program.call("f", ["one"]);
    await page.getByText("1 waiting").first().waitFor();
    await eventually(() => shown(page, "args[0]"), '"one"');
    await page.keyboard.press("f");
    await page.getByRole("heading", { name: "Functions" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Calls" }).waitFor();
    await page.keyboard.press("a");
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("? opens the help sheet and Esc closes it; keys do nothing under it", async () => {
    const { page } = await threePaused();
    await page.keyboard.press("Shift+?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("a");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await eventually(() => page.locator("[data-pause]").count(), 3);
  });

  browserTest("a breakpoint is added, changed and removed by Tab and Enter", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    await page.getByLabel("Function to break at").focus();
    await page.keyboard.type("tools.a");
    await page.keyboard.press("Enter");
    await page.locator('[data-breakpoint="tools.a"]').waitFor();
    await page.getByLabel("Function to break at").focus();
    await page.keyboard.press("Shift+Tab");
    await eventually(() => page.locator(":focus").getAttribute("aria-label"), "Remove breakpoint tools.a");
    await page.keyboard.press("Enter");
    await page.locator('[data-breakpoint="tools.a"]').waitFor({ state: "detached" });
  });
});
