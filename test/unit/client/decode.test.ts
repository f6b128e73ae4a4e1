/** Tagged JSON back to values, with and without the original at hand (design decision 8). */
import { describe, expect, test } from "bun:test";
import { types } from "node:util";
import fc from "fast-check";
import { decode } from "../../../src/client/encode/decode.ts";
import { encode } from "../../../src/client/encode/encode.ts";
import { DebugSerializationError } from "../../../src/client/errors.ts";

const there = (value: unknown): unknown => decode(encode(value, { isProxy: types.isProxy }));

/** Encodes a value, lets a function edit the document, and decodes it with the original at hand. */
function edit<T>(value: T, change: (document: unknown) => unknown): T {
  const text = encode(value, { isProxy: types.isProxy });
  return decode(JSON.stringify(change(JSON.parse(text))), { text, value }) as T;
}

describe("there and back", () => {
  test("what can be rebuilt from text", () => {
    const value = {
      list: [undefined, Number.NaN, -0, Number.NEGATIVE_INFINITY, 10n ** 30n],
      when: new Date(5),
      map: new Map<unknown, unknown>([["a", new Set([1])]]),
      bytes: new Float64Array([1.5]),
      view: new DataView(new ArrayBuffer(3)),
      regexp: /x/y,
      own: { $type: "own" },
    };
    expect(there(value)).toEqual(value);
    expect(Object.is((there([-0]) as number[])[0], -0)).toBe(true);
    expect(Number.isNaN((there(new Date(Number.NaN)) as Date).getTime())).toBe(true);
  });

  test("holes stay holes, a __proto__ key stays a key", () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the point
    const holes = there([1, , 3]) as unknown[];
    expect([holes.length, 1 in holes]).toEqual([3, false]);
    const value = there(JSON.parse('{"__proto__":{"x":1}}')) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("cycles close", () => {
    const value: Record<string, unknown> = { map: new Map() };
    (value.map as Map<unknown, unknown>).set("up", value);
    const back = there(value) as typeof value;
    expect((back.map as Map<unknown, unknown>).get("up")).toBe(back);
  });

  test("errors", () => {
    const back = there(Object.assign(new RangeError("far", { cause: 1 }), { code: "E" })) as RangeError;
    expect(back).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ message: "far", cause: 1, code: "E" });
    expect(there(new (class Own extends Error {})("x"))).toBeInstanceOf(Error);
  });

  test("any value of plain JSON, Maps, Sets, Dates and bigints", () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.jsonValue(),
        fc.bigInt(),
        // Two invalid ones are not equal to `toEqual`; see above.
        fc.date({ noInvalidDate: true }),
        fc.constantFrom(undefined, Number.NaN, -0),
        fc.array(tie("value")),
        fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
        fc.array(fc.tuple(fc.string(), tie("value"))).map((entries) => new Map(entries)),
        fc.array(fc.integer()).map((values) => new Set(values)),
        fc.uint8Array(),
      ),
    }));
    fc.assert(fc.property(value, (made) => expect(there(made)).toEqual(made)));
  });

  test("any document is decoded or refused with our error", () => {
    const tags = [
      "ref",
      "map",
      "set",
      "bytes",
      "error",
      "object",
      "plain",
      "cut",
      "getter",
      "date",
      "regexp",
    ];
    const node = fc.record({
      $type: fc.constantFrom(...tags),
      value: fc.jsonValue(),
      entries: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), node, fc.array(node)), (document) => {
        try {
          decode(JSON.stringify(document));
        } catch (error) {
          expect(error).toBeInstanceOf(DebugSerializationError);
        }
      }),
    );
  });
});

