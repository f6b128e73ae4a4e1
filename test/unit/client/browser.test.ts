/** The browser's entry as it is shipped: one file, nothing of Node, asynchronous. Real browsers have a suite of their own. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as BrowserModule from "../../../src/client/browser.ts";
import { eventually, SOURCES, serveScripted } from "./support/debuggee.ts";

const folder = mkdtempSync(join(tmpdir(), "cideldill-browser-"));
let text = "";

beforeAll(async () => {
  const built = await Bun.build({
    entrypoints: [join(SOURCES, "browser.ts")],
    target: "browser",
    format: "esm",
    minify: true,
  });
  text = (await built.outputs[0]?.text()) ?? "";
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loads the script as the server at this address would serve it. */
async function load(url: string): Promise<typeof BrowserModule> {
  const file = join(folder, `client-${crypto.randomUUID()}.mjs`);
  await Bun.write(file, text.replaceAll("__CIDELDILL_SERVER_URL__", url));
  return await import(file);
}

describe("the browser client", () => {
  test("is one file that imports nothing", () => {
    expect(text.includes("__CIDELDILL_SERVER_URL__")).toBe(true);
    expect(/\bimport\s*[{*("']|\brequire\(|from\s*"/.test(text)).toBe(false);
    expect(text.length).toBeLessThan(120_000);
  });

  test("talks to the server that served it, with promises", async () => {
    const server = serveScripted();
    const { withDebug, debugCall, getDebugInfo, registerReplacement } = await load(server.url);
    expect(withDebug("ON").isEnabled).toBe(true);
    const cart = withDebug(["cart", { add: (a: number, b: number) => a + b, name: "c" }]);
    expect(await cart.add(1, 2)).toBe(3);
    expect(cart.name).toBe("c");
    server.scripted.before("cart.add", {
      pause: { action: "skip", fake_result: 9 },
      waits: 2,
      exprs: ["$args"],
    });
    expect(await cart.add(1, 2)).toBe(9);
    expect(server.scripted.replResults).toMatchObject([{ result: "[1,2]" }]);
    registerReplacement("minus", (a: number, b: number) => a - b);
    server.scripted.before("cart.add", { action: "replace", function_name: "minus" });
    expect(await cart.add(1, 2)).toBe(-1);
    expect(await debugCall("one", (a: number) => a, 1)).toBe(1);
    expect(getDebugInfo()).toEqual({ isEnabled: true, serverUrl: server.url, connectionStatus: "connected" });
    const { start } = server.scripted.calls[0] ?? {};
    expect(start).toMatchObject({ process_pid: 0, preferred_format: "json", page_url: "" });
    expect(start?.process_start_time).toBe(performance.timeOrigin / 1000);
    withDebug("OFF");
    server.stop();
  });

  test("the synchronous doors run at once and report afterwards", async () => {
    const server = serveScripted();
    const { withDebug, withDebugSync, debugCallSync } = await load(server.url);
    withDebug("ON");
    server.scripted.before("total", { action: "raise", exception_type: "Error", exception_message: "never" });
    const total = withDebugSync(["total", (a: number, b: number) => a + b]);
    expect(total(1, 2)).toBe(3);
    expect(debugCallSync("now", () => 4)).toBe(4);
    expect(() => debugCallSync("bad", () => JSON.parse("{"))).toThrow(SyntaxError);
    await eventually("the events", () => server.scripted.events.length === 3);
    const events = Object.fromEntries(server.scripted.events.map((event) => [event.method_name, event]));
    expect(events.total).toMatchObject({ status: "success", pretty_args: [1, 2], pretty_result: 3 });
    expect(events.bad).toMatchObject({ status: "exception", exception_type: "SyntaxError" });
    expect(server.scripted.calls).toEqual([]);
    server.stop();
  });

  test("a stranger gets no payload, and the message says so", async () => {
    const seen: string[] = [];
    const stranger = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        seen.push(`${request.method} ${new URL(request.url).pathname}`);
        return new Response("<html>");
      },
    });
    const { withDebug, configureDebug, DebugServerError } = await load(`http://127.0.0.1:${stranger.port}`);
    configureDebug({ serverLostTimeoutS: 0 });
    withDebug("ON");
    const wrapped = withDebug(["f", (secret: string) => secret]);
    const error = await wrapped("secret").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DebugServerError);
    expect(String(error)).toContain("not a breakpoint server");
    expect(new Set(seen)).toEqual(new Set(["GET /api/health"]));
    stranger.stop(true);
  });

  test("is there as window.cideldill", async () => {
    const module = await load("http://127.0.0.1:1");
    const { cideldill } = globalThis as unknown as { cideldill: typeof module };
    expect(cideldill.withDebug).toBe(module.withDebug);
    expect(cideldill.registerReplacement).toBe(module.registerReplacement);
  });
});
