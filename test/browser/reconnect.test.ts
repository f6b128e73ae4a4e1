import { describe, expect } from "bun:test";
import { Debuggee } from "./support/debuggee.ts";
import { browserTest, eventually, newDesk } from "./support/page.ts";
import { row, shown } from "./support/values.ts";

const desk = newDesk();

describe("when the server goes away", () => {
  browserTest("the page says so, keeps what was typed, and goes on by itself when it is back", async () => {
    const page = await desk.open();
    const before = new Debuggee(desk.server.url);
    await before.breakAt("f");
    await before.call("f", ["first"]);
    await row(page, "args[0]").dblclick();
    await page.locator('[data-editor="leaf"]').fill('"half');
    await desk.stopServer();
    await page.getByText("Server gone, trying again").waitFor();

    await page.locator('[data-editor="leaf"]').pressSequentially("-typed");
    await page.getByRole("button", { name: "Resume", exact: false }).last().click();
    await page.getByText("The server did not answer").waitFor();

    await desk.startServer();
    const after = new Debuggee(desk.server.url);
    await after.breakAt("g");
    await page.getByText("Server gone, trying again").waitFor({ state: "detached" });
    await page.getByText("This call no longer waits").waitFor();
    await eventually(() => page.locator('[data-editor="leaf"]').inputValue(), '"half-typed');

    const call = await after.call("g", ["second"]);
    await page.getByRole("button", { name: "Next call" }).click();
    await eventually(() => shown(page, "args[0]"), '"second"');
    await page.getByRole("button", { name: "Resume", exact: false }).last().click();
    expect((await call.decision).action).toBe("continue");
  });

  browserTest("events missed while the connection was lost are caught up with", async () => {
    const page = await desk.open();
    const program = new Debuggee(desk.server.url);
    await program.breakAt("f");
    await page.getByRole("button", { name: /^Event log/ }).click();
    await page.getByText("breakpoint on f").waitFor();
    await page.context().setOffline(true);
    const call = await program.call("f", ["missed"]);
    await page.context().setOffline(false);
    await page.getByRole("heading", { name: "f before the call" }).waitFor();
    await page.getByRole("button", { name: "Resume", exact: false }).last().click();
    expect((await call.decision).action).toBe("continue");
  });
});
