/** The browser client in a real browser, on a page of another port. */
import { describe, expect } from "bun:test";
import { newVisits, type Visit } from "./support/client-page.ts";
import { browserTest, eventually } from "./support/page.ts";

const visits = newVisits();

declare global {
  interface Window {
    ticks?: number;
  }
}

const ticks = (visit: Visit) => visit.page.evaluate(() => window.ticks ?? 0);

/** History arrives when the report does. */
async function recorded(visit: Visit, name: string) {
  for (let left = 800; left > 0; left--) {
    const calls = await visit.history(name);
    if (calls.length > 0) return calls;
    await Bun.sleep(25);
  }
  throw new Error(`no call of ${name} was recorded`);
}

describe("asynchronous calls", () => {
  browserTest("pause without stopping the page, and say where they come from", async () => {
    const visit = await visits.open();
    await visit.breakOn("cart.add");
    const done = visit.page.evaluate(async () => {
      const { withDebug } = window.cideldill;
      withDebug("ON");
      const timer = setInterval(() => (window.ticks = (window.ticks ?? 0) + 1), 5);
      const cart = withDebug(["cart", { add: (item: string, times: number) => item.repeat(times) }]);
      const result = await cart.add("x", 2);
      clearInterval(timer);
      return result;
    });
    const pause = await visit.nextPause();
    expect(pause.call_data).toMatchObject({
      pretty_args: ["x", 2],
      process_pid: 0,
      page_url: `${visit.origin}/`,
    });
    // It goes on while the call waits.
    await visit.page.waitForFunction((before) => (window.ticks ?? 0) > before + 5, await ticks(visit));
    await visit.release(pause, {
      action: "modify",
      modified_args: ["y", { cid: pause.call_data.args[1]?.cid }],
    });
    expect(await done).toBe("yy");
  });

  browserTest("name their parent while it runs without a break", async () => {
    const visit = await visits.open();
    await visit.page.evaluate(async () => {
      const { withDebug } = window.cideldill;
      withDebug("ON");
      const inner = withDebug(["inner", () => 1]);
      await withDebug(["outer", () => inner()])();
    });
    const [outer] = await recorded(visit, "outer");
    const [inner] = await recorded(visit, "inner");
    expect(inner?.call_data.parent_call_id).toBe(outer?.id);
  });

  browserTest("`mode: sync` is asked for per wrapper", async () => {
    const visit = await visits.open();
    const result = await visit.page.evaluate(() => {
      const { withDebug } = window.cideldill;
      withDebug("ON");
      return withDebug(["add", (a: number, b: number) => a + b], { mode: "sync" })(1, 2);
    });
    expect(result).toBe(3);
    expect((await recorded(visit, "add"))[0]?.call_data).toMatchObject({
      pretty_result: 3,
      status: "success",
    });
  });
});

