/** Whatever was thrown is described at once, in bounded words, and without running code of the program. */
import { expect, test } from "bun:test";
import { describeThrown } from "../../../src/client/core/thrown.ts";

test("an array of four billion holes that is thrown (case 14) is not joined", () => {
  const sparse: unknown[] = [];
  sparse[4_294_967_293] = 1;
  expect(describeThrown(sparse)).toEqual({ type: "object", message: "[object Array]", traceback: null });
});

test("what is thrown is not asked for its text (case 14)", () => {
  let ran = false;
  class Odd {
    toString() {
      ran = true;
      return "odd";
    }
  }
  expect(describeThrown(new Odd()).message).toBe("[object Odd]");
  expect(ran).toBe(false);
});

test("primitives are their text", () => {
  expect([undefined, null, 5n, Symbol("s"), "text"].map((value) => describeThrown(value).message)).toEqual([
    "undefined",
    "null",
    "5",
    "Symbol(s)",
    "text",
  ]);
});

test("a message of 50 MB (case 14) is cut, and the stack keeps its frames", () => {
  const long = "x".repeat(50_000_000);
  expect(describeThrown(long).message.length).toBeLessThan(21_000);
  const error = new Error(long);
  error.stack = `Error: ${long}\n    at charge (shop.ts:1:1)`;
  const { message, traceback } = describeThrown(error);
  expect([message.length < 21_000, (traceback ?? "").length < 21_000]).toEqual([true, true]);
  expect(traceback).toEndWith("at charge (shop.ts:1:1)");
});