describe("an edited value", () => {
  test("unchanged, is the very same one", () => {
    const value = { f() {}, socket: new (class Socket {})(), deep: [new WeakMap()] };
    expect(edit(value, (document) => document)).toBe(value);
  });

  test("keeps everything that was not edited", () => {
    const value = { name: "a", run() {}, map: new WeakMap(), list: [{ x: 1 }, { x: 2 }] };
    const edited = edit(value, (document) => {
      const copy = document as typeof value;
      copy.name = "b";
      (copy.list[1] as { x: number }).x = 5;
      return copy;
    });
    expect(edited).not.toBe(value);
    expect(edited.name).toBe("b");
    expect(edited.run).toBe(value.run);
    expect(edited.map).toBe(value.map);
    expect(edited.list[0]).toBe(value.list[0]);
    expect(edited.list[1]).toEqual({ x: 5 });
    expect(value.name).toBe("a");
  });

  test("plain JSON over plain JSON keeps the untouched parts too", () => {
    const value = { a: 1, inner: { b: [1, 2] } };
    const edited = edit(value, () => ({ a: 2, inner: { b: [1, 2] } }));
    expect(edited.inner).toBe(value.inner);
  });

  test("of a class keeps its class", () => {
    class Point {
      x = 1;
      y = 2;
      sum() {
        return this.x + this.y;
      }
    }
    const point = new Point();
    const edited = edit(point, (document) => {
      (document as { properties: { x: number } }).properties.x = 40;
      return document;
    });
    expect(edited).toBeInstanceOf(Point);
    expect(edited.sum()).toBe(42);
    expect(point.sum()).toBe(3);
  });

  test("keeps what was cut", () => {
    const list = Array.from({ length: 3000 }, (_, index) => index);
    const first = edit(list, (document) => [-1, ...(document as unknown[]).slice(1)] as unknown);
    expect(first.length).toBe(3000);
    expect([first[0], first[2999]]).toEqual([-1, 2999]);
    const wide = Object.fromEntries(list.map((index) => [`k${index}`, index]));
    const other = edit(wide, (document) => ({ ...(document as object), k0: "edited" }));
    expect(Object.keys(other).length).toBe(3000);
    expect([other.k0, other.k2999]).toEqual(["edited", 2999] as never);
    const map = new Map(list.map((index) => [index, { index }]));
    const third = edit(map, (document) => {
      const { entries } = document as { entries: [number, unknown][] };
      entries[0] = [0, "edited"];
      return document;
    });
    expect([third.size, third.get(0)]).toEqual([3000, "edited" as never]);
    expect(third.get(1)).toBe(map.get(1) as never);
    expect(third.get(2999)).toBe(map.get(2999) as never);
  });

  test("keeps getters and symbol keys", () => {
    const key = Symbol("key");
    const value = {
      a: 1,
      [key]: { s: 1 },
      get twice() {
        return this.a * 2;
      },
    };
    const edited = edit(value, (document) => {
      const { entries } = document as { entries: [unknown, unknown][] };
      entries[0] = ["a", 21];
      return document;
    });
    expect(edited.twice).toBe(42);
    expect(edited[key]).toBe(value[key]);
  });

  test("keeps members of Maps and Sets, keys included", () => {
    const key = { id: 1 };
    const member = () => {};
    const map = new Map<object, unknown>([[key, { a: 1 }]]);
    const edited = edit({ map, set: new Set<unknown>([member, 1]) }, (document) => {
      const copy = document as { map: { entries: [unknown, { a: number }][] }; set: { values: unknown[] } };
      for (const entry of copy.map.entries) entry[1].a = 2;
      copy.set.values[1] = 5;
      return copy;
    });
    expect(edited.map.get(key)).toEqual({ a: 2 });
    expect([...edited.set]).toEqual([member, 5]);
  });

  test("what text cannot make is refused, with its place", () => {
    const put = () => edit({ a: { b: 1 } }, () => ({ a: { b: { $type: "function", name: "f" } } }));
    expect(put).toThrow(DebugSerializationError);
    expect(put).toThrow("a function (f) at a.b");
  });
});

test("what is not JSON is refused", () => {
  expect(() => decode("{")).toThrow(DebugSerializationError);
});
