import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { removeAt, replaceAt, rootSpan, spanAt } from "../../../web/src/values/json-span.ts";
import { readLiteral } from "../../../web/src/values/literal.ts";
import { imageAt, tableAt } from "../../../web/src/values/previews.ts";
import { keyOf, rowsOf, type TreeRoot, topOf } from "../../../web/src/values/tree-rows.ts";
import { diffValues } from "../../../web/src/values/value-diff.ts";
import { childrenOf, rootNode } from "../../../web/src/values/value-nodes.ts";
import { previewAt } from "../../../web/src/values/value-preview.ts";
import { shapeAt } from "../../../web/src/values/value-shape.ts";

const shape = (value: unknown) => {
  const text = typeof value === "string" && value.startsWith("raw:") ? value.slice(4) : JSON.stringify(value);
  return shapeAt(text, rootSpan(text));
};
const children = (value: unknown) => {
  const text = JSON.stringify(value);
  return childrenOf(text, rootNode(text, rootSpan(text), "v"));
};
const names = (value: unknown) => children(value).map((node) => ("name" in node ? node.name : node.text));

describe("places in JSON", () => {
  test("every path of a value leads to its text, whatever the spacing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, spacing) => {
        const text = JSON.stringify(value, null, spacing);
        const walk = (inner: unknown, path: (string | number)[]): void => {
          const span = spanAt(text, path);
          expect(span && JSON.parse(text.slice(span.start, span.end))).toEqual(inner as never);
          if (typeof inner !== "object" || inner === null) return;
          const isList = Array.isArray(inner);
          for (const [key, child] of Object.entries(inner))
            walk(child, [...path, isList ? Number(key) : key]);
        };
        walk(JSON.parse(text), []);
      }),
      { numRuns: 60 },
    );
  });

  test("replacing touches nothing else: no digit, no spacing, no order", () => {
    const text = '{ "big": 12345678901234567890,\n "a": [1.0, {"x": "q\\"]}"}], "big": 2 }';
    expect(replaceAt(text, ["a", 1, "x"], "null")).toBe(text.replace('"q\\"]}"', "null"));
    expect(replaceAt(text, ["a", 7], "null")).toBeNull();
    expect(replaceAt(text, ["big"], "3")).toBe(text.replace('"big": 2', '"big": 3'));
  });

  test("removing takes the comma along", () => {
    expect(removeAt('{"a": 1, "b": 2, "c": 3}', ["b"])).toBe('{"a": 1, "c": 3}');
    expect(removeAt('{"a": 1, "b": 2}', ["a"])).toBe('{"b": 2}');
    expect(removeAt("[1]", [0])).toBe("[]");
    expect(removeAt("[1]", [])).toBeNull();
  });

  test("text that is not JSON ends", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        childrenOf(`{${text}`, rootNode(`{${text}`, rootSpan(`{${text}`), null));
        childrenOf(`[${text}`, rootNode(`[${text}`, rootSpan(`[${text}`), null));
      }),
    );
  });
});

describe("shapes", () => {
  test("say what a value is", () => {
    expect(shape({ $type: "date", value: "2026-01-01T00:00:00.000Z" })).toMatchObject({
      look: "date",
      type: "Date",
      literal: "2026-01-01T00:00:00.000Z",
    });
    expect(shape({ $type: "map", entries: [["a", 1]] })).toMatchObject({ type: "Map", text: '{"a" → 1}' });
    expect(shape({ $type: "set", values: [1] })).toMatchObject({ type: "Set", text: "{1}" });
    expect(shape({ $type: "object", class: "Point", properties: { x: 1 } })).toMatchObject({
      type: "Point",
      text: "{ x: 1 }",
      isOpenable: true,
    });
    expect(shape({ $type: "bigint", value: "10" })).toMatchObject({ text: "10n", literal: "10n" });
    expect(shape({ $type: "tuple", values: [1, "a"] })).toMatchObject({ type: "tuple", text: '(1, "a")' });
    expect(shape("raw:12345678901234567890")).toMatchObject({ text: "12345678901234567890" });
  });

  test("tell the real size of what was cut", () => {
    const cut = { $type: "cut", kind: "string", size: 52_428_800, value: "abc" };
    expect(shape(cut)).toMatchObject({
      type: "string(52,428,800)",
      cut: "cut: 3 of 52,428,800 characters left the program",
    });
    expect(names([1, { $type: "cut", kind: "entries", size: 5_000 }])).toEqual([
      "0",
      "more entries were not kept: 5,000 in all",
    ]);
    expect(names({ a: 1, $cut: { $type: "cut", kind: "entries", size: 9 } })).toEqual([
      "a",
      "more entries were not kept: 9 in all",
    ]);
  });

  test("an object that only looks like a tag is plain", () => {
    expect(shape({ $type: "map", rows: 1 })).toMatchObject({ type: null, tag: null });
    expect(shape({ $type: "System.String, mscorlib", value: 1 })).toMatchObject({ type: null, tag: null });
  });

  test("a preview is short whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 20, max: 120 }), (value, width) => {
        const text = JSON.stringify(value);
        expect(previewAt(text, rootSpan(text), width).length).toBeLessThan(width * 2 + 80);
      }),
    );
  });
});

