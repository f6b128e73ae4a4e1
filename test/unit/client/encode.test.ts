/** Values as tagged JSON: faithful, bounded, never throwing, never running the program's code (case 14). */
import { describe, expect, test } from "bun:test";
import { types } from "node:util";
import fc from "fast-check";
import { encode as encodeText } from "../../../src/client/encode/encode.ts";
import type { EncodeLimits } from "../../../src/client/types.ts";

const encode = (value: unknown, limits?: Partial<EncodeLimits>): unknown =>
  JSON.parse(encodeText(value, { isProxy: types.isProxy, ...(limits ? { limits } : {}) }));

describe("what JSON has no word for", () => {
  const cases: [string, unknown, unknown][] = [
    ["undefined", undefined, { $type: "undefined" }],
    ["NaN", Number.NaN, { $type: "number", value: "NaN" }],
    ["Infinity", Number.POSITIVE_INFINITY, { $type: "number", value: "Infinity" }],
    ["minus Infinity", Number.NEGATIVE_INFINITY, { $type: "number", value: "-Infinity" }],
    ["minus zero", -0, { $type: "number", value: "-0" }],
    ["a bigint", -12n, { $type: "bigint", value: "-12" }],
    ["a Date", new Date(0), { $type: "date", value: "1970-01-01T00:00:00.000Z" }],
    ["an invalid Date", new Date(Number.NaN), { $type: "date", value: null }],
    ["a Map", new Map([[{ k: 1 }, [2]]]), { $type: "map", entries: [[{ k: 1 }, [2]]] }],
    ["a Set", new Set(["a"]), { $type: "set", values: ["a"] }],
    ["bytes", new Uint8Array([1, 2]), { $type: "bytes", class: "Uint8Array", base64: "AQI=", length: 2 }],
    [
      "elements of two bytes",
      new Uint16Array([1, 2]),
      { $type: "bytes", class: "Uint16Array", base64: "AQACAA==", length: 2 },
    ],
    ["a buffer", new ArrayBuffer(2), { $type: "bytes", class: "ArrayBuffer", base64: "AAA=", length: 2 }],
    ["a function", function named() {}, { $type: "function", name: "named" }],
    ["a symbol", Symbol("s"), { $type: "symbol", description: "s" }],
    ["a RegExp", /a\/b/gi, { $type: "regexp", source: "a\\/b", flags: "gi" }],
    ["a Promise", Promise.resolve(1), { $type: "opaque", class: "Promise" }],
    ["a WeakMap", new WeakMap(), { $type: "opaque", class: "WeakMap" }],
    ["a generator", (function* () {})(), { $type: "opaque", class: "Generator" }],
    ["a boxed number", Object(1), { $type: "opaque", class: "Number", text: "1" }],
    ["a URL", new URL("http://a/b"), { $type: "opaque", class: "URL", text: "http://a/b" }],
    [
      "a hole",
      // biome-ignore lint/suspicious/noSparseArray: the hole is the point
      [1, , 3],
      [1, { $type: "undefined", hole: true }, 3],
    ],
    [
      "an own $type",
      { $type: "date", a: 1 },
      {
        $type: "plain",
        entries: [
          ["$type", "date"],
          ["a", 1],
        ],
      },
    ],
    [
      "a symbol key",
      { [Symbol("k")]: 1, a: 2 },
      {
        $type: "plain",
        entries: [
          ["a", 2],
          [{ $type: "symbol", description: "k" }, 1],
        ],
      },
    ],
  ];
  for (const [name, value, expected] of cases) {
    test(name, () => expect(encode(value)).toEqual(expected));
  }

  test("a class instance, without its private fields", () => {
    class Point {
      x = 1;
      #secret = 2;
      get sum() {
        return this.x + this.#secret;
      }
    }
    expect(encode(new Point())).toEqual({ $type: "object", class: "Point", properties: { x: 1 } });
  });

  test("an object without a prototype", () => {
    expect(encode(Object.assign(Object.create(null), { a: 1 }))).toEqual({
      $type: "object",
      class: "[Object: null prototype]",
      properties: { a: 1 },
    });
  });

  test("an Error with its cause and its own properties", () => {
    const error = Object.assign(new TypeError("no", { cause: new Error("why") }), { code: "E_NO" });
    expect(encode(error)).toMatchObject({
      $type: "error",
      class: "TypeError",
      name: "TypeError",
      message: "no",
      stack: expect.stringContaining("TypeError: no"),
      cause: { $type: "error", message: "why" },
      properties: { code: "E_NO" },
    });
  });

  test("an AggregateError with its errors", () => {
    const error = new AggregateError([new Error("a")], "both");
    expect(encode(error)).toMatchObject({ properties: { errors: [{ $type: "error", message: "a" }] } });
  });

  test("what a match has beside its elements", () => {
    expect(encode("ab".match(/b/))).toMatchObject({
      $type: "object",
      class: "Array",
      properties: { "0": "b", index: 1, input: "ab" },
    });
  });

  test("a __proto__ key is a key", () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}');
    expect(encodeText(value)).toBe('{"__proto__":{"polluted":true}}');
  });
});

describe("cycles and shared values", () => {
  test("a cycle", () => {
    const value: Record<string, unknown> = { list: [1] };
    value.self = value;
    value.again = value.list;
    expect(encode(value)).toEqual({
      list: [1],
      self: { $type: "ref", path: [] },
      again: { $type: "ref", path: ["list"] },
    });
  });

  test("paths go through the document", () => {
    const key = {};
    const map = new Map<unknown, unknown>([[key, 1]]);
    expect(encode({ map, key })).toEqual({
      map: { $type: "map", entries: [[{}, 1]] },
      key: { $type: "ref", path: ["map", "entries", 0, 0] },
    });
  });
});

