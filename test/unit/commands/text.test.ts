import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ago, table } from "../../../src/commands/list.ts";
import { jsonLine, printable } from "../../../src/commands/printable.ts";
import { makeStyle, wantsColor } from "../../../src/commands/style.ts";
import { pad, shortenPath, tilde, twoColumns, wrap } from "../../../src/commands/text.ts";
import type { InstanceRecord } from "../../../src/discovery/index.ts";
import { fakeIo } from "./fake-io.ts";

describe("printable", () => {
  test.each([
    ["plain äöü 日本 🐢", "plain äöü 日本 🐢"],
    ["\u001b[31mred", "\\x1b[31mred"],
    ["\u009b31m", "\\x9b31m"],
    ["a\nb\r\tc\u0000\u007f", "a\\nb\\r\\tc\\x00\\x7f"],
    ["\u202eevil\u2066\u200f", "\\u202eevil\\u2066\\u200f"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["line\u2028para\u2029", "line\\u2028para\\u2029"],
    ["lone\ud800", "lone\\ud800"],
  ])("%j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("leaves no control character, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(printable(text))).toBe(false);
      }),
    );
  });

  test("jsonLine is the same value on one line of harmless letters", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const line = jsonLine({ value, [text]: text });
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ value, [text]: text })));
        expect(printable(line)).toBe(line);
      }),
    );
  });
});

describe("style", () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ TERM: "dumb" }, true, false],
  ])("%j on a terminal: %p gives colour: %p", (env, isTerminal, wanted) => {
    expect(wantsColor(env, isTerminal)).toBe(wanted);
  });

  test("pictures are for terminals, even when colour is forced", () => {
    expect(makeStyle({ FORCE_COLOR: "1" }, false).live).toBe("");
    expect(makeStyle({ NO_COLOR: "1" }, true).live).toBe("●");
    expect(makeStyle({ TERM: "dumb" }, true).live).toBe("");
  });
});

describe("text", () => {
  test("wrap breaks at blanks, and keeps a long word", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("a/very/long/path b", 5)).toEqual(["a/very/long/path", "b"]);
    expect(wrap("", 5)).toEqual([""]);
  });

  test("columns count what a terminal shows", () => {
    expect(pad("日本", 6)).toBe("日本  ");
    expect(pad("\u001b[31mab\u001b[39m", 3)).toBe("\u001b[31mab\u001b[39m ");
    expect(
      twoColumns(
        [
          ["a", "x"],
          ["bcd", "y"],
        ],
        80,
      ),
    ).toEqual(["  a    x", "  bcd  y"]);
  });

  test("paths", () => {
    expect(tilde("/home/ada/x", "/home/ada")).toBe("~/x");
    expect(tilde("/home/ada", "/home/ada")).toBe("~");
    expect(tilde("/home/adam", "/home/ada")).toBe("/home/adam");
    expect(tilde("/x", "/")).toBe("/x");
    expect(shortenPath("/a/bc", 10, "…")).toBe("/a/bc");
    expect(shortenPath("/abc/def", 5, "…")).toBe("…/def");
  });
});

describe("the table of servers", () => {
  const record = (fields: Partial<InstanceRecord>): InstanceRecord => ({
    instance_id: "i",
    url: "http://localhost:5174",
    port: 5174,
    host: "127.0.0.1",
    pid: 42,
    process_start_time: 0,
    pid_namespace: null,
    version: "1",
    cwd: "/work",
    db: ":memory:",
    port_file: null,
    started_at: 1_000,
    ...fields,
  });

  test("is aligned", () => {
    const records = [
      record({}),
      record({ url: "http://localhost:41234", pid: 1234567, started_at: 1_000 - 7_200 }),
    ];
    expect(table(records, fakeIo().out, 1_000)).toEqual([
      "URL                         PID  STARTED   FOLDER",
      "http://localhost:5174        42  just now  /work",
      "http://localhost:41234  1234567  2 h ago   /work",
    ]);
  });

  test("fits a terminal; a pipe gets whole paths", () => {
    const cwd = `/very${"/long".repeat(30)}/end`;
    const onTerminal = table([record({ cwd })], fakeIo({ isTerminal: true }).out, 1_000);
    for (const line of onTerminal) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
    expect(onTerminal.join()).toContain("long/end");
    expect(table([record({ cwd })], fakeIo().out, 1_000).join()).toContain(cwd);
  });

  test.each([
    [-5, "just now"],
    [4, "just now"],
    [59, "59 s ago"],
    [60, "1 min ago"],
    [3_599, "59 min ago"],
    [7_200, "2 h ago"],
    [86_400, "1 day ago"],
    [200_000, "2 days ago"],
  ])("%p s: %s", (seconds, text) => {
    expect(ago(seconds)).toBe(text);
  });
});
