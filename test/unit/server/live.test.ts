import { describe, expect, test } from "bun:test";
import type { LiveEvent } from "../../../src/protocol/live.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { LiveHub } from "../../../src/server/live.ts";

const change = (name: string) => ({ type: "function_registered", function_name: name }) as const;
const numbers = (events: readonly LiveEvent[] | null) => events?.map(({ seq }) => seq) ?? null;

describe("the event hub", () => {
  test("numbers events from 1, with the time of its clock", () => {
    const hub = new LiveHub(() => 12.5);
    expect(hub.seq).toBe(0);
    const seen: LiveEvent[] = [];
    hub.subscribe((event) => seen.push(event));
    hub.emit(change("a"));
    hub.emit(change("b"));
    expect(seen).toEqual([
      { ...change("a"), seq: 1, at: 12.5 },
      { ...change("b"), seq: 2, at: 12.5 },
    ]);
    expect(hub.seq).toBe(2);
  });

  test("replays what came after a number, and says when it cannot", () => {
    const hub = new LiveHub();
    expect(hub.after(0)).toEqual([]);
    for (let index = 0; index < 2_500; index++) hub.emit(change(String(index)));
    expect(hub.after(2_500)).toEqual([]);
    expect(numbers(hub.after(2_498))).toEqual([2_499, 2_500]);
    expect(hub.after(500)).toHaveLength(2_000);
    expect(hub.after(499)).toBeNull();
    expect(hub.after(0)).toBeNull();
    // A number of another run of the server.
    expect(hub.after(2_501)).toBeNull();
  });

  test("a listener that fails loses its place and harms nobody else, not even while events go out", () => {
    const hub = new LiveHub();
    const seen: string[] = [];
    let failures = 0;
    hub.subscribe(() => {
      failures += 1;
      throw new Error("broken connection");
    });
    const stop = hub.subscribe((event) => seen.push(`${event.seq}`));
    hub.emit(change("a"));
    hub.emit(change("b"));
    stop();
    hub.emit(change("c"));
    expect({ seen, failures }).toEqual({ seen: ["1", "2"], failures: 1 });
  });

  test("holds no more values than memory allows, and says reset to who missed some", () => {
    const hub = new LiveHub();
    const pause = { call_data: { pretty_args: ["x".repeat(1_000_000)] } } as unknown as PausedCall;
    for (let index = 0; index < 200; index++) hub.emit({ type: "pause_added", pause });
    const held = hub.after(190) ?? [];
    expect(held).toHaveLength(10);
    expect(hub.after(100)).toBeNull();
    let oldest = 200;
    while (hub.after(oldest - 1) !== null) oldest -= 1;
    expect(200 - oldest).toBeWithin(50, 80);
  });
});
