/** The arithmetic of lists, trees and timelines. */
import { describe, expect, test } from "bun:test";
import { treeRows, withChildren, withNewer } from "../../../web/src/calls/tree-rows.ts";
import { offsetOf, placeRows, scrollFor } from "../../../web/src/calls/virtual-rows.ts";
import { bars, fitting, ticks, zoomed } from "../../../web/src/calls/waterfall.ts";
import { rank } from "../../../web/src/shell/rank.ts";
import { call } from "./fake-record.ts";

describe("rows of one height", () => {
  test("are placed to the pixel while the browser can draw them all", () => {
    const place = placeRows(1_000, 28, 280, 560);
    expect([place.firstSeen, place.lastSeen, place.height]).toEqual([10, 29, 28_000]);
    expect(place.top).toBe(place.from * 28);
  });

  test("a million fit: the first, the last, and any between are in reach", () => {
    const [count, row, viewport] = [1_000_000, 28, 600];
    const { height } = placeRows(count, row, 0, viewport);
    expect(height).toBeLessThan(17_000_000);
    expect(placeRows(count, row, 0, viewport).firstSeen).toBe(0);
    expect(placeRows(count, row, height - viewport, viewport).lastSeen).toBe(count - 1);
    for (const index of [1, 12_345, 500_000, 999_000]) {
      const seen = placeRows(count, row, scrollFor(count, row, viewport, index), viewport);
      expect(Math.abs(seen.firstSeen - index)).toBeLessThanOrEqual(1);
    }
  });

  test("rows above the limit stay where they are to the pixel when the list grows", () => {
    const [row, viewport] = [28, 600];
    let [count, skew] = [600_000, 0];
    let scrollTop = 5_000_000;
    const offset = offsetOf(count, row, scrollTop, viewport);
    for (let grown = 0; grown < 20; grown++) {
      count += 12_345;
      // A browser rounds what it is scrolled to.
      scrollTop = Math.round(scrollFor(count, row, viewport, offset / row));
      skew = offset - offsetOf(count, row, scrollTop, viewport);
      const place = placeRows(count, row, scrollTop, viewport, skew);
      expect(Math.abs(scrollTop - place.top + place.from * row - offset)).toBeLessThan(0.01);
    }
    const { height } = placeRows(count, row, 0, viewport, 3);
    expect(placeRows(count, row, 0, viewport, 3).firstSeen).toBe(0);
    expect(placeRows(count, row, height - viewport, viewport, -3).lastSeen).toBe(count - 1);
  });

  test("an empty list draws nothing", () => {
    const place = placeRows(0, 28, 0, 600);
    expect([place.to - place.from <= 0, place.height]).toEqual([true, 0]);
  });
});

describe("a tree", () => {
  const node = (number: number, children: ReturnType<typeof leaf>[] = [], more: string | null = null) => ({
    call: call(number),
    children,
    more,
  });
  const leaf = (number: number) => ({ call: call(number), children: [], more: null });

  test("is its calls in order, each under the one that made it", () => {
    const rows = treeRows([node(1, [leaf(2), leaf(3)], "9"), leaf(4)], new Set());
    expect(
      rows.map((row) => (row.kind === "call" ? `${row.depth}:${row.call.number}` : `${row.depth}:more`)),
    ).toEqual(["0:1", "1:2", "1:3", "1:more", "0:4"]);
  });

  test("what is closed hides what is below it", () => {
    const rows = treeRows([node(1, [leaf(2)]), leaf(4)], new Set([1]));
    expect(rows).toHaveLength(2);
  });

  test("a last page that was read again keeps what was opened by hand, and moves what has a caller by now", () => {
    const before = [leaf(1), node(4, [leaf(5), leaf(6)], "6"), leaf(8)];
    const roots = withNewer(before, 3, [node(4, [leaf(5)], "5"), node(7, [leaf(8)]), leaf(9)]);
    const rows = treeRows(roots, new Set());
    expect(rows.map((row) => (row.kind === "more" ? `more ${row.cursor}` : row.call.number))).toEqual([
      1,
      4,
      5,
      6,
      "more 6",
      7,
      8,
      9,
    ]);
  });

  test("takes in children that were fetched, once", () => {
    const roots = withChildren([node(1, [leaf(2)], "2")], 1, [leaf(2), leaf(3)], null);
    expect(roots[0]?.children.map((child) => child.call.number)).toEqual([2, 3]);
    expect(roots[0]?.more).toBeNull();
  });
});

describe("a waterfall", () => {
  const span = (number: number, at: number, ms: number | null, parent: string | null = null) => ({
    number,
    call_id: `c${number}`,
    parent_call_id: parent,
    function_name: "f",
    status: "success",
    process_key: "p",
    action: null,
    started_at: at,
    duration_ms: ms,
  });

  test("has bars where the calls ran; one that runs reaches to the end", () => {
    const [outer, inner, open] = bars([span(1, 10, 1_000), span(2, 10.5, 250, "c1"), span(3, 11, null)], {
      from: 10,
      to: 12,
    });
    expect([outer?.left, outer?.width, inner?.depth, inner?.left]).toEqual([0, 0.5, 1, 0.25]);
    expect([open?.left, open?.width]).toEqual([0.5, 0.5]);
  });

  test("comes closer around a place", () => {
    expect(zoomed({ from: 0, to: 10 }, 0.5)).toEqual({ from: 2.5, to: 7.5 });
    expect(zoomed({ from: 0, to: 10 }, 0.5, 0)).toEqual({ from: 0, to: 5 });
  });

  test("shows as much of its window as has calls in it", () => {
    const fit = fitting([span(1, 50, 1_000), span(2, 50.5, 500)], { from: 0, to: 60 });
    expect([fit?.from.toFixed(2), fit?.to.toFixed(2)]).toEqual(["49.97", "51.03"]);
    expect(fitting([span(1, 0, 59_000)], { from: 0, to: 60 })).toBeNull();
    expect(fitting([], { from: 0, to: 60 })).toBeNull();
  });

  test("has a scale of round times", () => {
    expect(ticks({ from: 0, to: 1 }, 5).map(({ text }) => text)).toEqual([
      "+200 ms",
      "+400 ms",
      "+600 ms",
      "+800 ms",
    ]);
    expect(ticks({ from: 5, to: 5 }, 5)).toEqual([]);
  });
});

test("a few letters find what is meant", () => {
  const names = ["Close the event log", "Mute: nothing pauses", "Go to Functions", "Pause the next call"];
  expect(rank(names, "fun", (name) => name)[0]).toBe("Go to Functions");
  expect(rank(names, "pnc", (name) => name)[0]).toBe("Pause the next call");
  expect(rank(names, "zzz", (name) => name)).toEqual([]);
  expect(rank(names, "", (name) => name)).toEqual(names);
});
