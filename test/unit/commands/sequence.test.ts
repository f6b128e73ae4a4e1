import { expect, test } from "bun:test";
import { SEQUENCE_KINDS, SEQUENCES } from "../../../src/demo/sequence.ts";

function take(next: (n: number) => number, count: number): number[] {
  const numbers: number[] = [];
  let n = 0;
  while (numbers.length < count) {
    n = next(n);
    numbers.push(n);
  }
  return numbers;
}

test("the first numbers of each kind", () => {
  expect(take(SEQUENCES["whole-numbers"], 5)).toEqual([1, 2, 3, 4, 5]);
  expect(take(SEQUENCES["multiples-of-2"], 5)).toEqual([2, 4, 6, 8, 10]);
  expect(take(SEQUENCES["multiples-of-3"], 5)).toEqual([3, 6, 9, 12, 15]);
  expect(take(SEQUENCES.primes, 8)).toEqual([2, 3, 5, 7, 11, 13, 17, 19]);
  expect(take(SEQUENCES.composites, 8)).toEqual([4, 6, 8, 9, 10, 12, 14, 15]);
});

test("each goes on from any number, to the next one of its kind", () => {
  expect(SEQUENCES["multiples-of-2"](5)).toBe(6);
  expect(SEQUENCES["multiples-of-3"](-4)).toBe(-3);
  expect(SEQUENCES.primes(-10)).toBe(2);
  expect(SEQUENCES.composites(-10)).toBe(4);
});

test("what is no whole number is refused: counting from it would not end", () => {
  for (const kind of SEQUENCE_KINDS) {
    for (const value of [Number.NaN, 0.5, Number.POSITIVE_INFINITY, "7", null, undefined]) {
      expect(() => SEQUENCES[kind](value as number)).toThrow(TypeError);
    }
  }
});

test("the list of kinds is complete", () => {
  expect(Object.keys(SEQUENCES)).toEqual([...SEQUENCE_KINDS]);
});
