import { expect, test } from "bun:test";
import { parameterNames } from "../../src/protocol/parameters.ts";

test.each([
  ["(order, amount)", 2, ["order", "amount"]],
  ["(order, amount = { a: 1, b: [2, 3] }, note = 'a, b')", 3, ["order", "amount", "note"]],
  ["(order, ...rest)", 4, ["order", "...rest", "...rest", "...rest"]],
  ["(text: str, items: dict[str, int] = {}, *, flag: bool = True) -> str", 2, ["text", "items"]],
  ["(self, *args, **kwargs)", 3, ["self", "*args", "*args"]],
  ["(a, /, b)", 2, ["a", "b"]],
  ["(f: (x: number) => string, b)", 2, ["f", "b"]],
  ["({ a, b }, c)", 2, []],
  ["(größe, $x, _y)", 3, ["größe", "$x", "_y"]],
  ["(a)", 3, ["a"]],
  ["()", 1, []],
  ["", 1, []],
  ["(", 1, []],
  [2, 2, []],
  [null, 2, []],
] as const)("%p names %p arguments", (signature, count, names) => {
  expect(parameterNames(signature, count)).toEqual([...names]);
});
