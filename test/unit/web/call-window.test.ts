import { describe, expect, test } from "bun:test";
import { CallWindow, type WindowState } from "../../../web/src/calls/call-window.ts";
import { FakeRecord } from "./fake-record.ts";

function open(record: FakeRecord, q = "") {
  let shifted = 0;
  const window = new CallWindow({
    fetch: record.fetch,
    onChange: (_, shift) => {
      shifted += shift;
    },
    reasonOf: (error) => (error instanceof Error ? error.message : String(error)),
  });
  window.setQuery(q);
  return { window, shifted: () => shifted };
}

const settled = () => Bun.sleep(1);
/** Until it is so, whatever the window does meanwhile of its own accord. */
async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!isSo() && Date.now() < end) await Bun.sleep(5);
  expect(isSo()).toBe(true);
}
const numbers = ({ rows }: WindowState) => [rows[0]?.number, rows.at(-1)?.number];
const rowCount = ({ before, rows, after }: WindowState) => before + rows.length + after;
/** Numbers of the first and the last row that are looked at. */
const inSight = ({ before, rows }: WindowState, first: number, last: number) => [
  rows[first - before]?.number,
  rows[last - before]?.number,
];
const isWithoutGaps = ({ rows }: WindowState) =>
  rows.every((row, at) => at === 0 || row.number > (rows[at - 1]?.number ?? 0));

describe("a window over many calls", () => {
  test("begins at the newest, and counts what is before it", async () => {
    const { window } = open(new FakeRecord(10_000));
    await settled();
    expect(numbers(window.state)).toEqual([9_801, 10_000]);
    expect([rowCount(window.state), window.state.isLast, window.state.isFirst]).toEqual([
      10_000,
      true,
      false,
    ]);
  });

  test("grows backwards without moving what is seen", async () => {
    const { window, shifted } = open(new FakeRecord(1_000));
    await settled();
    window.need(810, 830);
    await settled();
    expect(numbers(window.state)).toEqual([601, 1_000]);
    expect([rowCount(window.state), shifted()]).toEqual([1_000, 0]);
    for (let step = 0; step < 10; step++) {
      window.need(window.state.before, window.state.before + 20);
      await settled();
    }
    expect([numbers(window.state)[0], window.state.isFirst, window.state.before]).toEqual([1, true, 0]);
  });

  test("jumps to any place of a million, and is right at both ends", async () => {
    const { window } = open(new FakeRecord(1_000_000));
    await settled();
    window.need(500_000, 500_030);
    await settled();
    const at = 500_000 - window.state.before;
    expect(window.state.rows[at]?.number).toBe(500_001);
    expect(rowCount(window.state)).toBe(1_000_000);
    window.toStart();
    await settled();
    expect([numbers(window.state)[0], window.state.before, window.state.isFirst]).toEqual([1, 0, true]);
    window.toEnd();
    await settled();
    expect([numbers(window.state)[1], window.state.isLast]).toEqual([1_000_000, true]);
  });

  test("numbers that are missing change nothing: no gap, no row twice", async () => {
    const record = new FakeRecord(5_000);
    record.calls = record.calls.filter(({ number }) => number % 3 !== 0 || number < 10);
    const { window } = open(record);
    await settled();
    for (const at of [1_000, 2_000, 100, 40, 0, 0]) {
      window.need(at, at + 30);
      await settled();
      expect(isWithoutGaps(window.state)).toBe(true);
    }
    window.toStart();
    await settled();
    expect(numbers(window.state)[0]).toBe(1);
  });

  test("holds a bounded number of rows however far it is walked", async () => {
    const { window } = open(new FakeRecord(20_000));
    await settled();
    for (let step = 0; step < 40; step++) {
      window.need(window.state.before, window.state.before + 20);
      await settled();
    }
    expect(window.state.rows.length).toBeLessThanOrEqual(3_000);
    expect(rowCount(window.state)).toBe(20_000);
    const last = window.state.before + window.state.rows.length - 1;
    window.need(last - 20, last);
    await settled();
    expect(isWithoutGaps(window.state)).toBe(true);
    expect(rowCount(window.state)).toBe(20_000);
  });
});

