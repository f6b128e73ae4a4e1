import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PayloadError, type PickleNode, readPickle, writePickle } from "../../../src/server/values/index.ts";

const python = Bun.which("python3");

/** What Python makes of pickles, as `ascii()` of each; one process reads them all. */
function inPython(pickles: readonly Uint8Array[], expression = "value"): string[] {
  const script = [
    "import sys, pickle",
    "while sys.stdin.buffer.peek(1):",
    "    value = pickle.load(sys.stdin.buffer)",
    `    print(ascii(${expression}))`,
  ].join("\n");
  const run = Bun.spawnSync([python ?? "python3", "-c", script], { stdin: Buffer.concat(pickles) });
  if (run.exitCode !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString().trim().split(/\r?\n/);
}

/** The JSON value a pickle of plain values stands for. */
function back(node: PickleNode): unknown {
  switch (node.kind) {
    case "none":
      return null;
    case "bool":
    case "float":
    case "str":
      return node.value;
    case "int":
      return Number(node.value);
    case "list":
      return node.items.map(back);
    case "dict": {
      const record: Record<string, unknown> = {};
      for (const [key, value] of node.entries) {
        Object.defineProperty(record, String(back(key)), {
          value: back(value),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return record;
    }
    default:
      return node.kind;
  }
}

const tag = (name: string, rest: object = {}): object => ({ $type: name, ...rest });

describe("plain JSON", () => {
  test("what is written is read back", () => {
    const json = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" });
    fc.assert(
      fc.property(json, (value) => {
        expect(back(readPickle(writePickle(value)).value)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test("any text is read back, lone surrogates too", () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 300 }), (units) => {
        const text = units.join("");
        expect(back(readPickle(writePickle(text)).value)).toBe(text);
      }),
    );
  });

  test("any int is read back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 3000n), max: 2n ** 3000n }), (value) => {
        const node = readPickle(writePickle(tag("bigint", { value: String(value) }))).value;
        expect(node.kind === "int" ? BigInt(node.value) : node.kind).toBe(value);
      }),
    );
  });

  test("equal values give equal bytes", () => {
    expect(writePickle({ a: [1, "x"] })).toEqual(writePickle({ a: [1, "x"] }));
  });

  test("own __proto__ keys survive", () => {
    const node = readPickle(writePickle(JSON.parse('{"__proto__": 1}'))).value;
    expect(node).toMatchObject({ entries: [[{ value: "__proto__" }, { value: 1 }]] });
  });

  test("a large value is written whole", () => {
    const text = "x".repeat(20_000_000);
    expect(readPickle(writePickle([text])).value).toMatchObject({ items: [{ value: text }] });
  });
});

describe("refused, with the path", () => {
  const refused: [unknown, string][] = [
    [tag("function", { name: "f" }), "the value is a function"],
    [{ a: [tag("cut", { kind: "string", size: 5 })] }, "the value at a.0 is a part that was cut"],
    [tag("regexp", { source: "a", flags: "" }), "a regular expression of JavaScript"],
    [tag("getter"), "a getter that was not run"],
    [tag("set", { values: [{}] }), "which Python cannot hash"],
    [tag("map", { entries: [[{}, 1]] }), "which Python cannot hash"],
    [tag("map", { entries: [1] }), "no [key, value] pair"],
    [tag("bytes", { class: "Uint8Array", base64: "*", length: 1 }), "bytes that are not base64"],
    [tag("ref", { path: ["nope"] }), 'a reference to ["nope"]'],
    [Symbol("x"), "the value is a symbol"],
  ];
  for (const [value, message] of refused) {
    test(message, () => {
      expect(() => writePickle(value)).toThrow(message);
      expect(() => writePickle(value)).toThrow(PayloadError);
    });
  }

  test("nesting past the limit, and cycles", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => writePickle(cycle)).toThrow("nests deeper than 2000 levels");
    const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    expect(() => writePickle(deep)).toThrow("nests deeper than 2000 levels");
  });

  test("a tag whose form is not kept is plain JSON", () => {
    for (const value of [{ $type: "bigint", value: "x" }, { $type: "System.String" }, { $type: "object" }]) {
      expect(back(readPickle(writePickle(value)).value)).toEqual(value);
    }
  });
});

describe.skipIf(python === null)("in Python", () => {
  const cases: [unknown, string][] = [
    [5, "5"],
    [-1, "-1"],
    [1.5, "1.5"],
    [-0, "-0.0"],
    [2 ** 53, "9007199254740992"],
    [1e20, "100000000000000000000"],
    [1e22, "1e+22"],
    [-(2 ** 31), "-2147483648"],
    [2 ** 31, "2147483648"],
    [tag("bigint", { value: "-9223372036854775808" }), "-9223372036854775808"],
    [tag("number", { value: "NaN" }), "nan"],
    [tag("number", { value: "-Infinity" }), "-inf"],
    [tag("number", { value: "-0" }), "-0.0"],
    [tag("undefined"), "None"],
    [null, "None"],
    [[true, false], "[True, False]"],
    ["h\u00e9 \u{1f600} \ud800", "'h\\xe9 \\U0001f600 \\ud800'"],
    [{ a: { b: [] } }, "{'a': {'b': []}}"],
    [tag("map", { entries: [[[1, [2]], 3]] }), "{(1, (2,)): 3}"],
    [tag("set", { values: [tag("set", { values: [3] })] }), "{frozenset({3})}"],
    [tag("set", { values: [] }), "set()"],
    [tag("bytes", { class: "Uint8Array", base64: "AAH/", length: 3 }), "b'\\x00\\x01\\xff'"],
    [
      tag("date", { value: "2026-01-02T03:04:05.678Z" }),
      "datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc)",
    ],
    [tag("date", { value: null }), "None"],
    [tag("date", { value: "+012026-01-01T00:00:00.000Z" }), "'+012026-01-01T00:00:00.000Z'"],
    [tag("error", { class: "E", name: "ValueError", message: "boom" }), "ValueError('boom')"],
    [tag("error", { class: "E", name: "DOMException", message: "boom" }), "Exception('DOMException: boom')"],
    [tag("object", { class: "Point", properties: { x: 1 } }), "namespace(x=1)"],
    [tag("plain", { entries: [["$type", "map"]] }), "{'$type': 'map'}"],
    [{ $type: "unknown" }, "{'$type': 'unknown'}"],
  ];
  test("every kind of value is what it should be", () => {
    expect(inPython(cases.map(([value]) => writePickle(value)))).toEqual(
      cases.map(([, expected]) => expected),
    );
  });

  test("references are shared, and may be cycles", () => {
    const value = { a: [1], b: tag("ref", { path: ["a"] }), c: tag("ref", { path: [] }) };
    expect(inPython([writePickle(value)], "(value['a'] is value['b'], value['c'] is value)")).toEqual([
      "(True, True)",
    ]);
  });

  test("random JSON is what json.loads makes of it", () => {
    const ints = fc.integer();
    const texts = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, true, false, 0.5),
        ints,
        texts,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(texts, tie("value"), { maxKeys: 4 }),
      ),
    })).value;
    const values = fc.sample(json, 200);
    // One process for them all: the list is the value.
    const pickle = writePickle({ values, text: JSON.stringify(values) });
    expect(inPython([pickle], "value['values'] == __import__('json').loads(value['text'])")).toEqual([
      "True",
    ]);
  });
});
