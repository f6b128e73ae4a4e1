/**
 * Patterns over names. Globs and regular expressions run in linear time, whatever they are and whatever the name is.
 * A name's regular expression also runs in the programs (they learn from the policy what to ask about), whose engines
 * backtrack: what could take them for ever is refused here.
 */

import type { MatchKind } from "../../../protocol/rules.ts";
import { compilePattern } from "../../conditions/index.ts";

/** What is wrong with a text, and where in it (from 1), when that is known. */
export interface Wrong {
  message: string;
  column: number | null;
}

export type Matcher = (text: string) => boolean;

const MAX_PATTERN = 1_000;

/** A matcher, or what is wrong with the pattern. */
export function compileName(kind: MatchKind, pattern: string): Matcher | Wrong {
  if (kind === "name") return (name) => name === pattern;
  if (pattern.length > MAX_PATTERN)
    return {
      message: `a ${kind} may have up to ${MAX_PATTERN} characters, not ${pattern.length}`,
      column: null,
    };
  return kind === "glob" ? globMatcher(pattern) : regexMatcher(pattern);
}

export const isWrong = (compiled: Matcher | Wrong): compiled is Wrong => typeof compiled !== "function";

/** `*` stands for any characters, `?` for one; the whole text must fit. Greedy with one place to go back to: linear in practice, at most length times length. */
export function globMatcher(glob: string): Matcher {
  if (!/[*?]/.test(glob)) return (text) => text === glob;
  return (text) => {
    let [at, place, star, mark] = [0, 0, -1, 0];
    while (at < text.length) {
      const letter = glob[place];
      if (letter === "*") {
        star = place++;
        mark = at;
      } else if (letter === "?" || letter === text[at]) {
        at++;
        place++;
      } else if (star >= 0) {
        place = star + 1;
        at = ++mark;
      } else return false;
    }
    while (glob[place] === "*") place++;
    return place === glob.length;
  };
}

function regexMatcher(source: string): Matcher | Wrong {
  try {
    new RegExp(source);
  } catch (error) {
    return { message: reasonOf(error, source), column: null };
  }
  try {
    const { find } = compilePattern(source);
    const risk = riskOf(source);
    if (risk !== null) return risk;
    return find;
  } catch (error) {
    return {
      message: `is not a linear-time regular expression (${messageOf(error)})`,
      column: columnOf(error, source),
    };
  }
}

/**
 * Groups that repeat and hold something that repeats, or a choice, as in `(a+)+`: a backtracking engine may try them in
 * exponentially many ways.
 */
function riskOf(source: string): Wrong | null {
  const open: { at: number; isRisky: boolean }[] = [];
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const letter = source[at];
    if (letter === "\\") at++;
    else if (inClass) inClass = letter !== "]";
    else if (letter === "[") inClass = true;
    else if (letter === "(") open.push({ at, isRisky: false });
    else if (letter === "|" || isRepeat(source, at)) markAll(open);
    else if (letter === ")") {
      const group = open.pop();
      if (group?.isRisky && isRepeat(source, at + 1))
        return {
          message: "repeats a group that holds a repetition or a choice, which could take a program for ever",
          column: group.at + 1,
        };
    }
  }
  return null;
}

const markAll = (groups: { isRisky: boolean }[]): void => {
  for (const group of groups) group.isRisky = true;
};

const isRepeat = (source: string, at: number): boolean =>
  /^(\*|\+|\{\d+,\d*\}|\{\d{2,}\})/.test(source.slice(at, at + 12));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const reasonOf = (error: unknown, source: string): string =>
  `is not a regular expression (${messageOf(error)
    .replace(/^Invalid regular expression: */, "")
    .replace(`/${source}/: `, "")})`;

/** RE2 names the piece it stumbled over. */
function columnOf(error: unknown, source: string): number | null {
  const piece = /`(.+)`/.exec(messageOf(error))?.[1];
  const at = piece === undefined ? -1 : source.indexOf(piece);
  return at < 0 ? null : at + 1;
}
