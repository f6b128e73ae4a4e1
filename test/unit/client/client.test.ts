/** Switching on and off, settings, and what happens without a server. */
import { describe, expect, test } from "bun:test";
import { parseCommand } from "../../../src/client/command.ts";
import { DebugError, DebugServerError } from "../../../src/client/errors.ts";
import { makeBench, onBench } from "./support/scripted-client.ts";

describe("withDebug as a command", () => {
  test("ON verifies, OFF lets go", () => {
    const bench = makeBench();
    expect(bench.getDebugInfo()).toEqual({ isEnabled: false, serverUrl: null, connectionStatus: "off" });
    expect(bench.withDebug("ON")).toEqual({
      isEnabled: true,
      serverUrl: "http://localhost:5174",
      connectionStatus: "connected",
    });
    expect(bench.withDebug("OFF")).toEqual({ isEnabled: false, serverUrl: null, connectionStatus: "off" });
  });

  test("case and blanks do not matter", () => {
    expect(["on", " On ", "ON\n", "off", "Verbose"].map(parseCommand)).toEqual([
      "ON",
      "ON",
      "ON",
      "OFF",
      "VERBOSE",
    ]);
  });

  test("a typo is refused with the nearest command", () => {
    const bench = makeBench();
    expect(() => bench.withDebug("ONN")).toThrow('Did you mean "ON"?');
    expect(() => bench.withDebug("verbos")).toThrow('Did you mean "VERBOSE"?');
    expect(() => bench.withDebug("something")).toThrow(DebugError);
    expect(() => bench.withDebug("")).toThrow('It takes "ON", "OFF" or "VERBOSE"');
  });

  test("wrapping before ON or OFF says what to do", () => {
    const bench = makeBench();
    expect(() => bench.withDebug(() => 1)).toThrow('Call withDebug("ON") first');
    expect(() => bench.debugCall(() => 1)).toThrow('Call withDebug("ON") first');
  });

  test("what cannot be wrapped is refused", () => {
    const bench = onBench();
    for (const wrong of [undefined, null, 5, true, Symbol("s")]) {
      expect(() => bench.withDebug(wrong as never)).toThrow("withDebug takes a function");
    }
    expect(() => bench.withDebug(["", () => 1])).toThrow("a name that is not empty");
    expect(() => bench.debugCall("name" as never, 5 as never)).toThrow("debugCall takes a function");
  });

  test("OFF gives the very same reference and sends nothing", () => {
    const bench = makeBench();
    bench.withDebug("OFF");
    const target = { go: () => 1 };
    const fn = () => 2;
    expect(bench.withDebug(target)).toBe(target);
    expect(bench.withDebug(["alias", fn])).toBe(fn);
    expect(bench.debugCall("x", fn)).toBe(2);
    expect(bench.server.requests).toEqual([]);
  });

  test("what was wrapped while ON passes straight through after OFF", () => {
    const bench = onBench();
    const wrapped = bench.withDebug(["f", () => 1]);
    bench.withDebug("OFF");
    const before = bench.server.requests.length;
    expect(wrapped()).toBe(1);
    expect(bench.server.requests.length).toBe(before);
  });

  test("VERBOSE logs each call", () => {
    const bench = makeBench();
    bench.withDebug("VERBOSE");
    bench.debugCall("f", () => 1);
    expect(bench.lines.join("\n")).toContain("f(0 arguments): continue");
    expect(bench.lines.join("\n")).toContain("f: success");
  });
});

describe("configureDebug", () => {
  test("refuses what it does not know, and then changes nothing", () => {
    const bench = makeBench();
    const wrong: [object, string][] = [
      [{ serverURL: "x" }, 'does not know "serverURL"'],
      [{ onServerLost: "ignore" }, 'onServerLost to be "throw" or "continue"'],
      [{ serverLostTimeoutS: -1 }, "serverLostTimeoutS to be a number of seconds"],
      [{ suspendedBreakpointsLogIntervalS: Number.NaN }, "a number of seconds"],
      [{ limits: { width: 5 } }, "does not know limits.width"],
      [{ serverUrl: 5 }, "serverUrl to be a text"],
    ];
    for (const [settings, message] of wrong) {
      expect(() => bench.configureDebug(settings as never)).toThrow(message);
    }
  });

  test("limits bound what is sent", () => {
    const bench = onBench();
    bench.configureDebug({ limits: { stringLength: 3 } });
    bench.debugCall("f", (text: string) => text.length, "abcdef");
    expect(bench.server.data(bench.server.calls[0]?.start.args?.[0])).toEqual({
      $type: "cut",
      kind: "string",
      size: 6,
      value: "abc",
    });
  });

  test("a long pause says so, again and again", () => {
    const bench = onBench();
    bench.configureDebug({ suspendedBreakpointsLogIntervalS: 0.01 });
    bench.server.before("slow", { pause: { action: "continue" }, waits: 8 });
    bench.debugCall("slow", () => 1);
    const said = bench.lines.filter((line) => line.includes("slow has been paused for"));
    expect(said.length).toBeGreaterThan(1);
  });
});

