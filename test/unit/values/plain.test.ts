/** Payloads as values that conditions compute with. */
import { describe, expect, test } from "bun:test";
import { writePickle } from "../../../src/server/values/pickle/write.ts";
import { MAX_PLAIN_BYTES, plainOf } from "../../../src/server/values/plain.ts";

const json = (value: unknown) => plainOf("json", JSON.stringify(value));

describe("tagged JSON", () => {
  test.each<[unknown, unknown]>([
    [{ a: [1, "b", null, true] }, { a: [1, "b", null, true] }],
    [{ $type: "undefined" }, null],
    [{ $type: "number", value: "NaN" }, Number.NaN],
    [{ $type: "bigint", value: "12345678901234567890" }, 12345678901234567890n],
    [{ $type: "date", value: "2026-01-02T00:00:00.000Z" }, "2026-01-02T00:00:00.000Z"],
    [{ $type: "set", values: [1, { $type: "undefined" }] }, [1, null]],
    [{ $type: "map", entries: [["a", 1]] }, { a: 1 }],
    [{ $type: "map", entries: [[1, "one"]] }, new Map([[1, "one"]])],
    [
      { $type: "object", class: "Order", properties: { total: 3 } },
      { __class__: "Order", total: 3 },
    ],
    [
      { $type: "error", class: "TypeError", name: "TypeError", message: "no", properties: { code: 5 } },
      { __class__: "TypeError", name: "TypeError", message: "no", code: 5 },
    ],
    [{ $type: "custom", class: "Money", value: { cents: 5 } }, { cents: 5 }],
    [{ $type: "plain", entries: [["$type", "x"]] }, { $type: "x" }],
  ])("%j", (value, expected) => {
    expect(json(value)).toEqual(expected as never);
    expect(plainOf("json", Buffer.from(JSON.stringify(value)))).toEqual(expected as never);
  });

  test("what has no plain form is the text that is shown", () => {
    expect(json({ $type: "function", name: "f" })).toBeString();
    expect(json({ $type: "redacted" })).toBeString();
  });

  test("keys of objects are data, also dangerous ones", () => {
    const value = plainOf("json", '{"__proto__": {"polluted": 1}, "constructor": 2}') as Record<
      string,
      unknown
    >;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("pickles", () => {
  const pickled = (value: unknown) => plainOf("dill", writePickle(value as never));

  test("plain values", () => {
    const value = { text: "x", list: [1, 2.5, true, null], deep: { n: -7 } };
    expect(pickled(value)).toEqual(value);
  });

  test("an instance is a map of its attributes", () => {
    // class Order with total = 3, protocol 2: copyreg._reconstructor is not needed for NEWOBJ.
    const order = Buffer.from("\x80\x02cshop\nOrder\n)\x81}X\x05\x00\x00\x00totalK\x03sb.", "latin1");
    expect(plainOf("dill", order)).toEqual({ __class__: "shop.Order", total: 3 });
  });

  test("a call stored in a pickle is a text, and does not run", () => {
    expect(plainOf("dill", Buffer.from("cos\nsystem\n(S'ls'\ntR.", "latin1"))).toContain("os.system");
  });
});

describe("is bounded", () => {
  test.each<[string, string, string]>([
    ["larger than", JSON.stringify("x".repeat(MAX_PLAIN_BYTES)), "larger than 2 MB"],
    ["more values", `[${"1,".repeat(300_000)}1]`, "more than 200000 values"],
    ["deeper", `${"[".repeat(500)}${"]".repeat(500)}`, "deeper than 200 levels"],
  ])("%s", (_, text, message) => {
    expect(() => plainOf("json", text)).toThrow(message);
  });

  test("a pickle that refers to itself", () => {
    expect(() => plainOf("dill", Buffer.from("\x80\x02]q\x00h\x00a.", "latin1"))).toThrow("deeper than");
  });
});
