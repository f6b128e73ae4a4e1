/** Guesses what was meant by a word that is not known. */
import { distance } from "fastest-levenshtein";

/** Longer words are no slip of the fingers, and the distance takes the product of both lengths. */
const MAX_LENGTH = 60;

/**
 * The known word that is nearest, when it is near enough to have been meant.
 *
 * @example
 * nearest("srve", ["serve", "stop"]); // "serve"
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const wanted = word.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const letters = name.replace(/^-+/, "").length;
    const far = distance(wanted, name);
    // "stpo" is 2 from "stop"; a third of a long word may be wrong, never half of a short one.
    const limit = Math.max(letters > 3 ? 2 : 1, Math.floor(letters / 3));
    if (far <= limit && (best === undefined || far < best.distance)) best = { name, distance: far };
  }
  return best?.name;
}