describe("children", () => {
  test("of a Map are named by their keys, of an instance by its properties", () => {
    expect(
      names({
        $type: "map",
        entries: [
          ["a", 1],
          [{ k: 1 }, 2],
        ],
      }),
    ).toEqual(['"a"', "{ k: 1 }"]);
    expect(names({ $type: "object", class: "P", properties: { x: 1, __proto__x: 2 } })).toEqual([
      "x",
      "__proto__x",
    ]);
    expect(names({ $type: "plain", entries: [["$type", "mine"]] })).toEqual(["$type"]);
    expect(names({ $type: "error", class: "E", name: "E", message: "m", stack: "at f", cause: 1 })).toEqual([
      "cause",
      "stack",
    ]);
  });

  test("of a long list are ranges, and ranges of ranges", () => {
    const long = Array.from({ length: 25_000 }, (_, at) => at);
    const ranges = children(long);
    expect(ranges.map((node) => "name" in node && node.name)).toEqual([
      "0 … 9,999",
      "10,000 … 19,999",
      "20,000 … 24,999",
    ]);
    const inner = childrenOf("", ranges[2] as never);
    expect(inner.length).toBe(50);
    expect(inner[0]).toMatchObject({ kind: "range", name: "20,000 … 20,099" });
    expect(childrenOf("", inner[0] as never)[0]).toMatchObject({
      kind: "value",
      name: "20000",
      path: [20_000],
    });
  });

  test("of a long string are its lines", () => {
    expect(children("a\nb\r\nc").map((node) => "text" in node && node.text)).toEqual(["a", "b", "c"]);
    const huge = children("x".repeat(1_000_000));
    expect(huge.at(-1)).toMatchObject({ kind: "note" });
    expect(huge.length).toBeLessThan(1_500);
  });

  test("only what is open becomes a row", () => {
    const text = JSON.stringify({ a: { b: { c: 1 } }, d: 2 });
    const root: TreeRoot = { key: "a0", name: "v", label: null, text, before: null };
    expect(rowsOf([root], new Map()).map(({ level }) => level)).toEqual([1, 2, 2]);
    expect(rowsOf([root], new Map([[keyOf(root, topOf(root)), false]])).length).toBe(1);
    expect(rowsOf([root], new Map([['a0 ["a"]', true]])).length).toBe(4);
  });

  test("a scalar is one row, whatever its digits", () => {
    for (const text of ["249.9", "-12", "true", "null", " 1234 "]) {
      const root: TreeRoot = { key: "a0", name: "v", label: null, text, before: null };
      expect([text, rowsOf([root], new Map()).length]).toEqual([text, 1]);
    }
  });
});

describe("literals", () => {
  test("are read as a programmer means them", () => {
    const json = (text: string, was?: "date") => {
      const read = readLiteral(text, was);
      return read.ok ? read.json : read.message;
    };
    expect(json(" 24.99 ")).toBe("24.99");
    expect(json("'it\"s'")).toBe('"it\\"s"');
    expect(json("undefined")).toBe('{"$type":"undefined"}');
    expect(json("True")).toBe("true");
    expect(json("10n")).toBe('{"$type":"bigint","value":"10"}');
    expect(json("2026-01-02", "date")).toBe('{"$type":"date","value":"2026-01-02T00:00:00.000Z"}');
    expect(json("2026-01-02")).toContain("is not a JSON number");
    expect(json("new Date('nonsense')")).toContain("not a date");
    expect(json("24,99")).toContain("Something follows");
    expect(json("")).toBe("Write a JSON value");
  });
});

