/** Differences: applied they give the other value, and they are told the way people read paths. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { applyDiff, diffOf } from "../../../src/server/record/diff.ts";

test("applied to one value, all changes give the other", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  // Values that are nearly alike differ in more interesting ways.
  const pair = fc.oneof(
    fc.tuple(json, json),
    fc
      .tuple(fc.array(json, { maxLength: 6 }), fc.array(json, { maxLength: 3 }), fc.nat(6), fc.nat(3))
      .map(([list, added, at, removed]) => [list, list.toSpliced(at, removed, ...added)] as const),
    fc.tuple(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json)).map(
      ([a, b]) =>
        [
          { ...a, same: 1 },
          { ...a, ...b },
        ] as const,
    ),
  );
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const { changes, cut } = diffOf(a, b);
      expect(cut).toBe(false);
      expect(JSON.stringify(sorted(applyDiff(a, changes)))).toBe(JSON.stringify(sorted(b)));
      expect(diffOf(a, a).changes).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

/** With members in one order: which comes first is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, sorted(member)]);
}

describe("places as people read them", () => {
  test.each([
    [{ a: 1 }, { a: 2 }, ["changed a"]],
    [{ a: [1, 2] }, { a: [1, 2, 3] }, ["added a[2]"]],
    [{ a: [1, 2, 3] }, { a: [2, 3] }, ["removed a[0]"]],
    [{ "odd key": 1 }, {}, ['removed ["odd key"]']],
    [1, "1", ["changed "]],
    [
      { $type: "object", class: "Order", properties: { total: 1 } },
      { $type: "object", class: "Order", properties: { total: 2 } },
      ["changed total"],
    ],
    [
      [{ id: 1, n: 1 }, { id: 2 }],
      [{ id: 1, n: 2 }, { id: 2 }, { id: 3 }],
      ["changed [0].n", "added [2]"],
    ],
  ] as [unknown, unknown, string[]][])("%j and %j", (a, b, expected) => {
    expect(diffOf(a, b).changes.map(({ kind, at }) => `${kind} ${at}`)).toEqual(expected);
  });
});
