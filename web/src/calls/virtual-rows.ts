/**
 * Where rows of one height are drawn in a scrolled box. Browsers do not draw boxes of any height (Firefox stops at some
 * 17 million pixels, which a million rows exceed): above a limit, the scroll bar is scaled and rows are placed by it.
 */

/** Pixels of the scrolled content at most. */
const TALLEST = 12_000_000;

export interface Place {
  /** The first row to draw and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Pixels from the content's top to row `from`. */
  readonly top: number;
  /** Height of the content in pixels. */
  readonly height: number;
  /** The rows that are really seen. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** Rows drawn beyond those that are seen, on either side. */
export const OVERSCAN = 8;

/** @param skew Pixels that the scroll is off, being a whole number of pixels where rows are placed by a scaled one. */
export function placeRows(
  count: number,
  row: number,
  scrollTop: number,
  viewport: number,
  skew = 0,
  overscan = OVERSCAN,
): Place {
  const full = count * row;
  const height = Math.min(full, TALLEST);
  const travel = Math.max(1, height - viewport);
  const at = Math.min(Math.max(0, scrollTop), travel);
  const offset = offsetOf(count, row, at, viewport, skew);
  const firstSeen = Math.min(Math.floor(offset / row), Math.max(0, count - 1));
  const lastSeen = Math.min(count - 1, Math.ceil((offset + viewport) / row) - 1);
  const from = Math.max(0, firstSeen - overscan);
  const to = Math.min(count, lastSeen + 1 + overscan);
  return { from, to, top: at + from * row - offset, height, firstSeen, lastSeen };
}

/** Pixels from the first row's top to the top of the box, as if all rows were drawn. */
export function offsetOf(count: number, row: number, scrollTop: number, viewport: number, skew = 0): number {
  const full = count * row;
  const most = Math.max(0, full - viewport);
  if (full <= TALLEST) return Math.min(scrollTop, Math.max(1, most));
  const travel = TALLEST - viewport;
  // Both ends are exact.
  if (scrollTop <= 0 || scrollTop >= travel) return scrollTop <= 0 ? 0 : most;
  return Math.min(Math.max(0, (scrollTop / travel) * most + skew), most);
}

/** The scroll that has row `index` (or a part of it) at the top of the box. */
export function scrollFor(count: number, row: number, viewport: number, index: number): number {
  const full = count * row;
  const wanted = Math.min(Math.max(0, index * row), Math.max(0, full - viewport));
  if (full <= TALLEST) return wanted;
  return (wanted / Math.max(1, full - viewport)) * (TALLEST - viewport);
}

/** Rows that the scroll moves over for one pixel, when it is scaled. */
export const rowsPerPixel = (count: number, row: number): number =>
  Math.max(1, (count * row) / TALLEST) / row;
