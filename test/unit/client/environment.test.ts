/** `withDebug()` does what the environment variable says. */
import { describe, expect, test } from "bun:test";
import { parseEnvironment } from "../../../src/client/command.ts";
import { makeBench } from "./support/scripted-client.ts";

const parse = (text: string | undefined) => parseEnvironment(text, () => {});
const read = (
  mode: string,
  serverUrl: string | null,
  watchdogS: number | null,
  logIntervalS: number | null,
) => ({
  mode,
  serverUrl,
  watchdogS,
  logIntervalS,
});

describe("the variable", () => {
  const cases: [string | undefined, object][] = [
    [undefined, read("OFF", null, null, null)],
    ["", read("OFF", null, null, null)],
    ["  ", read("OFF", null, null, null)],
    ["OFF", read("OFF", null, null, null)],
    ["on", read("ON", null, null, null)],
    [" VERBOSE\n", read("VERBOSE", null, null, null)],
    ['ON "http://localhost:8080"', read("ON", "http://localhost:8080", null, null)],
    ["ON http://localhost:8080 5", read("ON", "http://localhost:8080", 5, null)],
    ['ON "http://localhost:8080" 30 60', read("ON", "http://localhost:8080", 30, 60)],
    ['verbose   "http://[::1]:1"  0   0.5', read("VERBOSE", "http://[::1]:1", 0, 0.5)],
    ['ON "" 30 60', read("ON", null, 30, 60)],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text) ?? "not set", () => expect(parse(text) as object).toEqual(expected));
  }

  const wrong = [
    "ONN",
    "1",
    "true",
    'ON "http://localhost:8080',
    "ON x y z",
    'ON "u" 30 60 90',
    'ON "u" -1',
    'ON "u" 1e3',
    '"ON"',
  ];
  for (const text of wrong) {
    test(`${text} is refused`, () => {
      const attempt = () => parse(text);
      expect(attempt).toThrow(`The environment variable CIDELDILL is ${JSON.stringify(text)}`);
      expect(attempt).toThrow("Set it to ON, OFF or VERBOSE");
    });
  }

  test("a typo has a suggestion", () => expect(() => parse("VERBOS")).toThrow('Did you mean "VERBOSE"?'));
});

describe("withDebug()", () => {
  test("not set means OFF: the same reference, nothing sent", () => {
    const bench = makeBench();
    expect(bench.withDebug()).toEqual({ isEnabled: false, serverUrl: null, connectionStatus: "off" });
    const fn = () => 1;
    expect(bench.withDebug(fn)).toBe(fn);
    expect(bench.server.requests).toEqual([]);
  });

  test("ON with all its parts", () => {
    const bench = makeBench();
    bench.environment = 'ON "http://localhost:5174" 30 60';
    expect(bench.withDebug().isEnabled).toBe(true);
    expect(bench.withDebug(() => 1)()).toBe(1);
    expect(bench.server.calls.length).toBe(1);
  });

  test("VERBOSE says each call", () => {
    const bench = makeBench();
    bench.environment = "VERBOSE";
    bench.withDebug();
    bench.withDebug(["add", () => 1])();
    expect(bench.lines.join("\n")).toContain("add(0 arguments): continue");
  });

  test("another machine's address is one error that names the variable", () => {
    const bench = makeBench();
    bench.environment = 'ON "http://example.com:80"';
    expect(() => bench.withDebug()).toThrow(
      /^The environment variable CIDELDILL is .*example.com.* is not loopback\. Set it to/,
    );
    expect(bench.getDebugInfo().isEnabled).toBe(false);
  });

  test("undefined is no target, and not the same as nothing", () => {
    const bench = makeBench();
    bench.environment = "ON";
    expect(() => bench.withDebug(undefined as unknown as object)).toThrow("it was given undefined");
  });
});
