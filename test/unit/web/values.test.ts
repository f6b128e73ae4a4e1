import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isPlainPickle } from "../../../web/src/values/pickle-shape.ts";
import { summarize } from "../../../web/src/values/summary.ts";
import { notCarried, strangers } from "../../../web/src/values/tags.ts";
import { pieces, plainText } from "../../../web/src/values/visible-text.ts";

describe("summarize", () => {
  test("reads like a value", () => {
    expect(summarize({ orderId: "A-1042", amount: 249.9, "a b": [1, null] }, 100)).toBe(
      '{ orderId: "A-1042", amount: 249.9, "a b": [1, null] }',
    );
    expect(summarize({ $type: "map", entries: [[1, 2]] }, 100)).toBe("Map(1)");
    expect(summarize({ $type: "object", class: "Point", properties: { x: 1 } }, 100)).toBe("Point { x: 1 }");
    expect(summarize({ password: { $type: "redacted" } }, 100)).toBe("{ password: <redacted> }");
    expect(summarize({ $type: "pairs", class: "Headers", entries: [[1, 2]] }, 100)).toBe("Headers(1)");
    expect(summarize({ $type: "custom", class: "Money", value: { cents: 5 } }, 100)).toBe(
      "Money { cents: 5 }",
    );
    expect(summarize({ $type: "custom", class: "Money", error: "E" }, 100)).toBe(
      "Money <its encoder threw E>",
    );
    expect(summarize({ $type: "nobody knows" }, 100)).toBe("<nobody knows>");
  });

  test("never exceeds its width", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 10, max: 120 }), (value, width) => {
        expect(summarize(value, width).length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("pieces", () => {
  test("marks what hides or reorders text", () => {
    expect(pieces("a\u202eb")).toEqual([
      { kind: "text", text: "a" },
      { kind: "mark", text: "U+202E", name: "RIGHT-TO-LEFT OVERRIDE" },
      { kind: "text", text: "b" },
    ]);
    for (const char of [
      "\0",
      "\u001b",
      "\u007f",
      "\u0085",
      "\u00ad",
      "\u200b",
      "\u2028",
      "\u2066",
      "\ufeff",
      "\u{e0041}",
      "\ud800",
    ]) {
      expect(pieces(`x${char}y`).map((piece) => piece.kind)).toEqual(["text", "mark", "text"]);
    }
  });

  test("lets line breaks work in a block, and emoji be emoji", () => {
    expect(pieces("a\n\tb", { block: true })).toEqual([{ kind: "text", text: "a\n\tb" }]);
    expect(pieces("a\nb").map((piece) => piece.text)).toEqual(["a", "U+000A", "b"]);
    expect(pieces("👩‍👩‍👧").map((piece) => piece.kind)).toEqual(["text"]);
    expect(pieces("a\u200db").map((piece) => piece.kind)).toEqual(["text", "mark", "text"]);
    expect(pieces("שלום, مرحبا").map((piece) => piece.kind)).toEqual(["text"]);
  });

  test("plainText does it for titles", () => {
    expect(plainText("a\u202eb")).toBe("a⟨U+202E⟩b");
    expect(plainText("x".repeat(500), 10)).toBe("xxxxxxxxxx…");
  });
});

test("notCarried names what JSON text would lose", () => {
  expect(
    notCarried({ a: [{ $type: "function", name: "f" }, { $type: "cut" }], d: { $type: "date" } }).sort(),
  ).toEqual(["cut", "function"]);
  expect(notCarried({ $type: "map", entries: [["a", 1]] })).toEqual([]);
});

describe("isPlainPickle", () => {
  // Made with Python's pickle.dumps, protocol 4.
  const made = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex").toString("base64");
  test.each([
    ["None", "80 04 4e 2e", true],
    [
      "{'a': 1, 'b': [True, 'x']}",
      "80049513000000000000007d94288c0161944b018c016294 5d9428888c0178946575 2e",
      true,
    ],
    ["{1: 'a'}", "80 04 95 0b 00 00 00 00 00 00 00 7d 94 4b 01 8c 01 61 94 73 2e", false],
    ["(1, 2)", "80 04 95 07 00 00 00 00 00 00 00 4b 01 4b 02 86 94 2e", false],
    ["1.5", "80 04 95 0a 00 00 00 00 00 00 00 47 3f f8 00 00 00 00 00 00 2e", true],
    [
      "10.0, which would come back as 10",
      "80 04 95 0a 00 00 00 00 00 00 00 47 40 24 00 00 00 00 00 00 2e",
      false,
    ],
    [
      "os.system",
      "80 04 95 14 00 00 00 00 00 00 00 8c 05 70 6f 73 69 78 94 8c 06 73 79 73 74 65 6d 94 93 94 2e",
      false,
    ],
    ["garbage", "ff ff", false],
    ["nothing", "", false],
  ])("%s", (_, hex, expected) => {
    expect(isPlainPickle(made(hex))).toBe(expected);
  });

  test("not base64 is not plain", () => {
    expect(isPlainPickle("§")).toBe(false);
  });
});

test("strangers are those that do not stand where they stood", () => {
  const f = { $type: "function", name: "f" };
  expect(strangers({ a: f, n: 1 }, { a: f, n: 2 })).toEqual([]);
  expect(strangers({ a: f }, { b: f })).toEqual(["function"]);
  expect(strangers([f, f], [f])).toEqual([]);
  expect(strangers({ a: f }, { a: { ...f, name: "g" } })).toEqual(["function"]);
});
