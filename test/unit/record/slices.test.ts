import { expect, test } from "bun:test";
import { inSlices } from "../../../src/server/record/slices.ts";

test("a long reading lets others work in between, and ends when its asker has gone", async () => {
  const gone = new AbortController();
  function* endless() {
    for (let at = 0; ; at++) {
      // Runs only if the reading lets it.
      if (at === 2) setTimeout(() => gone.abort(), 0);
      Bun.sleepSync(1);
      yield at;
    }
  }
  let last = -1;
  for await (const at of inSlices(endless(), gone.signal)) {
    expect(at).toBe(last + 1);
    last = at;
  }
  expect(last).toBeGreaterThan(0);
});

test("a short one is read whole", async () => {
  const read: number[] = [];
  for await (const at of inSlices([1, 2, 3])) read.push(at);
  expect(read).toEqual([1, 2, 3]);
});
