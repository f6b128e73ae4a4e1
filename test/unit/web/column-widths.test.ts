import { describe, expect, test } from "bun:test";
import { gridTemplate, moved, reset } from "../../../web/src/calls/column-widths.ts";
import { chosen } from "../../../web/src/calls/columns.tsx";

const columns = chosen(["values", "process", "duration"], false);
/** 390 px for 3.9 shares: a share is 100 px. */
const pixels = [120, 200, 70, 80];

describe("the widths of columns", () => {
  test("what one gets, the other gives; both keep their unit", () => {
    expect(moved(columns, {}, pixels, 0, 30)).toEqual({ function: 1.5, values: 1.7 });
    expect(moved(columns, {}, pixels, 2, -20)).toEqual({ process: 0.5, duration: 100 });
  });

  test("none gets too narrow to be read", () => {
    expect(moved(columns, {}, pixels, 2, 500)).toEqual({ process: 1.18, duration: 32 });
    expect(moved(columns, {}, pixels, 0, -500)).toEqual({ function: 0.32, values: 2.88 });
  });

  test("a double click puts both sides back, and no other", () => {
    const widths = { function: 1.5, values: 1.7, duration: 100 };
    expect(reset(columns, widths, 0)).toEqual({ duration: 100 });
  });

  test("the grid has them in order, after the mark", () => {
    expect(gridTemplate(columns, { duration: 100 })).toBe(
      "14px minmax(90px, 1.2fr) minmax(0px, 2fr) minmax(0px, 0.7fr) minmax(100px, 100px)",
    );
  });
});