describe("case 13: without a server", () => {
  test("ON fails, with the remedy, and leaves everything as it was", () => {
    const bench = makeBench();
    bench.down = true;
    expect(() => bench.withDebug("ON")).toThrow(DebugServerError);
    expect(() => bench.withDebug("ON")).toThrow('onUnreachable: "continue"');
    expect(bench.getDebugInfo().isEnabled).toBe(false);
    expect(() => bench.withDebug(() => 1)).toThrow('Call withDebug("ON") first');
  });

  test("onUnreachable continue runs without, and connects when it can", async () => {
    const bench = makeBench();
    bench.down = true;
    bench.configureDebug({ onUnreachable: "continue" });
    expect(bench.withDebug("ON")).toEqual({
      isEnabled: true,
      serverUrl: null,
      connectionStatus: "unreachable",
    });
    const add = bench.withDebug(["add", (a: number, b: number) => a + b]);
    expect([add(1, 2), add(3, 4)]).toEqual([3, 7]);
    bench.down = false;
    // It looks again with the first call after a while.
    await Bun.sleep(250);
    expect(add(5, 6)).toBe(11);
    expect(bench.getDebugInfo().connectionStatus).toBe("connected");
    expect(bench.server.calls.length).toBe(1);
    expect([...bench.server.functions.keys()]).toEqual(["add"]);
    expect(bench.lines.join("\n")).toContain("2 calls meanwhile were not reported");
  });

  test("a server that goes away: throw, after looking for it", () => {
    const bench = onBench();
    const add = bench.withDebug(["add", (a: number) => a]);
    bench.configureDebug({ serverLostTimeoutS: 0.1 });
    bench.down = true;
    const started = performance.now();
    expect(() => add(1)).toThrow(DebugServerError);
    expect(performance.now() - started).toBeGreaterThan(90);
    // The next one looks once and does not wait again.
    const again = performance.now();
    expect(() => add(1)).toThrow('onServerLost: "continue"');
    expect(performance.now() - again).toBeLessThan(90);
    bench.down = false;
    expect(add(2)).toBe(2);
  });

  test("a server that goes away: continue", async () => {
    const bench = onBench();
    bench.configureDebug({ onServerLost: "continue" });
    const add = bench.withDebug(["add", (a: number) => a]);
    const later = bench.withDebug(["later", async (a: number) => a]);
    bench.down = true;
    expect([add(1), await later(2)]).toEqual([1, 2]);
    expect(bench.getDebugInfo().connectionStatus).toBe("unreachable");
  });

  test("a call that has run keeps its result when the end cannot be told", () => {
    const bench = onBench();
    bench.configureDebug({ serverLostTimeoutS: 0.05 });
    const work = bench.withDebug([
      "work",
      () => {
        bench.down = true;
        return "precious";
      },
    ]);
    expect(work()).toBe("precious");
    expect(bench.lines.join("\n")).toContain("the end of work was not reported");
  });

  for (const kind of ["sync", "async"] as const) {
    const start = () => {
      const bench = onBench();
      const fn = bench.withDebug(["f", kind === "sync" ? (a: number) => a : async (a: number) => a]);
      // Fake a server whose answer depends on how often it was polled: a script is all a blocked thread can meet.
      const polls = (reaction: () => void, after: number) => {
        const { handle } = bench.server;
        let seen = 0;
        bench.server.handle = (method, path, body) => {
          if (path.startsWith("/api/poll/") && ++seen === after) reaction();
          return handle.call(bench.server, method, path, body);
        };
      };
      return { bench, call: async (a: number) => await fn(a), polls };
    };

    test(`${kind}: the server restarts while a call is paused: it is told again`, async () => {
      const { bench, call, polls } = start();
      bench.server.before("f", { pause: { action: "continue" }, waits: 5 });
      polls(() => bench.server.restart(), 3);
      expect(await call(7)).toBe(7);
      expect(bench.server.calls.length).toBe(2);
      // Only the second time: a server that knows no breakpoint must hold it all the same.
      expect(bench.server.calls.map(({ start }) => start.was_paused)).toEqual([undefined, true]);
      expect(bench.lines.join("\n")).toContain("pausing it again");
    });

    test(`${kind}: the server is gone for a while, while a call is paused`, async () => {
      const { bench, call, polls } = start();
      bench.server.before("f", { pause: { action: "continue" }, waits: 5 });
      polls(() => {
        bench.server.restart();
        bench.failures = 3;
        throw new DebugServerError("connection reset");
      }, 3);
      expect(await call(7)).toBe(7);
      expect(bench.server.calls.length).toBe(2);
      expect(bench.lines.join("\n")).toContain("lost the breakpoint server");
      expect(bench.lines.join("\n")).toContain("connected to the breakpoint server");
    });

    test(`${kind}: a REPL request that fails does not end the wait`, async () => {
      const { bench, call } = start();
      bench.server.before("f", { pause: { action: "continue" }, waits: 3 });
      const { handle } = bench.server;
      let failed = false;
      bench.server.handle = (method, path, body) => {
        if (path.startsWith("/api/poll-repl/") && !failed) {
          failed = true;
          bench.failures = 2;
          throw new DebugServerError("connection reset");
        }
        return handle.call(bench.server, method, path, body);
      };
      expect(await call(7)).toBe(7);
      expect(bench.server.calls.length).toBe(1);
    });

    test(`${kind}: the server dies while a call is paused`, async () => {
      const { bench, call, polls } = start();
      bench.configureDebug({ serverLostTimeoutS: 0.1 });
      bench.server.before("f", { pause: { action: "continue" }, waits: 5 });
      polls(() => {
        bench.down = true;
        throw new DebugServerError("connection reset");
      }, 2);
      const error = await call(7).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DebugServerError);
    });

    test(`${kind}: the server dies while a call is paused, and calls may go on`, async () => {
      const { bench, call, polls } = start();
      bench.configureDebug({ serverLostTimeoutS: 0.1, onServerLost: "continue" });
      bench.server.before("f", { pause: { action: "continue" }, waits: 5 });
      polls(() => {
        bench.down = true;
        throw new DebugServerError("connection reset");
      }, 2);
      expect(await call(7)).toBe(7);
    });
  }
});
