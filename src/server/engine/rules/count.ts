/** Which of the calls that match a rule acts on: `== 3`, `>= 10`, `> 10`, `<= 5`, `< 5`, `% 100`. */
import type { Wrong } from "./names.ts";

export type CountTest = (nth: number) => boolean;

const TESTS: Record<string, (nth: number, wanted: number) => boolean> = {
  "==": (nth, wanted) => nth === wanted,
  "=": (nth, wanted) => nth === wanted,
  "!=": (nth, wanted) => nth !== wanted,
  ">=": (nth, wanted) => nth >= wanted,
  ">": (nth, wanted) => nth > wanted,
  "<=": (nth, wanted) => nth <= wanted,
  "<": (nth, wanted) => nth < wanted,
  "%": (nth, wanted) => nth % wanted === 0,
};

/** A bare number means `==`. */
export function compileCount(text: string): CountTest | Wrong {
  const [, operator = "", digits = ""] = /^\s*(==?|!=|>=?|<=?|%)?\s*(\d{1,15})\s*$/.exec(text) ?? [];
  const test = TESTS[operator || "=="];
  if (digits === "" || !test)
    return {
      message: 'is not a count: write an operator and a number, as in "== 3", "> 10", "<= 5" or "% 100"',
      column: 1,
    };
  const wanted = Number(digits);
  if (wanted === 0 && operator === "%")
    return {
      message: "divides by 0: write the number of calls between two, as in % 100",
      column: text.indexOf("0") + 1,
    };
  return (nth) => test(nth, wanted);
}
