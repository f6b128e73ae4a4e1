import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { scanJson } from "../../../web/src/values/json-scan.ts";

const errorOf = (text: string) => scanJson(text).error;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("scanJson", () => {
  test("accepts what JSON.parse accepts, and keeps every character", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2, "\t"), (text, indent) => {
        const laidOut = JSON.stringify(JSON.parse(text), null, indent);
        const { tokens, error } = scanJson(laidOut);
        expect(error).toBeNull();
        expect(tokens.map((token) => token.text).join("")).toBe(laidOut);
      }),
    );
  });

  test("agrees with JSON.parse on broken text", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "\\",
      "1",
      "-",
      ".5",
      "01",
      "e-5",
      "true",
      "nul",
      " ",
      "\n",
      "'",
      "\u00a0",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => {
        const text = parts.join("");
        const { tokens, error } = scanJson(text);
        expect(error === null).toBe(isJson(text));
        expect(tokens.map((token) => token.text).join("")).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["", "Write a JSON value", 1, 1],
    ['{"a": 1', "Not finished: } is missing", 1, 8],
    ['{\n  "a": 1,\n}', "A comma before } is not JSON", 2, 9],
    ["[1,]", "A comma before ] is not JSON", 1, 3],
    ["{'a': 1}", "straight double quotes", 1, 2],
    ['"open', "This string is not closed", 1, 1],
    ['"a\\x"', "Unknown escape \\x", 1, 3],
    ["None", "JSON writes null", 1, 1],
    ["[True]", "JSON writes true", 1, 2],
    ["undefined", "$type", 1, 1],
    ["hello", "text needs double quotes", 1, 1],
    ["01", "not a JSON number", 1, 1],
    ["1e999", "too large", 1, 1],
    ["1 2", "Something follows", 1, 3],
    ["[1 2]", "Expected , or the closing bracket", 1, 4],
    ['{"a" 1}', "Expected : after", 1, 6],
    ["[1}", "Expected ] here", 1, 3],
    ["{} // note", "no comments", 1, 4],
    ["\u202e1", "U+202E", 1, 1],
  ])("%j: %s", (text, message, line, column) => {
    const error = errorOf(text);
    expect(error?.message).toContain(message);
    expect([error?.line, error?.column]).toEqual([line, column]);
  });

  test("a string of megabytes is one token", () => {
    const text = JSON.stringify('a\\"'.repeat(1_000_000));
    const { tokens, error } = scanJson(text);
    expect([tokens.length, error]).toEqual([1, null]);
  });

  test("a hundred thousand brackets do not overflow", () => {
    const depth = 100_000;
    expect(errorOf("[".repeat(depth) + "]".repeat(depth))).toBeNull();
    expect(errorOf("[".repeat(depth))?.message).toContain("Not finished");
  });
});
