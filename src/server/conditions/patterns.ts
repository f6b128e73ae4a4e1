/**
 * Regular expressions that run in linear time. Linear is still the length of the text times the size of the pattern, so
 * both are bounded: a pattern by what its counted repetitions come to, before it is compiled.
 */
import { libraries } from "./libraries.ts";

const MAX_LENGTH = 500;

/** Most instructions of a pattern; `\d{4}-\d{2}-\d{2}` has a dozen. */
const MAX_SIZE = 1_000;

export interface Pattern {
  /** Somewhere in the text. */
  find(text: string): boolean;
  /** Looking through a text costs its length times this. */
  size: number;
}

/** @throws Error with a phrase that says what is wrong. */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) throw new Error(`has more than ${MAX_LENGTH} characters`);
  if (sizeOf(source) > MAX_SIZE) throw new Error(`repeats more than ${MAX_SIZE} parts, counted out`);
  const regex = libraries().RE2JS.compile(source);
  return { find: (text) => regex.matcher(text).find(), size: regex.programSize() };
}

/** About how many parts a pattern has when its counts are written out: `(ab{3}){10}` has 40. */
function sizeOf(source: string): number {
  const open: number[] = [];
  let [sum, last, inClass] = [0, 0, false];
  const add = (size: number) => {
    sum += size;
    last = size;
  };
  for (let at = 0; at < source.length; at++) {
    const letter = source[at];
    if (letter === "\\") {
      at++;
      if (!inClass) add(1);
    } else if (inClass) inClass = letter !== "]";
    else if (letter === "[") {
      inClass = true;
      add(1);
    } else if (letter === "(") {
      open.push(sum);
      sum = 0;
    } else if (letter === ")") {
      const inside = sum;
      sum = open.pop() ?? 0;
      add(inside);
    } else if (letter === "{") {
      const [whole, least = "1", most = ""] = /^\{(\d+)(?:,(\d*))?\}/.exec(source.slice(at)) ?? [];
      if (whole === undefined) add(1);
      else {
        add(last * (Math.max(Number(least), Number(most)) - 1));
        at += whole.length - 1;
      }
    } else add(1);
    if (sum > MAX_SIZE) return sum;
  }
  return sum;
}
