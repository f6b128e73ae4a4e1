/** A query that finds nothing because of a name, as it may have been meant: with the name that is known in its place. */
import { parameterNames } from "../../protocol/parameters.ts";
import { nearest, nearestFunction } from "../nearest.ts";
import { fieldOf, STATUSES } from "./fields.ts";

export interface Known {
  /** Those that have calls. */
  functions(): readonly string[];
  signatureOf(name: string): string | number | null;
}

/** Parameters beyond this many are not looked at. */
const MOST_PARAMETERS = 50;

/** What stands before a condition. */
const BEFORE = "(?<=^|[\\s(-])";

type Guess = (found: RegExpExecArray, known: Known) => string | undefined;

const GUESSES: readonly (readonly [pattern: RegExp, guess: Guess])[] = [
  // An event may have a status of its own, so these are no mistakes of the language.
  [new RegExp(`${BEFORE}status:(\\w+)`, "g"), ([, name = ""]) => inField("status", statusFor(name))],
  [new RegExp(`${BEFORE}(\\w+)=`, "g"), ([, name = ""]) => (fieldOf(name) ? `${name}:` : undefined)],
  [
    new RegExp(`${BEFORE}arg:([\\p{L}$_][\\p{L}\\d$_]*)`, "gu"),
    ([, name = ""], known) => inField("arg", placeOf(name, known)),
  ],
  [
    new RegExp(`${BEFORE}(?:fn|function|name):([^\\s*?(),|"]+)`, "g"),
    ([, name = ""], known) => inField("fn", nearestFunction(name, known.functions())),
  ],
];

/**
 * The query that may be meant, or null. Asked for one that nothing fits.
 *
 * @example
 * meantQuery("fn:chrge status:error", known); // "fn:charge status:error"
 */
export function meantQuery(text: string, known: Known): string | null {
  for (const [pattern, guess] of GUESSES)
    for (const found of text.matchAll(pattern)) {
      const instead = isQuoted(text, found.index) ? undefined : guess(found, known);
      if (instead !== undefined)
        return text.slice(0, found.index) + instead + text.slice(found.index + found[0].length);
    }
  return null;
}

const isQuoted = (text: string, at: number): boolean => text.slice(0, at).split('"').length % 2 === 0;

const inField = (field: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${field}:${value}`;

const statusFor = (name: string): string | undefined =>
  Object.hasOwn(STATUSES, name.toLowerCase()) ? undefined : nearest(name, Object.keys(STATUSES));

/** Parameters have no names in the record: arguments go by their place. */
function placeOf(name: string, { functions, signatureOf }: Known): string | undefined {
  for (const known of functions()) {
    const place = parameterNames(signatureOf(known), MOST_PARAMETERS).indexOf(name);
    if (place >= 0) return String(place);
  }
  return undefined;
}
