import { describe, expect } from "bun:test";
import { Debuggee } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk } from "./support/page.ts";

const desk = newDesk();

const listed = async () =>
  (await (await fetch(`${desk.server.url}/api/breakpoints`)).json()) as {
    breakpoints: string[];
    breakpoint_behaviors: Record<string, string>;
    breakpoint_after_behaviors: Record<string, string>;
  };

describe("breakpoints", () => {
  browserTest("are added by name, changed and removed", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    await page.getByLabel("Function to break at").fill("tools.sendMail");
    await page.getByText("known yet").waitFor();
    await page.keyboard.press("Enter");
    const row = page.locator('[data-breakpoint="tools.sendMail"]');
    await row.waitFor();
    await eventually(() => page.getByLabel("Function to break at").inputValue(), "");
    expect((await listed()).breakpoints).toEqual(["tools.sendMail"]);

    await page.getByLabel("Before tools.sendMail").selectOption("go");
    await eventually(async () => (await listed()).breakpoint_behaviors["tools.sendMail"], "go");
    await page.getByLabel("After tools.sendMail").selectOption("exception");
    await eventually(async () => (await listed()).breakpoint_after_behaviors["tools.sendMail"], "exception");
    await eventually(() => page.getByLabel("After tools.sendMail").inputValue(), "exception");

    await page.getByRole("button", { name: "Remove breakpoint tools.sendMail" }).click();
    await row.waitFor({ state: "detached" });
    expect((await listed()).breakpoints).toEqual([]);
  });

  browserTest("show what they are, not what was asked for in vain", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    const program = new Debuggee(desk.server.url);
    await program.breakAt("tools.sendMail");
    const before = page.getByLabel("Before tools.sendMail");
    await before.waitFor();
    const [is, choice] = [await before.inputValue(), page.getByRole("radio", { name: "Stop", exact: true })];
    // The answers come, and nothing is as it was asked.
    await page.route(/behavior$/, (route) => route.fulfill({ json: {} }));
    await before.selectOption("go");
    await eventually(() => before.inputValue(), is);
    await page.getByRole("radio", { name: "Go", exact: true }).click();
    await eventually(() => choice.isChecked(), true);
  });

  browserTest("are one click away for a function that a program made known", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    const program = new Debuggee(desk.server.url);
    for (const name of ["cache.get", "tools.findOrder"]) await program.register(name);
    await page.getByRole("button", { name: "Add breakpoint at cache.get" }).waitFor();
    await page.getByLabel("Function to break at").fill("ORDER");
    await eventually(() => page.locator(".known-row").count(), 1);
    await page.getByRole("button", { name: "Add breakpoint at tools.findOrder" }).click();
    await page.locator('[data-breakpoint="tools.findOrder"]').waitFor();
    const call = await program.call("tools.findOrder");
    await page.getByRole("link", { name: "Calls" }).click();
    await page.getByRole("heading", { name: "tools.findOrder" }).waitFor();
    await page.keyboard.press("Escape");
    await program.releaseFirst();
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("the global behavior is set here and followed from elsewhere", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    await page.getByRole("radio", { name: "Go" }).click();
    const behavior = async () =>
      ((await (await fetch(`${desk.server.url}/api/behavior`)).json()) as { behavior: string }).behavior;
    await eventually(behavior, "go");
    await fetch(`${desk.server.url}/api/behavior`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"behavior": "stop_exception"}',
    });
    await eventually(() => page.getByRole("radio", { name: "Stop + errors" }).isChecked(), true);
  });

  browserTest("what the server refuses is said, and can be closed", async () => {
    const page = await desk.open({ path: "/breakpoints" });
    await page.getByLabel("Function to break at").fill("f");
    await page.keyboard.press("Enter");
    await page.locator('[data-breakpoint="f"]').waitFor();
    await page.route("**/api/breakpoints/f/behavior", (route) =>
      route.fulfill({
        status: 404,
        json: { error: "breakpoint_not_found", message: "There is no breakpoint at <b>f</b>." },
      }),
    );
    await page.getByLabel("Before f").selectOption("go");
    await page.getByText("There is no breakpoint at <b>f</b>.").waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await eventually(() => page.getByRole("alert").count(), 0);
    await eventually(() => page.getByLabel("Before f").inputValue(), "yield");
  });
});
