/** Reads the string form of `withDebug`. A typo must never look like "debugging is on". */
import { DebugError } from "./errors.ts";

export type Mode = "ON" | "OFF" | "VERBOSE";

const MODES: readonly Mode[] = ["ON", "OFF", "VERBOSE"];

/** `" on "` is `"ON"`; anything else is refused with the nearest command. */
export function parseCommand(text: string): Mode {
  const wanted = text.trim().toUpperCase();
  const found = MODES.find((mode) => mode === wanted);
  if (found) return found;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new DebugError(
    `withDebug(${shown}): there is no such command. ${nearest(wanted)}It takes "ON", "OFF" or "VERBOSE"; ` +
      `to wrap something under a name, pass withDebug(["name", target]).`,
  );
}

function nearest(wanted: string): string {
  const ranked = MODES.map((mode) => ({ mode, distance: distance(wanted.slice(0, 40), mode) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= 2 && best.distance < best.mode.length
    ? `Did you mean ${JSON.stringify(best.mode)}? `
    : "";
}

/** Levenshtein's distance. Three short words do not justify a dependency in a client bundle. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
