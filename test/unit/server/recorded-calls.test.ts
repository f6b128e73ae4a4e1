/** Recorded calls are told in bundles, whatever their number. */
import { expect, test } from "bun:test";
import type { LiveEvent } from "../../../src/protocol/live.ts";
import { LiveHub } from "../../../src/server/live.ts";
import { RecordedCalls } from "../../../src/server/recorded-calls.ts";

test("the first is told at once, the many after it together, and none is left out", async () => {
  const hub = new LiveHub(() => 1);
  const events: LiveEvent[] = [];
  hub.subscribe((event) => events.push(event));
  const calls = new RecordedCalls(hub);
  calls.add(1);
  expect(events).toMatchObject([{ type: "calls_recorded", count: 1, newest: 1 }]);
  for (let index = 0; index < 10_000; index++) calls.add(3);
  expect(events).toHaveLength(1);
  const told = () =>
    events.reduce((sum, event) => sum + (event.type === "calls_recorded" ? event.count : 0), 0);
  while (told() < 30_001) await Bun.sleep(5);
  expect(events.length).toBeLessThan(5);
  expect(events.at(-1)).toMatchObject({ newest: 30_001 });
  calls.add(5, 40_000);
  while (told() < 30_006) await Bun.sleep(5);
  expect(events.at(-1)).toMatchObject({ newest: 40_000 });
  calls.close();
});
