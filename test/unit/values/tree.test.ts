/** Pickles as trees: tagged JSON that a page opens node by node. */
import { describe, expect, test } from "bun:test";
import { treeOf } from "../../../src/server/values/index.ts";
import { LIBRARY_PICKLES, PICKLES } from "./fixtures/pickles.ts";

const tree = (base64: string): unknown => JSON.parse(treeOf("dill", Buffer.from(base64, "base64")));
const bytes = (text: string) => Buffer.from(text, "latin1");

describe("a pickle as a tree", () => {
  test("is JSON, whatever is in it, in every protocol", () => {
    for (const [name, protocols] of Object.entries(PICKLES)) {
      for (const base64 of protocols)
        if (base64 !== null) expect({ name, value: tree(base64) }).toHaveProperty("value");
    }
    for (const base64 of Object.values(LIBRARY_PICKLES)) tree(base64);
  });

  test("keeps digits, and says what JSON has no word for", () => {
    const ints = treeOf("dill", Buffer.from(PICKLES.ints?.[4] ?? "", "base64"));
    expect(ints).toContain("18446744073709551616");
    expect(treeOf("dill", Buffer.from(PICKLES.floats?.[4] ?? "", "base64"))).toContain('"text":"nan"');
  });

  test("has tuples, sets and dicts with keys of any kind under their names", () => {
    // ({1: "a"}, {"b"})
    const pickled = bytes("\x80\x04}K\x01\x8c\x01as\x8f(\x8c\x01b\x90\x86.");
    expect(JSON.parse(treeOf("dill", pickled))).toEqual({
      $type: "tuple",
      values: [
        { $type: "map", class: "dict", entries: [[1, "a"]] },
        { $type: "set", class: "set", values: ["b"] },
      ],
    });
  });

  test("has an instance with its class and attributes, and runs nothing", () => {
    // shop.Order with __dict__ {"total": 5}
    const order = bytes("\x80\x04\x8c\x04shop\x8c\x05Order\x93)\x81}\x8c\x05totalK\x05sb.");
    expect(JSON.parse(treeOf("dill", order))).toEqual({
      $type: "object",
      class: "shop.Order",
      properties: { total: 5 },
    });
    const evil = bytes("cos\nsystem\n(S'touch /tmp/never'\ntR.");
    expect(treeOf("dill", evil)).toContain("not run");
  });

  test("that holds itself ends", () => {
    // l = []; l.append(l)
    expect(JSON.parse(treeOf("dill", bytes("\x80\x04]\x94h\x00a.")))).toEqual([{ $type: "ref", path: [] }]);
  });

  test("that is broken says so", () => {
    expect(JSON.parse(treeOf("dill", bytes("nonsense")))).toMatchObject({ $type: "python" });
  });

  test("a dict with keys like tags makes no tags", () => {
    // {"$type": "function"}
    expect(JSON.parse(treeOf("dill", bytes("\x80\x04}\x8c\x05$type\x8c\x08functions.")))).toEqual({
      $type: "map",
      class: "dict",
      entries: [["$type", "function"]],
    });
  });
});
