/** Number sequences: each function takes a number and answers the next one of its kind. */

export type NextNumber = (n: number) => number;

/** At a breakpoint, anything may be put in place of a number; some of it would be counted from for ever. */
function check(n: number): void {
  if (Number.isSafeInteger(n)) return;
  throw new TypeError(`a sequence goes on from a whole number, not from ${JSON.stringify(n)}`);
}

export function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

export function wholeNumbers(n: number): number {
  check(n);
  return n + 1;
}

export function multiplesOf2(n: number): number {
  check(n);
  return (Math.floor(n / 2) + 1) * 2;
}

export function multiplesOf3(n: number): number {
  check(n);
  return (Math.floor(n / 3) + 1) * 3;
}

export function primes(n: number): number {
  check(n);
  let next = Math.max(n + 1, 2);
  while (!isPrime(next)) next += 1;
  return next;
}

/** Neither 0 nor 1 is composite: 4 is the first. */
export function composites(n: number): number {
  check(n);
  let next = Math.max(n + 1, 4);
  while (isPrime(next)) next += 1;
  return next;
}

/** By the names that the command line uses. */
export const SEQUENCES = {
  "whole-numbers": wholeNumbers,
  "multiples-of-2": multiplesOf2,
  "multiples-of-3": multiplesOf3,
  primes,
  composites,
} as const satisfies Record<string, NextNumber>;

export type SequenceKind = keyof typeof SEQUENCES;

export const SEQUENCE_KINDS = [
  "whole-numbers",
  "multiples-of-2",
  "multiples-of-3",
  "primes",
  "composites",
] as const satisfies readonly SequenceKind[];
