import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { scanJson } from "../../../web/src/values/json-scan.ts";
import { formatJson, inexactNumbers, minifyJson } from "../../../web/src/values/json-text.ts";

describe("formatJson", () => {
  test("changes the layout and nothing else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const formatted = formatJson(JSON.stringify(value));
        expect(JSON.parse(formatted)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(minifyJson(formatted)).toBe(minifyJson(JSON.stringify(value)));
      }),
    );
  });

  test("keeps short inner containers on one line, the outer object open", () => {
    expect(formatJson('{"a":1,"b":[{"c":1},[],{}]}')).toBe(
      '{\n  "a": 1,\n  "b": [\n    { "c": 1 },\n    [],\n    {}\n  ]\n}',
    );
    expect(formatJson("[1,2,3]")).toBe("[1, 2, 3]");
  });

  test("keeps digits, duplicate keys and their order", () => {
    const text = '{"n": 12345678901234567890, "f": 10.0, "n": 1e-7}';
    expect(minifyJson(formatJson(text))).toBe('{"n":12345678901234567890,"f":10.0,"n":1e-7}');
  });

  test("shows invisible characters as escapes, which mean the same", () => {
    const text = JSON.stringify("a\u202eb\u200bc\u{e0041}\ud800");
    const formatted = formatJson(text);
    expect(formatted).toContain("\\u202e");
    expect(formatted).toContain("\\u200b");
    expect(formatted).toContain("\\udb40\\udc41");
    expect(JSON.parse(formatted)).toBe("a\u202eb\u200bc\u{e0041}\ud800");
    expect(minifyJson(formatted)).toBe(minifyJson(text));
  });

  test("leaves what is not JSON alone", () => {
    expect(formatJson("{ oops")).toBe("{ oops");
    expect(minifyJson("{ oops")).toBe("{ oops");
  });
});

test("inexactNumbers names whole numbers that a double cannot hold", () => {
  const { tokens } = scanJson(
    "[9007199254740991, 9007199254740993, 12345678901234567890, 1.5, 10000000000000000000]",
  );
  expect(inexactNumbers(tokens)).toEqual(["9007199254740993", "12345678901234567890"]);
});
