/** The tables of a connection. */
import { expect, test } from "bun:test";
import { Tables } from "../../../../src/server/debuggees/tables.ts";
import { cidOf } from "../../../../src/server/values/cid.ts";

test("a text's CID is that of its UTF-8, lone surrogates too", () => {
  const tables = new Tables();
  for (const value of ["x", "é", "💡", "\ud800", "\udc00x\ud800"]) {
    const text = `"${value}"`;
    expect(tables.text([1, text]).cid).toBe(cidOf(text));
    expect(tables.text(1)).toBe(tables.text(1));
  }
});

test("how much the texts hold is known, also when numbers are used again", () => {
  const tables = new Tables();
  tables.add({
    t: "calls",
    batch: 1,
    rows: [],
    texts: [
      [0, '"abc"'],
      [1, "12"],
    ],
  });
  expect(tables.size).toBe(7);
  tables.text([0, "1"]);
  expect(tables.size).toBe(3);
});
