import { describe, expect, test } from "bun:test";
import { prettyOf, reprOf, writePickle } from "../../../src/server/values/index.ts";
import { LIBRARY_PICKLES, OUT_OF_BAND, PICKLES } from "./fixtures/pickles.ts";

const raw = (text: string): Uint8Array => Buffer.from(text, "latin1");
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const pickled = (base64: string): unknown => prettyOf("dill", Uint8Array.fromBase64(base64));
const fixture = (name: string, protocol = 4): unknown => pickled(PICKLES[name]?.[protocol] ?? "");
const json = (value: unknown): unknown => prettyOf("json", text(JSON.stringify(value)));
const base64Of = ({ buffer }: { buffer: ArrayBuffer }): string => Buffer.from(buffer).toString("base64");
const tag = (name: string, rest: object = {}): object => ({ $type: name, ...rest });

/** Where the hostile fixture's os.system would leave its mark. */
const RAN = "/tmp/cideldill-pickle-ran";

describe("Python values", () => {
  // Written the same by every protocol that Python pickles them with, but for what is listed below.
  const same: Record<string, unknown> = {
    none: null,
    true: true,
    floats: [0, "-0.0", 1.5, 1e300, 5e-324, "inf", "-inf", "nan"],
    bytes: ["b''", 'b"a\\x00\\xff\'"', `b'${"y".repeat(300)}'`],
    bytearray: "bytearray(b'abc')",
    list: [1, [2, [3]], []],
    tuples: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]],
    dictKeys: { "1": "int", "'1'": "str", "(1, 2)": "tuple", None: "none", "1.5": "float", "b'k'": "bytes" },
    set: "{1}",
    frozenset: "frozenset({2})",
    emptySets: ["set()", "frozenset()"],
    cycle: [1, "<cycle>"],
    cyclicDict: { self: "<cycle>" },
    shared: [[1], [1]],
    datetime: "datetime.datetime(2026, 1, 2, 3, 4)",
    datetimeUtc: "datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)",
    datetimeZone: "datetime.datetime(2026, 1, 2, 3, 4, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin'))",
    date: "datetime.date(2026, 12, 31)",
    time: "datetime.time(23, 59, 58)",
    timedelta: "datetime.timedelta(days=1, seconds=2, microseconds=3)",
    decimal: "decimal.Decimal('1.50')",
    fraction: "fractions.Fraction(1, 3)",
    uuid: "uuid.UUID('12345678-1234-5678-1234-567812345678')",
    path: "pathlib.PurePosixPath('/tmp/x/y.txt')",
    relativePath: "pathlib.PureWindowsPath('a\\\\b')",
    complex: "complex(1.0, 2.0)",
    range: "range(1, 10, 2)",
    slice: "slice(1, None, 2)",
    regex: "re.compile('a+', 34)",
    orderedDict: "collections.OrderedDict({'a': 1, 'b': 2})",
    defaultdict: "collections.defaultdict(<class list>, {'a': [1]})",
    deque: "collections.deque([1, 2], maxlen=3)",
    counter: "collections.Counter({'a': 2, 'b': 1})",
    namespace: "types.SimpleNamespace(a=1)",
    partial: "functools.partial(<class int>, base=2)",
    exception: "ValueError('boom')",
    exceptionWithState: "ValueError('boom', code=7)",
    dataclass: "Point(x=1, y=2)",
    slots: "Slots(a=1, b=[2])",
    enum: "Color(1)",
    listSubclass: "MyList([1, 2])",
    dictSubclass: "MyDict({'a': 1})",
    boundMethod: "<attribute 'move' of Point(x=1, y=2)>",
    classes: ["<class Point>", "<class int>", "<class collections.OrderedDict>"],
    functions: ["<function posixpath.join>", "<function len>", "<function copy.copy>"],
    hostile: `os.system('touch ${RAN}')  (a call stored in the pickle; not run)`,
    barePlaceholder: { __unpicklable__: "<app.Thing>", type: "app.Thing", pickle_error: "no" },
    nested: { points: ["Point(x=1, y=2)"], when: "datetime.date(2026, 1, 2)" },
    persistent: ["<persistent id 'row 7'>"],
  };
  for (const [name, expected] of Object.entries(same)) {
    test(name, () => {
      for (let protocol = 0; protocol < 6; protocol += 1) {
        if (PICKLES[name]?.[protocol] === null) continue;
        expect(fixture(name, protocol)).toEqual(expected);
      }
    });
  }

  test("what protocols spell differently", () => {
    expect(fixture("osError", 4)).toBe("FileNotFoundError(2, 'No such file', 'x.txt')");
    expect(fixture("namedtuple", 4)).toBe("Pair(1, 2)");
    expect(fixture("namedArgs", 2)).toBe("NamedArgs(n=3)");
    expect(fixture("namedArgs", 4)).toBe("NamedArgs(n=3)");
    expect(fixture("array", 2)).toBe("array.array('i', [1, 2])");
  });

  test("ints past the safe ones are digits in a text", () => {
    expect(fixture("ints")).toEqual([
      ...[0, 1, 255, 256, 65535, 65536, -1, 2147483647, -2147483648, 2147483648, "9007199254740992"],
      ...["-9223372036854775808", "18446744073709551616", `1${"0".repeat(40)}`, `-1${"0".repeat(40)}`],
    ]);
  });

  test("dill and numpy", () => {
    const shown = Object.fromEntries(
      Object.entries(LIBRARY_PICKLES).map(([name, data]) => [name, pickled(data)]),
    );
    expect(shown).toEqual({
      dillFunction: "<function inner>",
      dillLambda: "<function <lambda>>",
      dillClass: "<class Local>",
      dillInstance: "Local(x=1)",
      dillType: "<class CodeType>",
      dillModule: "<module os>",
      dillCode: "<code outer>",
      numpyArray: "<numpy.ndarray shape=(2, 3) dtype=float64>",
      numpyArray2: "<numpy.ndarray shape=(4,) dtype=int32>",
      numpyFloat: "numpy.float64(1.5)",
      numpyFloat32: "numpy.float32(0.1)",
      numpyInt: "numpy.int64(-7)",
      numpyBool: "numpy.bool(True)",
    });
    expect(pickled(OUT_OF_BAND)).toEqual(["<out-of-band buffer 0>", "<out-of-band buffer 1>"]);
  });

  test("a placeholder is shown as what it stands for", () => {
    expect(fixture("placeholder")).toEqual({
      __unpicklable__: "<socket.socket fd=3>",
      type: "socket.socket",
      pickle_error: "cannot pickle 'socket' object",
      object_path: "target.sock",
      attributes: { timeout: 5 },
      failed_attributes: { _sock: "cannot pickle" },
    });
    expect(reprOf("dill", Uint8Array.fromBase64(PICKLES.placeholder?.[4] ?? ""))).toBe(
      "<socket.socket fd=3> (could not be pickled: cannot pickle 'socket' object; attributes: {'timeout': 5})",
    );
  });

  test("a __proto__ key is a key", () => {
    const shown = fixture("dict") as object;
    expect(Object.keys(shown)).toEqual(["a", "b", "__proto__"]);
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    expect(JSON.stringify(shown)).toBe('{"a":1,"b":{"c":[null]},"__proto__":"own"}');
  });

  test("of a key that comes twice the last value counts", () => {
    expect(prettyOf("dill", raw("}(\x8c\x01aK\x01\x8c\x01bK\x02\x8c\x01aK\x03u."))).toEqual({ a: 3, b: 2 });
  });
});