describe("differences", () => {
  test("name the leaf, through tags", () => {
    const before = JSON.stringify({
      p: { $type: "object", class: "P", properties: { xs: [1, 2] } },
      gone: 1,
    });
    const after = JSON.stringify({ p: { $type: "object", class: "P", properties: { xs: [1, 3] } }, come: 1 });
    expect(diffValues(before, after)).toEqual({
      isCut: false,
      changes: [
        { path: ["p", "properties", "xs", 1], label: "p.xs[1]", before: "2", after: "3" },
        { path: ["gone"], label: "gone", before: "1", after: null },
        { path: ["come"], label: "come", before: null, after: "1" },
      ],
    });
  });

  test("there are none between spellings of one value, and some between others", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
        expect(diffValues(left, JSON.stringify(a, null, 2)).changes).toEqual([]);
        expect(diffValues(left, right).changes.length > 0).toBe(
          !Bun.deepEquals(JSON.parse(left), JSON.parse(right)),
        );
      }),
    );
  });
});

describe("at first", () => {
  test("arguments and results are open, what a method was called on is not", () => {
    const text = '{"a":1}';
    const root = (key: string): TreeRoot => ({ key, name: key, label: null, text, before: null });
    const shown = rowsOf([root("a0"), root("r"), root("t")], new Map());
    expect(shown.map(({ root, isOpen }) => `${root.key} ${isOpen}`)).toEqual([
      "a0 true",
      "a0 false",
      "r true",
      "r false",
      "t false",
    ]);
  });
});

describe("typed arrays", () => {
  const floats = (count: number) => {
    const array = Float64Array.from({ length: count }, (_, at) => (at === 1 ? -0 : at + 0.5));
    const base64 = Buffer.from(array.buffer).toString("base64");
    return { $type: "bytes", class: "Float64Array", base64, length: count };
  };

  test("are read as numbers, in their line and below it", () => {
    expect(shape(floats(3))).toMatchObject({ type: "Float64Array(3)", text: "[0.5, -0, 2.5]" });
    expect(shape(floats(100)).text).toEndWith(", …]");
    expect(names(floats(12))).toEqual([
      " 0   0.5    -0   2.5   3.5   4.5   5.5   6.5   7.5   8.5   9.5",
      "10  10.5  11.5",
    ]);
    expect(names(floats(1_000)).at(-1)).toBe("488 more numbers");
    expect(
      previewAt(JSON.stringify([floats(2)]), { start: 0, end: JSON.stringify([floats(2)]).length }, 80),
    ).toBe("[Float64Array(2) [0.5, -0]]");
  });

  test("of bytes stay bytes", () => {
    const bytes = { $type: "bytes", class: "Uint8Array", base64: "aGVsbG8=", length: 5 };
    expect(shape(bytes)).toMatchObject({ type: "Uint8Array(5)", text: "" });
    expect(names(bytes)).toEqual(["000000  68 65 6c 6c 6f                                   hello"]);
  });
});

describe("previews", () => {
  test("an image is one that cannot run anything", () => {
    const at = (value: unknown) => imageAt(JSON.stringify(value), rootSpan(JSON.stringify(value)));
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    expect(at({ $type: "bytes", class: "Buffer", base64: png, length: 68 })).toStartWith(
      "data:image/png;base64,",
    );
    expect(at(`data:image/png;base64,${png}`)).toStartWith("data:image/png");
    expect(at("data:image/svg+xml;base64,PHN2Zz4=")).toBeNull();
    expect(at("data:text/html,<script>")).toBeNull();
    expect(at("iVBORw0KGgo")).toBeNull();
  });

  test("records are a table, with gaps where a key is missing", () => {
    const text = JSON.stringify([
      { a: 1, b: "x" },
      { b: "y", c: null },
    ]);
    expect(tableAt(text, rootSpan(text))).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "x", null],
        [null, "y", "null"],
      ],
      moreRows: 0,
      moreColumns: 0,
    });
    expect(tableAt("[1, 2]", rootSpan("[1, 2]"))).toBeNull();
  });
});
