/** Rows and columns for a terminal. */
import type { Output } from "./io.ts";
import { pad } from "./text.ts";

/** Least width of the last column: below it a cut says nothing any more. */
const LEAST_LAST = 20;

/**
 * Lines of a table: every column as wide as its widest cell, the last one cut at the terminal's edge. What is piped on
 * is never cut. Cells are printable already.
 */
export function tableLines(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  out: Output,
): string[] {
  const last = titles.length - 1;
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => Bun.stringWidth(row[column] ?? ""))),
  );
  const taken = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = out.isTerminal ? Math.max(LEAST_LAST, out.columns - taken) : Number.POSITIVE_INFINITY;
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === last ? shortened(cell, room, out.style.ellipsis) : pad(cell, widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [out.style.dim(line(titles)), ...rows.map(line)];
}

/** Cuts a text at its end. */
export function shortened(text: string, width: number, ellipsis: string): string {
  if (Bun.stringWidth(text) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && Bun.stringWidth(letters.join("") + ellipsis) > width) letters.pop();
  return letters.join("") + ellipsis;
}
