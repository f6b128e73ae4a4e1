/** Guesses what was meant by a word that is not known. */
import { distance } from "fastest-levenshtein";

/** Longer words are no slip of the fingers, and the distance takes the product of both lengths. */
const MAX_LENGTH = 60;

/** Letters that tell which word they begin. */
const LEAST_BEGINNING = 4;

/**
 * The known word that is nearest, when it is near enough to have been meant.
 *
 * @example
 * nearest("srve", ["serve", "stop"]); // "serve"
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const wanted = word.toLowerCase();
  // The beginning of just one: what was left out is its end.
  const begun =
    wanted.length < LEAST_BEGINNING ? [] : known.filter((name) => name.toLowerCase().startsWith(wanted));
  if (begun.length === 1) return begun[0];
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const letters = name.replace(/^-+/, "").length;
    // Two letters the wrong way round are one slip, not two.
    const far = sorted(wanted) === sorted(name) ? 1 : distance(wanted, name.toLowerCase());
    // A third of a long word may be wrong, never half of a short one.
    const limit = letters < 2 ? 0 : letters < 4 ? 1 : Math.max(2, Math.floor(letters / 3));
    if (far <= limit && (best === undefined || far < best.distance)) best = { name, distance: far };
  }
  return best?.name;
}

const sorted = (word: string): string => [...word].sort().join("");

/**
 * The function that may be meant by a name that none has: by the whole name, or the part after the last dot.
 *
 * @example
 * nearestFunction("chrge", ["shop.charge"]); // "shop.charge"
 */
export function nearestFunction(name: string, functions: readonly string[]): string | undefined {
  if (functions.includes(name) || functions.some((known) => known.endsWith(`.${name}`))) return undefined;
  return (
    nearest(name, functions) ?? functions.find((known) => nearest(name, [lastPart(known)]) !== undefined)
  );
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