describe("cuts", () => {
  test("long lists, texts and dicts say how much is missing", () => {
    const list = fixture("longList") as unknown[];
    expect([list.length, list[199], list[200]]).toEqual([201, 199, "… (1,000 more)"]);
    const long = prettyOf("dill", writePickle("é".repeat(14_800))) as string;
    expect(long).toBe(`${"é".repeat(10_000)}… (4,800 more)`);
    const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`k${index}`, index]));
    for (const shown of [prettyOf("dill", writePickle(many)), json(many)] as Record<string, unknown>[]) {
      expect([Object.keys(shown).length, shown["…"]]).toEqual([201, "… (1,300 more)"]);
    }
    expect(prettyOf("dill", writePickle("x".repeat(1_000_000)))).toEndWith("… (990,000 more)");
  });

  test("what follows a long list is still shown", () => {
    const value = {
      rows: Array.from({ length: 200_000 }, (_, index) => ({ a: index, b: [1, 2] })),
      name: "last",
    };
    for (const shown of [prettyOf("dill", writePickle(value)), json(value)] as Record<string, unknown[]>[]) {
      expect(shown.name as unknown).toBe("last");
      expect(shown.rows?.[200]).toBe("… (199,800 more)");
    }
  }, 30_000);

  test("the whole display is bounded", () => {
    const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => "x".repeat(500)));
    for (const shown of [prettyOf("dill", writePickle(wide)), json(wide)]) {
      expect(JSON.stringify(shown).length).toBeLessThan(1_200_000);
    }
  });

  test("a line is never longer than asked for, nor cut inside a character", () => {
    for (const limit of [0, 1, 2, 10, 200]) {
      for (const bytes of [writePickle("😀".repeat(300)), writePickle([["x".repeat(500)]])]) {
        const line = reprOf("dill", bytes, limit);
        expect(line.length).toBeLessThanOrEqual(limit);
        expect(line.isWellFormed()).toBe(true);
      }
      const line = reprOf("json", text(JSON.stringify(["😀".repeat(300)])), limit);
      expect([line.length <= limit, line.isWellFormed()]).toEqual([true, true]);
    }
  });
});

