/** Figures as ratios: what a machine's speed does not change. */

export interface Row {
  name: string;
  value: string;
  /** Against the floor of the same run. */
  ratio: string;
  /** What `factor` must not exceed, when something is promised. */
  limit?: number;
  factor?: number;
  /** What `limit` counts; times the floor by default. */
  unit?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}

export const ratio = (value: number, floor: number): string => `${(value / floor).toFixed(1)}x`;

/** Prints a table; returns whether every promise was kept. */
export function print(title: string, rows: readonly Row[]): boolean {
  console.log(`\n${title}`);
  const width = Math.max(...rows.map((row) => row.name.length));
  let kept = true;
  for (const { name, value, ratio: shown, limit, factor, unit = "x" } of rows) {
    const isKept = limit === undefined || (factor ?? Number.POSITIVE_INFINITY) <= limit;
    kept &&= isKept;
    const promise = limit === undefined ? "" : `  (at most ${limit}${unit}: ${isKept ? "kept" : "BROKEN"})`;
    console.log(`  ${name.padEnd(width)}  ${value.padStart(18)}  ${shown.padStart(7)}${promise}`);
  }
  return kept;
}
