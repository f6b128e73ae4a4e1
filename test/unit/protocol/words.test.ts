/** Figures and decisions in words. */
import { expect, test } from "bun:test";
import { changesText, durationText } from "../../../src/protocol/words.ts";

test("how long it took is short and says its unit", () => {
  const times = [null, 0, 0.041, 0.8, 4.25, 112, 1_840, 59_999, 60_000, 119_800, 123_000, 3_661_000];
  expect(times.map((ms) => durationText(ms))).toEqual([
    ...["", "0 µs", "41 µs", "800 µs", "4.3 ms", "112 ms", "1.84 s"],
    ...["60.00 s", "1 min 0 s", "2 min 0 s", "2 min 3 s", "1 h 1 min"],
  ]);
  expect(durationText(0.041, "us")).toBe("41 us");
});

test("what changed says from what to what, and what came or went", () => {
  const changes = [
    { what: "args[1]", from: "249.9", to: "24.99" },
    { what: "kwargs.note", from: null, to: '"new"' },
    { what: "args[2]", from: "true", to: null },
  ];
  expect(changesText(changes)).toBe('args[1] 249.9 → 24.99, kwargs.note → "new", args[2] true');
  expect(changesText(changes.slice(0, 1), "->")).toBe("args[1] 249.9 -> 24.99");
  expect(changesText([])).toBe("");
});