describe("calls that come", () => {
  test("are appended while it follows", async () => {
    const record = new FakeRecord(50);
    const { window } = open(record);
    await settled();
    window.note(record.add(3));
    await settled();
    expect([numbers(window.state), rowCount(window.state)]).toEqual([[1, 53], 53]);
  });

  test("in a flood are skipped to the end, not walked through", async () => {
    const record = new FakeRecord(50);
    const { window } = open(record);
    await settled();
    window.need(20, 49);
    window.note(record.add(100_000));
    await settled();
    expect([numbers(window.state)[1], record.asked.length, rowCount(window.state)]).toEqual([
      100_050, 2, 100_050,
    ]);
    // Those in sight and some more; the others when somebody looks at them.
    expect(window.state.rows.length).toBeLessThan(200);
    window.need(100_000, 100_030);
    expect(record.asked.length).toBe(2);
  });

  test("while others are on their way are not forgotten", async () => {
    const record = new FakeRecord(500);
    const { window } = open(record);
    await settled();
    window.note(record.add(1_000));
    const held = record.hold();
    window.note(record.add(1_000));
    held();
    window.note(record.add(3));
    await until(() => numbers(window.state)[1] === 2_503);
    expect([rowCount(window.state), window.state.total, isWithoutGaps(window.state)]).toEqual([
      2_503,
      2_503,
      true,
    ]);
  });

  test("right after others were taken in are not forgotten", async () => {
    const record = new FakeRecord(50);
    const { window } = open(record);
    await settled();
    for (let newest = 51; newest < 60; newest++) {
      window.need(newest - 30, newest - 2);
      window.note(record.add(1));
      await settled();
    }
    await until(() => numbers(window.state)[1] === 59);
  });

  test("count also when they came while older ones were on their way", async () => {
    const record = new FakeRecord(5_000);
    const { window } = open(record);
    await settled();
    window.follow(false);
    window.need(4_810, 4_840);
    window.note(record.add(7));
    await settled();
    expect([window.state.total, rowCount(window.state)]).toEqual([5_007, 5_007]);
  });

  test("carry nobody away who just left the end", async () => {
    const record = new FakeRecord(5_000);
    const { window } = open(record);
    await settled();
    window.note(record.add(10_000));
    window.follow(false);
    await settled();
    expect([numbers(window.state), rowCount(window.state)]).toEqual([[4_801, 5_000], 15_000]);
  });

  test("only lengthen the list while it does not follow", async () => {
    const record = new FakeRecord(500);
    const { window, shifted } = open(record);
    await settled();
    window.follow(false);
    window.note(record.add(40));
    await settled();
    expect([numbers(window.state)[1], rowCount(window.state), shifted(), record.asked.length]).toEqual([
      500, 540, 0, 1,
    ]);
    window.need(495, 520);
    await settled();
    expect([numbers(window.state)[1], rowCount(window.state), window.state.isLast]).toEqual([540, 540, true]);
  });

  test("that ran are looked at again", async () => {
    const record = new FakeRecord(30);
    record.calls = record.calls.map((each) => (each.number === 30 ? { ...each, status: "running" } : each));
    const { window } = open(record);
    await settled();
    record.calls = record.calls.map((each) => ({ ...each, status: "success" }));
    await window.refresh(20, 29);
    expect(window.state.rows.at(-1)?.status).toBe("success");
  });
});

