/** Figures and decisions in words, the same in the record, the terminal and the page. */
import type { DecisionChange } from "./records.ts";

/**
 * How long something took, as people say it; nothing for what is not over.
 *
 * @param micro For places where ASCII is wanted: "us".
 * @example
 * durationText(1840); // "1.84 s"
 * durationText(125_000); // "2 min 5 s"
 */
export function durationText(ms: number | null, micro = "µs"): string {
  if (ms === null) return "";
  if (ms < 1) return `${Math.round(ms * 1_000)} ${micro}`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/**
 * What a decision changed.
 *
 * @param arrow For places where ASCII is wanted: "->".
 * @example
 * changesText(call.changes); // `args[1] 249.9 → 24.99, kwargs.currency "EUR" → "USD"`
 */
export const changesText = (changes: readonly DecisionChange[], arrow = "→"): string =>
  changes
    .map(({ what, from, to }) =>
      [what, ...(from === null ? [] : [from]), ...(to === null ? [] : [arrow, to])].join(" "),
    )
    .join(", ");