describe("synchronous calls", () => {
  browserTest("hold the page, answer evaluations, and come back with what was decided", async () => {
    const visit = await visits.open();
    for (const name of ["total", "now"]) await visit.breakOn(name);
    const done = visit.page.evaluate(() => {
      const { withDebugSync, debugCallSync, withDebug } = window.cideldill;
      withDebug("ON");
      let ticked = false;
      setTimeout(() => {
        ticked = true;
      }, 0);
      const total = withDebugSync(["total", (prices: number[]) => prices.reduce((a, b) => a + b, 0)]);
      const first = total([1, 2]);
      const error = (() => {
        try {
          return debugCallSync("now", () => 1);
        } catch (thrown) {
          return String(thrown);
        }
      })();
      return [first, error, ticked];
    });
    const pause = await visit.nextPause();
    const { session_id } = await visit.api("POST", "/api/repl/start", { pause_id: pause.id });
    const { output } = await visit.api("POST", `/api/repl/${session_id}/eval`, {
      expr: "$args[0].length + 40",
    });
    expect(output).toBe("42");
    await visit.release(pause, { action: "modify", modified_args: [[5, 6]] });
    const second = await visit.nextPause();
    await visit.release(second, {
      action: "raise",
      exception_type: "TypeError",
      exception_message: "told to",
    });
    expect(await done).toEqual([11, "TypeError: told to", false]);
  });

  browserTest("run at once and are reported afterwards where the page forbids waiting", async () => {
    const visit = await visits.open({ headers: { "permissions-policy": "sync-xhr=()" } });
    await visit.breakOn("total");
    const result = await visit.page.evaluate(() => {
      const { withDebug, withDebugSync } = window.cideldill;
      withDebug("ON");
      return withDebugSync(["total", (a: number, b: number) => a + b])(1, 2);
    });
    expect(result).toBe(3);
    expect((await recorded(visit, "total"))[0]?.call_data).toMatchObject({
      pretty_args: [1, 2],
      pretty_result: 3,
    });
  });

  browserTest("what the language calls is reported and never waits", async () => {
    const visit = await visits.open();
    const names = ["List", "list[Symbol.iterator]", "list.toString", "list.valueOf", "list.toJSON"];
    for (const name of names) await visit.breakOn(name);
    const result = await visit.page.evaluate(() => {
      const { withDebug } = window.cideldill;
      withDebug("ON");
      class List {
        *[Symbol.iterator]() {
          yield 1;
        }
        toString() {
          return "list";
        }
        valueOf() {
          return 7;
        }
        toJSON() {
          return "json";
        }
      }
      const Wrapped = withDebug(List);
      const list = withDebug(["list", new Wrapped()]);
      return [[...list], `${list}`, +list, JSON.stringify({ list }), list instanceof List];
    });
    expect(result).toEqual([[1], "list", 7, '{"list":"json"}', true]);
    for (const name of names) expect((await recorded(visit, name))[0]?.call_data.status).toBe("success");
  });
});

describe("the end of a page", () => {
  browserTest("is told for calls under way", async () => {
    const visit = await visits.open();
    await visit.page.evaluate(() => {
      const { withDebug } = window.cideldill;
      withDebug("ON");
      void withDebug(["wait", () => new Promise(() => {})])();
    });
    await visit.page.waitForTimeout(500);
    await visit.page.goto("about:blank");
    expect((await recorded(visit, "wait"))[0]?.call_data.exception).toMatchObject({ type: "ProcessExit" });
  });
});

describe("when the browser refuses", () => {
  const connect = (visit: Visit) =>
    visit.page.evaluate(async () => {
      const { withDebug, configureDebug } = window.cideldill;
      configureDebug({ serverLostTimeoutS: 0 });
      withDebug("ON");
      const errors: string[] = [];
      for (const call of [
        () => withDebug(["f", () => 1])(),
        async () => window.cideldill.withDebugSync(["g", () => 1])(),
      ]) {
        try {
          await call();
        } catch (error) {
          errors.push(String(error));
        }
      }
      return errors;
    });

  browserTest("a page of another site is told to be allowed, in the console too", async () => {
    const visit = await visits.open({ host: "app.example" });
    const [failed, blocked] = await connect(visit);
    expect(failed).toContain("DebugServerError");
    expect(failed).toContain(`(CORS): start the server with: cideldill --allow-origin ${visit.origin}`);
    expect(blocked).toContain("--allow-origin");
    // The console's lines reach us beside what the page answers.
    const isLogged = async () =>
      visit.lines.some((line) => line.startsWith("[cideldill]") && line.includes("--allow-origin"));
    await eventually(isLogged, true);
  });

  browserTest("allowed, it works, though it is no secure context", async () => {
    const visit = await visits.open({
      host: "app.example",
      listen: (origin) => ({ allowOrigins: [origin] }),
    });
    expect(await visit.page.evaluate(() => window.isSecureContext)).toBe(false);
    expect(await connect(visit)).toEqual([]);
    expect((await recorded(visit, "g")).length).toBe(1);
  });

  browserTest("a server that is not there is told as that", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const serverUrl = `http://localhost:${gone.port}`;
    gone.stop(true);
    const visit = await visits.open({ serverUrl });
    const [failed, blocked] = await connect(visit);
    for (const message of [failed, blocked]) {
      expect(message).toContain(serverUrl);
      expect(message).toContain('Is the server running? Start it with "cideldill".');
    }
  });
});