describe("JSON values", () => {
  test("plain values stay what they are", () => {
    for (const value of ["hello", { beta: 2 }, [1, null, true, 1.5], "", {}, [], "\u202e<b>"]) {
      expect(json(value)).toEqual(value);
    }
    expect(reprOf("json", text('{"beta":2,"a":["x\\u001b"]}'))).toBe('{ beta: 2, a: ["x\\u001b"] }');
  });

  const tags: [object, unknown][] = [
    [tag("undefined"), "undefined"],
    [tag("number", { value: "NaN" }), "NaN"],
    [tag("number", { value: "-0" }), "-0"],
    [tag("bigint", { value: "10" }), "10n"],
    [tag("date", { value: "2026-01-01T00:00:00.000Z" }), "2026-01-01T00:00:00.000Z"],
    [tag("date", { value: null }), "Invalid Date"],
    [
      tag("map", {
        entries: [
          ["a", 1],
          [tag("undefined"), [2]],
        ],
      }),
      'Map(2) {"a" => 1, undefined => [2]}',
    ],
    [tag("set", { values: [1, "x"] }), 'Set(2) {1, "x"}'],
    [tag("bytes", { class: "Uint8Array", base64: "aGVsbG8=", length: 5 }), "Uint8Array(5) [68 65 6c 6c 6f]"],
    [tag("bytes", { class: "Int16Array", base64: "AQD//w==", length: 2 }), "Int16Array(2) [1, -1]"],
    [
      tag("bytes", {
        class: "Float64Array",
        base64: base64Of(new Float64Array(1_000).fill(1.5)),
        length: 1_000,
      }),
      "Float64Array(1,000) [1.5, 1.5, 1.5, 1.5, … (996 more)]",
    ],
    [
      tag("error", { class: "E", name: "TypeError", message: "no", cause: "why", properties: { code: 1 } }),
      'TypeError: no { code: 1 } [cause: "why"]',
    ],
    [tag("object", { class: "Point", properties: { x: 1 } }), { __class__: "Point", x: 1 }],
    [tag("function", { name: "f" }), "<function f>"],
    [tag("symbol", { description: "s" }), "Symbol(s)"],
    [tag("regexp", { source: "a+", flags: "g" }), "/a+/g"],
    [tag("opaque", { class: "Promise" }), "<Promise>"],
    [tag("getter"), "<getter, not run>"],
    [tag("redacted"), "<redacted>"],
    [
      tag("pairs", { class: "Headers", entries: [["cookie", tag("redacted")]] }),
      'Headers(1) {"cookie" => <redacted>}',
    ],
    [
      tag("custom", { class: "Money", value: { cents: tag("bigint", { value: "5" }) } }),
      "Money { cents: 5n }",
    ],
    [tag("custom", { class: "Money", error: "E: no" }), "Money <its encoder threw E: no>"],
    [tag("ref", { path: ["a", 0] }), "<same as .a[0]>"],
    [tag("ref", { path: [] }), "<same as the whole value>"],
    [tag("cut", { kind: "string", size: 5000 }), "<string of 5,000, cut>"],
    [tag("plain", { entries: [["$type", "map"]] }), { $type: "map" }],
  ];
  for (const [value, expected] of tags) {
    test(JSON.stringify(value), () => {
      expect(json(value)).toEqual(expected);
      expect(json([value])).toEqual([expected]);
    });
  }

  test("an integer is never rounded", () => {
    expect(
      prettyOf("json", text("[12345678901234567890,-9007199254740993,9007199254740991,1.00000000000000001]")),
    ).toEqual(["12345678901234567890", "-9007199254740993", 9007199254740991, 1]);
  });

  test("what only looks like a tag is plain", () => {
    for (const value of [
      { $type: "System.String" },
      { $type: "bigint", value: "x" },
      { $type: "map" },
      { $type: "custom", class: "X" },
    ]) {
      expect(json(value)).toEqual(value);
    }
  });

  test("__proto__ keys, and instances that have one", () => {
    const shown = prettyOf("json", text('{"__proto__":{"own":1}}')) as object;
    expect(Object.keys(shown)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
  });

  test("a large text is read within bounds", () => {
    const shown = prettyOf("json", text(`[${"[],".repeat(2_000_000)}0]`)) as unknown[];
    expect(shown.length).toBe(201);
    expect(shown[200]).toBe("… (1,999,801 more)");
    expect(prettyOf("json", text(`[${"0,".repeat(700_000)}{"__proto__":1}]`))).toBeArray();
  });
});