describe("with a filter", () => {
  test("only what matches is there, and older matches are found on", async () => {
    const { window, shifted } = open(new FakeRecord(10_000), "ten");
    await settled();
    expect(window.state.rows.every(({ function_name }) => function_name === "ten")).toBe(true);
    const before = window.state.rows.length;
    window.need(window.state.before, window.state.before + 10);
    await settled();
    expect(window.state.rows.length).toBeGreaterThan(before);
    expect(shifted()).toBe(window.state.rows.length - before);
  });

  test("a rare match is searched for in several pages", async () => {
    const record = new FakeRecord(10_000);
    record.patience = 1_000;
    record.calls = record.calls.map((each) =>
      each.number === 4_321 ? { ...each, function_name: "rare" } : each,
    );
    const { window } = open(record, "rare");
    await until(() => window.state.isFirst);
    expect(window.state.rows.map(({ number }) => number)).toEqual([4_321]);
    expect(window.state.searchedTo).toBeNull();
  });

  test("one among very many is found, however many pages it takes, and says how far it is", async () => {
    const record = new FakeRecord(100_000);
    record.patience = 400;
    record.calls = record.calls.map((each) =>
      each.number === 12 ? { ...each, function_name: "rare" } : each,
    );
    const { window } = open(record, "rare");
    await until(() => window.state.isLoaded);
    expect([window.state.rows.length, window.state.isFirst]).toEqual([0, false]);
    expect(window.state.searchedTo).toBeGreaterThan(12);
    await until(() => window.state.isFirst);
    expect([window.state.rows.map(({ number }) => number), window.state.searchedTo]).toEqual([[12], null]);
  });

  test("what comes while it looks back is found too", async () => {
    const record = new FakeRecord(20_000);
    record.patience = 400;
    const { window } = open(record, "rare");
    for (let round = 0; round < 4; round++) {
      await settled();
      const newest = record.add(2);
      record.calls = record.calls.map((each) =>
        each.number === newest - 1 ? { ...each, function_name: "rare" } : each,
      );
      window.note(newest);
    }
    await until(() => window.state.isFirst && window.state.rows.length === 4);
    expect(window.state.rows.map(({ number }) => number)).toEqual([20_001, 20_003, 20_005, 20_007]);
  });

  test("another filter overtakes the one that is on its way", async () => {
    const record = new FakeRecord(100);
    const { window } = open(record, "ten");
    window.setQuery("f");
    await settled();
    expect(new Set(window.state.rows.map(({ function_name }) => function_name))).toEqual(new Set(["f"]));
  });
});

test("a refusal is shown, and forgotten when it is well again", async () => {
  const record = new FakeRecord(10);
  record.fails = true;
  const { window } = open(record);
  await settled();
  expect(window.state.problem).toBe("no answer");
  record.fails = false;
  window.again();
  await settled();
  expect([window.state.problem, window.state.rows.length]).toEqual([null, 10]);
});

test("after a restart it is where it was, or at the end when that is gone", async () => {
  const record = new FakeRecord(2_000);
  const { window } = open(record);
  await settled();
  window.need(500, 530);
  await settled();
  window.follow(false);
  window.again();
  await settled();
  expect(inSight(window.state, 500, 530)).toEqual([501, 531]);
  // Also from the end of a stretch that is longer than a page.
  for (const at of [620, 800, 1_000, 1_200]) {
    window.need(at, at + 30);
    await settled();
  }
  window.again();
  await settled();
  expect(inSight(window.state, 1_200, 1_230)).toEqual([1_201, 1_231]);
  record.calls = [];
  record.add(5);
  window.again();
  await settled();
  expect(numbers(window.state)).toEqual([1, 5]);
});

describe("a call that is far away", () => {
  test("is gone to, with what is around it", async () => {
    const { window } = open(new FakeRecord(1_000_000));
    await settled();
    window.follow(false);
    window.toCall(123_456);
    await settled();
    const at = window.state.rows.findIndex(({ number }) => number === 123_456);
    expect([window.state.before + at, rowCount(window.state)]).toEqual([123_455, 1_000_000]);
    expect(at).toBeGreaterThan(30);
  });

  test("is gone to before anything else was asked for", async () => {
    const { window } = open(new FakeRecord(10_000));
    window.follow(false);
    window.toCall(5);
    await settled();
    expect([inSight(window.state, 0, 4), window.state.isFirst]).toEqual([[1, 5], true]);
  });

  test("with a filter, the list is where it would be", async () => {
    const { window } = open(new FakeRecord(10_000), "ten");
    await settled();
    window.follow(false);
    window.toCall(5_005);
    await settled();
    expect(numbers(window.state)[0]).toBe(5_010);
    window.need(window.state.before, window.state.before + 20);
    await until(() => (numbers(window.state)[0] ?? 0) < 5_005);
    expect(isWithoutGaps(window.state)).toBe(true);
  });
});

test("a place that was scrolled to while another was fetched is fetched next", async () => {
  const { window } = open(new FakeRecord(1_000_000));
  await settled();
  window.follow(false);
  window.need(500_000, 500_030);
  window.need(20_000, 20_030);
  await until(() => inSight(window.state, 20_000, 20_030)[0] === 20_001);
});