describe("bounds", () => {
  test("50 levels are shown", () => {
    let value: unknown = "deepest";
    for (let level = 0; level < 50; level++) value = { inner: value };
    expect(JSON.stringify(encode(value))).toContain("deepest");
  });

  test("100,000 levels are cut", () => {
    let value: unknown = 1;
    for (let level = 0; level < 100_000; level++) value = [value];
    expect(encodeText(value)).toContain('{"$type":"cut","kind":"depth","size":1,"class":"Array"}');
  });

  test("a string of 50 MB is cut, with its real size", () => {
    const text = encodeText("x".repeat(50_000_000));
    expect(text.length).toBeLessThan(101_000);
    expect(JSON.parse(text)).toMatchObject({ $type: "cut", kind: "string", size: 50_000_000 });
  });

  test("many entries are cut, with their real number", () => {
    const array = Array.from({ length: 5000 }, (_, index) => index);
    expect((encode(array) as unknown[]).at(-1)).toEqual({ $type: "cut", kind: "entries", size: 5000 });
    const object = Object.fromEntries(array.map((index) => [`k${index}`, index]));
    expect((encode(object) as Record<string, unknown>).$cut).toEqual({
      $type: "cut",
      kind: "entries",
      size: 5000,
    });
    const { entries } = encode(new Map(array.map((index) => [index, index]))) as { entries: unknown[] };
    expect(entries.length).toBe(1001);
    expect(entries.at(-1)).toEqual({ $type: "cut", kind: "entries", size: 5000 });
  });

  test("many bytes are cut", () => {
    const written = encode(new Uint8Array(5_000_000)) as { cut: unknown; base64: string; length: number };
    expect(written.length).toBe(5_000_000);
    expect(written.base64.length).toBeLessThan(1_000_000);
    expect(written.cut).toEqual({ $type: "cut", kind: "bytes", size: 5_000_000 });
  });

  test("the whole stays within its total, whatever it is made of", () => {
    const wide = (levels: number): unknown =>
      levels === 0 ? "leaf".repeat(50) : Array.from({ length: 30 }, () => wide(levels - 1));
    expect(encodeText(wide(4)).length).toBeLessThan(1_200_000);
  });

  test("a bigint of a million digits does not take a second", () => {
    const started = performance.now();
    expect(encode(1n << 20_000_000n)).toMatchObject({ $type: "cut", kind: "bigint" });
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("case 14: the program's code is not run", () => {
  test("getters, toJSON, traps, hooks", () => {
    const ran: string[] = [];
    const trap = (name: string) => () => {
      ran.push(name);
      throw new Error(name);
    };
    const value = {
      get throwing() {
        return trap("getter")();
      },
      toJSON: trap("toJSON"),
      [Symbol.toPrimitive]: trap("toPrimitive"),
      get [Symbol.toStringTag]() {
        return trap("tag")();
      },
      proxy: new Proxy({}, { ownKeys: trap("ownKeys"), get: trap("get"), getPrototypeOf: trap("proto") }),
      callable: new Proxy(() => {}, { get: trap("get"), getOwnPropertyDescriptor: trap("descriptor") }),
      revoked: revoked(),
      map: Object.defineProperty(new Map([[1, 2]]), "size", { get: trap("size") }),
      date: Object.assign(new Date(0), { toISOString: trap("toISOString"), getTime: trap("getTime") }),
      error: Object.defineProperty(new Error("x"), "message", { get: trap("message") }),
    };
    const written = JSON.stringify(encode(value));
    expect(ran).toEqual([]);
    expect(written).toContain('["throwing",{"$type":"getter"}]');
    expect(written).toContain('["proxy",{"$type":"opaque","class":"Proxy"}]');
    expect(written).toContain('["map",{"$type":"map","entries":[[1,2]]}]');
  });

  test("Proxies that nobody can tell are survived", () => {
    const proxy = new Proxy({}, { ownKeys: () => fail("ownKeys"), getPrototypeOf: () => fail("proto") });
    expect(encodeText(proxy)).toBe('{"$type":"opaque","class":"unreadable"}');
    expect(encodeText([1, revoked(), 2])).toBe('[1,{"$type":"opaque","class":"unreadable"},2]');
  });

  test("objects that only pretend", () => {
    for (const kind of [Date, Map, Set, RegExp, Promise, Uint8Array, Error, URL]) {
      const pretender = Object.create(kind.prototype);
      expect(() => encodeText(pretender)).not.toThrow();
    }
  });
});

describe("case 14: any value at all", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    withBoxedValues: true,
    withObjectString: true,
  });

  test("gives valid JSON within the bounds", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = encodeText(value);
        JSON.parse(text);
        expect(text.length).toBeLessThan(1_200_000);
      }),
    );
  });

  test("of plain JSON without tags is JSON.stringify", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        // What fast-check makes may hold -0, which JSON loses and we do not.
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(encodeText(plain)).toBe(JSON.stringify(plain));
      }),
    );
  });

  test("lone surrogates stay valid UTF-8", () => {
    const text = encodeText("\ud800x");
    expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
    expect(JSON.parse(text)).toBe("\ud800x");
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function fail(what: string): never {
  throw new Error(what);
}
