/** Values within the room an agent has: what is kept, what is cut, and that every cut is told. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bounded, kindOf, membersOf, parsePath, step } from "../../../src/server/bounded.ts";

describe("bounded", () => {
  test("leaves small values as they are", () => {
    const value = { a: [1, "two", null, true, { b: {} }] };
    expect(bounded(value, { chars: 1_000 })).toEqual({ value, cut: [] });
  });

  test("cuts texts, lists and depth, and says where and what was there", () => {
    const { value, cut } = bounded({ long: "x".repeat(5_000), after: "seen" }, { chars: 1_000 });
    expect(value).toMatchObject({
      long: expect.stringMatching(/^x+… \(\d+ of 5,000 characters\)$/),
      after: "seen",
    });
    expect(cut).toEqual([
      { at: "long", was: expect.stringMatching(/^text of 5,000 characters, \d+ shown$/) },
    ]);
    expect(
      bounded(
        Array.from({ length: 1_000 }, (_, index) => index),
        { chars: 10_000 },
      ).cut,
    ).toEqual([{ at: "the value itself", was: "array of 1,000, 100 shown" }]);
    expect(bounded({ a: { b: { c: 1 } } }, { chars: 1_000, depth: 2 })).toEqual({
      value: { a: { b: "… (object with 1 key)" } },
      cut: [{ at: "a.b", was: "object with 1 key" }],
    });
  });

  test("whatever the value: the answer fits, and what is missing is told", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 100, max: 5_000 }), (value, chars) => {
        const shown = bounded(value, { chars });
        const text = JSON.stringify(shown.value) ?? "";
        expect(text.length).toBeLessThan(chars * 3 + 2_000);
        if (shown.cut.length === 0) expect(shown.value).toEqual(value);
      }),
      { numRuns: 200 },
    );
    const wide = Array.from({ length: 300 }, () => ({ text: "y".repeat(300), more: ["z".repeat(300)] }));
    expect(JSON.stringify(bounded(wide, { chars: 2_000 }).value).length).toBeLessThan(5_000);
  });
});

describe("paths", () => {
  test.each<[string, (string | number)[]]>([
    ["", []],
    ["lines[0].sku", ["lines", 0, "sku"]],
    ["$.a.b", ["a", "b"]],
    ['["odd name"][2]', ["odd name", 2]],
    ["x-y", ["x-y"]],
  ])("%s", (path, steps) => expect(parsePath(path)).toEqual(steps));

  test.each(["a..b", "[x]", "a[", '["x]'])("%s is none", (path) => {
    expect(() => parsePath(path)).toThrow("is not a path");
  });

  test("steps, kinds and what a path leads into", () => {
    expect([step("a"), step(3), step("odd name")]).toEqual([".a", "[3]", '["odd name"]']);
    expect(kindOf("abc")).toBe("text of 3 characters");
    expect(membersOf({ $type: "object", class: "P", properties: { x: 1 } })).toEqual({ x: 1 });
    expect(membersOf({ $type: "set", values: [1] })).toEqual([1]);
    expect(membersOf([1])).toEqual([1]);
  });
});
