import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkPickle, PickleError, type PickleNode, readPickle } from "../../../src/server/values/index.ts";
import { LIBRARY_PICKLES, OUT_OF_BAND, PICKLES } from "./fixtures/pickles.ts";

const bytesOf = (base64: string): Uint8Array => Uint8Array.fromBase64(base64);
const raw = (text: string): Uint8Array => Buffer.from(text, "latin1");
const fixture = (name: string, protocol = 4): Uint8Array => bytesOf(PICKLES[name]?.[protocol] ?? "");
const value = (bytes: Uint8Array): PickleNode => readPickle(bytes).value;
const str = (text: string): PickleNode => ({ kind: "str", value: text, omitted: 0 });

/** Atoms and sequences as plain values, to compare with what Python was given. */
function plain(node: PickleNode): unknown {
  switch (node.kind) {
    case "none":
      return null;
    case "list":
    case "tuple":
      return node.items.map(plain);
    case "dict":
      return new Map(node.entries.map(([key, entry]) => [plain(key), plain(entry)]));
    case "bool":
    case "int":
    case "float":
    case "str":
      return node.value;
    default:
      return node.kind;
  }
}

describe("protocols 0 to 5", () => {
  for (const [name, row] of Object.entries(PICKLES)) {
    test(name, () => {
      row.forEach((base64, protocol) => {
        if (base64 === null) return;
        const document = readPickle(bytesOf(base64));
        expect(document.length).toBe(bytesOf(base64).length);
        expect(document.truncated).toBe(false);
        // Protocols 0 and 1 have no PROTO opcode.
        expect(document.protocol).toBe(protocol < 2 ? 0 : protocol);
      });
    });
  }

  const expected: Record<string, unknown> = {
    none: null,
    true: true,
    ints: [
      ...[0, 1, 255, 256, 65535, 65536, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2n ** 53n],
      ...[-(2n ** 63n), 2n ** 64n, 10n ** 40n, -(10n ** 40n)],
    ],
    hugeInt: 7n ** 3000n,
    floats: [0, -0, 1.5, 1e300, 5e-324, Infinity, -Infinity, Number.NaN],
    strings: [
      "",
      "hello",
      "h\u00e9llo \u4e16\u754c \u{1f600}",
      "it's",
      "a\nb\\u0041\\",
      "\ud800 lone",
      "\ufeffbom",
    ],
    longString: "x".repeat(300),
    longList: Array.from({ length: 1200 }, (_, index) => index),
    tuples: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]],
    dict: new Map<string, unknown>([
      ["a", 1],
      ["b", new Map([["c", [null]]])],
      ["__proto__", "own"],
    ]),
  };
  for (const [name, wanted] of Object.entries(expected)) {
    test(`${name} has the value Python was given`, () => {
      for (let protocol = 0; protocol < 6; protocol += 1) {
        expect(plain(value(fixture(name, protocol)))).toEqual(wanted);
      }
    });
  }

  test("bytes are bytes from protocol 3 on, and bytearray from 5", () => {
    expect(value(fixture("bytes", 3))).toMatchObject({ items: [{ kind: "bytes" }, { kind: "bytes" }, {}] });
    expect(value(fixture("bytearray", 5))).toEqual({ kind: "bytearray", value: raw("abc").subarray() });
  });

  test("a cycle is a cycle, and what is shared is shared", () => {
    const cycle = value(fixture("cycle"));
    if (cycle.kind !== "list") throw new Error("not a list");
    expect(cycle.items[1]).toBe(cycle);
    const shared = value(fixture("shared"));
    if (shared.kind !== "list") throw new Error("not a list");
    expect(shared.items[0]).toBe(shared.items[1] as PickleNode);
  });

  test("persistent ids, extensions and out-of-band buffers stay symbolic", () => {
    for (const protocol of [0, 4]) {
      expect(value(fixture("persistent", protocol))).toMatchObject({
        items: [{ kind: "persistent", id: { value: "row 7" } }],
      });
    }
    expect(value(raw("\x80\x02\x82\x05."))).toEqual({ kind: "extension", code: 5, states: [] });
    expect(value(bytesOf(OUT_OF_BAND))).toMatchObject({
      items: [
        { kind: "buffer", index: 0, readonly: false },
        { kind: "buffer", index: 1, readonly: true },
      ],
    });
  });

  test("INST and OBJ of old pickles name their class", () => {
    expect(value(raw("(I1\nimod\nName\n."))).toMatchObject({
      via: "inst",
      callable: { module: "mod", name: "Name" },
      args: { items: [{ value: 1 }] },
    });
    expect(value(raw("(cmod\nName\nK\x07o."))).toMatchObject({
      callable: { module: "mod", name: "Name" },
      args: { items: [{ value: 7 }] },
    });
  });

  test("what dill and numpy write is read", () => {
    for (const base64 of Object.values(LIBRARY_PICKLES))
      expect(() => checkPickle(bytesOf(base64))).not.toThrow();
  });

  test("a BUILD on a class is kept: it would change the program", () => {
    expect(value(raw("cos\nsystem\n}b."))).toMatchObject({ kind: "global", states: [{ kind: "dict" }] });
  });

  test("bytes after STOP are ignored, as Python does", () => {
    expect(readPickle(raw("N.garbage"))).toMatchObject({ value: { kind: "none" }, length: 2 });
  });
});

