import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  cidOf,
  decodeItemBytes,
  encodeFor,
  isCid,
  PayloadError,
  type PayloadErrorCode,
  prettyOf,
} from "../../../src/server/values/index.ts";
import { checkJson, readJson } from "../../../src/server/values/json.ts";

const EMPTY =
  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

/** The code that a call is refused with. */
function codeOf(run: () => unknown): PayloadErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof PayloadError) return error.code;
    throw error;
  }
  return undefined;
}

describe("CIDs", () => {
  test("are SHA-512 in hex, of bytes and of UTF-8", () => {
    expect(cidOf("")).toBe(EMPTY);
    expect(cidOf("é")).toBe(cidOf(Uint8Array.of(0xc3, 0xa9)));
    expect(cidOf(new Uint8Array([9, 0xc3, 0xa9]).subarray(1))).toBe(cidOf("é"));
  });

  test("a lone surrogate is what it becomes on the wire", () => {
    expect(cidOf("\ud800")).toBe(cidOf("\ufffd"));
    expect(cidOf("\ud800")).toBe(cidOf(new TextEncoder().encode("\ud800")));
  });

  test("isCid", () => {
    expect(isCid(EMPTY)).toBe(true);
    for (const text of ["", "abc", EMPTY.toUpperCase(), `${EMPTY}0`, `${EMPTY}\n`, EMPTY.replace("c", "g")]) {
      expect(isCid(text)).toBe(false);
    }
  });
});

describe("decodeItemBytes", () => {
  test("dill: base64 of a pickle", () => {
    expect(decodeItemBytes("Ti4=", "dill").bytes).toEqual(Uint8Array.of(0x4e, 0x2e));
  });

  test("dill: anything but Python's base64 is refused", () => {
    for (const data of [
      "Ti4",
      "Ti4=\n",
      "Ti 4=",
      "\nTi4=",
      "Ti4==",
      "T*4=",
      "_-4=",
      "=",
      "Ti5=",
      "====",
      "Ti4=Ti4=",
    ]) {
      expect(codeOf(() => decodeItemBytes(data, "dill"))).toBe("invalid_payload");
    }
  });

  test("dill: bytes that are no pickle are refused", () => {
    for (const data of ["", "AAAA", "Tg==", "/w=="]) {
      expect(codeOf(() => decodeItemBytes(data, "dill"))).toBe("invalid_dill");
    }
  });

  test("json: the UTF-8 of a JSON text", () => {
    expect(decodeItemBytes('"é"', "json").bytes).toEqual(new TextEncoder().encode('"é"'));
    for (const data of ["", "{", "nul", "[1,]", "'a'", "NaN", "01", "undefined"]) {
      expect(codeOf(() => decodeItemBytes(data, "json"))).toBe("invalid_json");
    }
  });

  test("json: 100,000 levels are refused, 2,000 are not", () => {
    expect(codeOf(() => decodeItemBytes("[".repeat(100_000) + "]".repeat(100_000), "json"))).toBe(
      "invalid_json",
    );
    expect(codeOf(() => decodeItemBytes('{"a":'.repeat(100_000), "json"))).toBe("invalid_json");
    expect(codeOf(() => decodeItemBytes("[".repeat(2_000) + "]".repeat(2_000), "json"))).toBeUndefined();
  });

  test("any other format is named", () => {
    expect(() => decodeItemBytes("", "yaml")).toThrow('"yaml"');
    expect(codeOf(() => decodeItemBytes("", "toString"))).toBe("invalid_serialization_format");
  });

  test("50 MB pass in reasonable time", () => {
    const { data } = encodeFor("dill", "x".repeat(50_000_000));
    const text = JSON.stringify("x".repeat(50_000_000));
    const started = performance.now();
    decodeItemBytes(data, "dill");
    decodeItemBytes(text, "json");
    // Far above what it takes (0.3 s), for machines that do other things too.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("checkJson agrees with JSON.parse", () => {
  const accepts = (text: string): boolean => codeOf(() => checkJson(text)) === undefined;
  const parses = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  test("on JSON texts", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary" }), fc.nat(3), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        checkJson(spaced);
        const read = readJson(spaced, { maxValues: 1e9, maxItems: 1e9 }).value;
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(spaced)));
      }),
    );
  });

  test("on texts that are nearly JSON", () => {
    const pieces = Array.from('[]{},:"\\0123-+.eEx \n\t\u0000') as string[];
    const words = [
      "true",
      "false",
      "null",
      '"a"',
      "\\u00e9",
      "\\n",
      "1.5",
      "-0",
      "[]",
      "{}",
      '{"a":1}',
      "\ufeff",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        expect([text, accepts(text)]).toEqual([text, parses(text)]);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("encodeFor", () => {
  test("dill: base64 of a pickle under its CID", () => {
    const item = encodeFor("dill", { a: [1, "x"] });
    expect(item.serialization_format).toBe("dill");
    const { bytes } = decodeItemBytes(item.data, "dill");
    expect(item.cid).toBe(cidOf(bytes));
    expect(prettyOf("dill", bytes)).toEqual({ a: [1, "x"] });
  });

  test("json: the text under its CID, tags as they are", () => {
    const value = { $type: "bigint", value: "10" };
    expect(encodeFor("json", value)).toEqual({
      cid: cidOf(JSON.stringify(value)),
      data: JSON.stringify(value),
      serialization_format: "json",
    });
    expect(encodeFor("json", "\ud800").data).toBe('"\\ud800"');
    expect(encodeFor("json", undefined).data).toBe('{"$type":"undefined"}');
  });

  test("what cannot be written is refused", () => {
    const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
    for (const format of ["dill", "json"] as const) {
      expect(codeOf(() => encodeFor(format, deep))).toBe("invalid_payload");
    }
    expect(codeOf(() => encodeFor("dill", { $type: "function", name: "f" }))).toBe("invalid_payload");
  });

  test("any JSON value is shown as it was", () => {
    const json = fc.jsonValue({ maxDepth: 5 });
    fc.assert(
      fc.property(json, (value) => {
        const negativeZero =
          JSON.stringify(value) !== JSON.stringify(value, (_, v) => (Object.is(v, -0) ? "-0.0" : v));
        fc.pre(!negativeZero);
        const { bytes } = decodeItemBytes(encodeFor("json", value).data, "json");
        expect(prettyOf("json", bytes)).toEqual(value);
      }),
    );
  });
});
