/**
 * Widths of the columns. Some have pixels, others a share of what is left; a border that is moved gives to one side what
 * it takes from the other, in the unit of each, so that a window of another size still fits. Pure.
 */
import type { Column } from "./columns.tsx";

/** By the id of the column: pixels, or the share. */
export type Widths = Readonly<Record<string, number>>;

/** Narrower than this, nothing can be read. */
const LEAST = 32;

export const widthOf = ({ id, width }: Column, widths: Widths): number => widths[id] ?? width;

/** As `grid-template-columns` takes it; the mark comes first. */
export function gridTemplate(columns: readonly Column[], widths: Widths): string {
  const tracks = columns.map((column) => {
    const width = widthOf(column, widths);
    if (column.isShare) return `minmax(${column.least ?? 0}px, ${width}fr)`;
    return `minmax(${Math.min(column.least ?? width, width)}px, ${width}px)`;
  });
  return ["14px", ...tracks].join(" ");
}

/**
 * The border between the columns `at` and `at + 1` is moved.
 *
 * @param pixels What each column has now.
 */
export function moved(
  columns: readonly Column[],
  widths: Widths,
  pixels: readonly number[],
  at: number,
  by: number,
): Widths {
  const [left, right] = [pixels[at] ?? 0, pixels[at + 1] ?? 0];
  const least = (width: number) => Math.min(LEAST, width);
  const fit = Math.min(Math.max(by, least(left) - left), right - least(right));
  // The widest tells best what a share is: it is not held at its least.
  const shares = columns.map((column, index) => (column.isShare ? (pixels[index] ?? 0) : 0));
  const widest = shares.indexOf(Math.max(...shares));
  const column = columns[widest];
  const pixelsOfShare = column?.isShare ? (pixels[widest] ?? 0) / widthOf(column, widths) : 1;
  const set = (index: number, wanted: number) => {
    const one = columns[index];
    if (!one) return {};
    const width = one.isShare ? wanted / (pixelsOfShare || 1) : wanted;
    return { [one.id]: Math.round(width * 1000) / 1000 };
  };
  return { ...widths, ...set(at, left + fit), ...set(at + 1, right - fit) };
}

/** Both sides of a border as they were at first. */
export function reset(columns: readonly Column[], widths: Widths, at: number): Widths {
  const sides = new Set([columns[at]?.id, columns[at + 1]?.id]);
  return Object.fromEntries(Object.entries(widths).filter(([id]) => !sides.has(id)));
}