describe("malformed", () => {
  const refused: Record<string, string> = {
    "": "byte 0: the pickle ends early",
    "\x80\x06N.": "byte 0: pickle protocol 6 is not known",
    "\xff.": "byte 0: 0xff is no pickle opcode",
    ".": "byte 0: an opcode takes more values than there are",
    "a.": "byte 0: an opcode takes more values than there are",
    "Na.": "byte 1: an opcode needs a value where there is none",
    "t.": "byte 0: an opcode needs a mark where there is none",
    "N(0(a.": "byte 4: an opcode takes more values",
    "h\x00.": "byte 0: memo 0 is used before it is set",
    "NNa.": "byte 2: items are added to a none",
    "](NNu.": "byte 4: entries are set on a list",
    "}(Nu.": "byte 3: a key without its value",
    "NNb.": "byte 2: a state is set on a none",
    "Ix\n.": 'byte 0: "x" is not an int',
    "Fx\n.": 'byte 0: "x" is not a float',
    "Sabc\n.": "byte 0: a text is not quoted",
    "X\x02\x00\x00\x00\xff\xfe.": "byte 0: a text is not UTF-8",
    "V\\Uffffffff\n.": "byte 0: a text is not quoted or escaped",
    "T\xff\xff\xff\xff.": "byte 0: a length of -1",
    "NN\x93.": "byte 2: a module and a name are wanted, and a none is given",
    "Npx\n.": "byte 1: a memo index is not a number",
  };
  for (const [text, message] of Object.entries(refused)) {
    test(JSON.stringify(text), () => {
      expect(() => readPickle(raw(text))).toThrow(message);
      expect(() => readPickle(raw(text))).toThrow(PickleError);
    });
  }

  test("a length past the end allocates nothing and is refused with what is left", () => {
    const huge = "\x00\x00\x00\x00\x00\x00\x00\x10";
    for (const op of ["\x95", "\x8d", "\x8e", "\x96"]) {
      expect(() => readPickle(raw(`${op}${huge}abc.`))).toThrow("ends early");
    }
    for (const op of ["X", "B", "\x8b", "T"]) {
      expect(() => readPickle(raw(`${op}\xff\xff\xff\x7fabc.`))).toThrow("ends early");
    }
  });

  test("a pickle cut at any byte is refused", () => {
    for (const [name, row] of Object.entries(PICKLES)) {
      if (name === "longList" || name === "hugeInt") continue;
      for (const base64 of row) {
        if (base64 === null) continue;
        const whole = bytesOf(base64);
        for (let end = 0; end < whole.length; end += 1) {
          expect(() => readPickle(whole.subarray(0, end))).toThrow(PickleError);
        }
      }
    }
  });

  test("random bytes give a document or a PickleError, nothing else", () => {
    const opcodes = Array.from(
      "()lae]tdsu}.0012pqrghjcioRbNIKMJGVXC\x80\x81\x85\x86\x87\x88\x8f\x90\x91\x92\x93\x94\x97\x98",
    );
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.constantFrom(...opcodes, "\n", "1", "a"), { maxLength: 100 })
        .map((ops) => raw(ops.join(""))),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        for (const read of [readPickle, checkPickle]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(PickleError);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("bounds", () => {
  test("100,000 nested lists are read, and 100,000 nested tuples", () => {
    expect(value(raw(`${"]".repeat(100_000)}${"a".repeat(99_999)}.`)).kind).toBe("list");
    expect(value(raw(`N${"\x85".repeat(100_000)}.`)).kind).toBe("tuple");
  });

  test("billion laughs stay a small graph", () => {
    // Each list holds the one before ten times, forty levels up.
    let text = "]q\x00";
    for (let level = 1; level <= 40; level += 1) {
      text += `](${`h${String.fromCharCode(level - 1)}`.repeat(10)}eq${String.fromCharCode(level)}`;
    }
    const top = value(raw(`${text}.`));
    if (top.kind !== "list") throw new Error("not a list");
    expect(new Set(top.items).size).toBe(1);
  });

  test("limits count what they leave out", () => {
    const { value: list, truncated } = readPickle(fixture("longList"), { maxItems: 10 });
    expect(truncated).toBe(true);
    expect(list).toMatchObject({ kind: "list", omitted: 1190 });
    expect(readPickle(fixture("longString"), { maxTextBytes: 100 }).value).toEqual({
      kind: "str",
      value: "x".repeat(100),
      omitted: 200,
    });
    expect(readPickle(fixture("nested"), { maxValues: 3 }).truncated).toBe(true);
  });

  test("a text is never cut inside a character", () => {
    const bytes = Buffer.from("\x8c\x08\u00e9\u00e9\u00e9\u00e9.", "utf8");
    // The opcode and length are single bytes, but Buffer wrote 0x8c as UTF-8: put them back.
    const pickle = Buffer.concat([raw("\x8c\x08"), bytes.subarray(3)]);
    expect(readPickle(pickle, { maxTextBytes: 3 }).value).toEqual({
      kind: "str",
      value: "\u00e9",
      omitted: 3,
    });
  });

  test("an int of a megabyte is named by its size", () => {
    const digits = raw(`L${"9".repeat(1_000_000)}L\n.`);
    expect(value(digits)).toEqual({ kind: "hugeint", size: 1_000_000, unit: "digits" });
  });

  test("keys are never object keys", () => {
    const dict = value(fixture("dict"));
    if (dict.kind !== "dict") throw new Error("not a dict");
    expect(dict.entries.map(([key]) => key)).toContainEqual(str("__proto__"));
    expect(({} as { own?: unknown }).own).toBeUndefined();
  });
});
