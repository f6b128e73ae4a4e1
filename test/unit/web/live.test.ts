import { describe, expect, test } from "bun:test";
import { connectLive, type SocketEvents } from "../../../web/src/live.ts";

/** A scripted server, clock and snapshot source. */
function rig() {
  const log: string[] = [];
  const queries: string[] = [];
  const timers: { run: () => void; ms: number; isCancelled: boolean }[] = [];
  const fetches: { answer: (text: string) => void; fail: () => void }[] = [];
  let events: SocketEvents | null = null;
  const live = connectLive<string>({
    open(query, handlers) {
      queries.push(query);
      events = handlers;
      return { close: () => handlers.onClose() };
    },
    fetchSnapshot: () =>
      new Promise((resolve, reject) => {
        fetches.push({ answer: resolve, fail: () => reject(new Error("no")) });
      }),
    onSnapshot: (text) => log.push(`snapshot ${text}`),
    onEvent: (event) => log.push(`event ${event.seq}`),
    onStatus: (status) => log.push(status),
    schedule(run, ms) {
      const timer = { run, ms, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
  });
  return {
    live,
    log,
    queries,
    fetches,
    say: (message: unknown) =>
      events?.onMessage(typeof message === "string" ? message : JSON.stringify(message)),
    hello: (seq: number, instance_id = "one") =>
      events?.onMessage(JSON.stringify({ type: "hello", seq, instance_id, version: "1" })),
    event: (seq: number) =>
      events?.onMessage(JSON.stringify({ type: "global_behavior", behavior: "go", seq, at: 1 })),
    drop: () => events?.onClose(),
    async answer(text: string) {
      fetches.shift()?.answer(text);
      await Bun.sleep(0);
    },
    waits: () => timers.filter((timer) => !timer.isCancelled).map((timer) => timer.ms),
    fire() {
      const timer = timers.findLast((each) => !each.isCancelled);
      if (timer) timer.isCancelled = true;
      timer?.run();
    },
  };
}

describe("the event feed", () => {
  test("opens, fetches, then applies what happened meanwhile", async () => {
    const it = rig();
    it.hello(5);
    it.event(6);
    expect(it.log).toEqual([]);
    await it.answer("S");
    it.event(7);
    expect(it.log).toEqual(["snapshot S", "live", "event 6", "event 7"]);
  });

  test("what the snapshot holds already is not applied again after it", async () => {
    const it = rig();
    it.hello(5);
    await it.answer("S");
    it.event(5);
    it.event(6);
    it.event(6);
    expect(it.log).toEqual(["snapshot S", "live", "event 6"]);
  });

  test("reconnects where it was, without a new snapshot", async () => {
    const it = rig();
    it.hello(5);
    await it.answer("S");
    it.event(6);
    it.drop();
    it.fire();
    it.hello(8);
    it.event(7);
    it.event(8);
    expect(it.queries).toEqual(["", "?since=6&instance=one"]);
    expect(it.log).toEqual(["snapshot S", "live", "event 6", "gone", "live", "event 7", "event 8"]);
    expect(it.fetches.length).toBe(0);
  });

  test.each([
    ["another server answers", (it: ReturnType<typeof rig>) => it.hello(9, "two")],
    ["the server restarted its count", (it: ReturnType<typeof rig>) => it.hello(2)],
    [
      "the server says reset",
      (it: ReturnType<typeof rig>) => {
        it.hello(9);
        it.say({ type: "reset", seq: 9 });
      },
    ],
  ])("fetches again when %s", async (_, come) => {
    const it = rig();
    it.hello(5);
    await it.answer("old");
    it.drop();
    it.fire();
    come(it);
    await it.answer("new");
    expect(it.log.filter((line) => line !== "live")).toEqual(["snapshot old", "gone", "snapshot new"]);
  });

  test("a gap in the numbers fetches again and loses nothing", async () => {
    const it = rig();
    it.hello(5);
    await it.answer("S");
    it.event(9);
    it.event(10);
    await it.answer("T");
    expect(it.log).toEqual(["snapshot S", "live", "snapshot T", "live", "event 9", "event 10"]);
  });

  test("waits longer each time, up to a limit, and starts over once connected", async () => {
    const it = rig();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      it.drop();
      waits.push(it.waits().at(-1) ?? 0);
      it.fire();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    it.hello(1);
    await it.answer("S");
    it.drop();
    expect(it.waits().at(-1)).toBe(250);
  });

  test("a snapshot that fails is tried again from the start", async () => {
    const it = rig();
    it.hello(5);
    it.fetches.shift()?.fail();
    await Bun.sleep(0);
    expect(it.log).toEqual(["gone"]);
    it.fire();
    expect(it.queries).toEqual(["", ""]);
  });

  test("a snapshot that arrives after the connection is lost is dropped", async () => {
    const it = rig();
    it.hello(5);
    it.drop();
    await it.answer("late");
    expect(it.log).toEqual(["gone"]);
  });

  test("frames that are not ours are ignored", async () => {
    const it = rig();
    for (const frame of ["", "{", "null", "5", '{"type": 1, "seq": 2}', '{"type": "hello"}']) it.say(frame);
    it.hello(1);
    await it.answer("S");
    expect(it.log).toEqual(["snapshot S", "live"]);
  });

  test("tries at once when asked, and not at all when stopped", () => {
    const it = rig();
    it.drop();
    it.live.retryNow();
    expect(it.queries.length).toBe(2);
    it.live.retryNow();
    expect(it.queries.length).toBe(2);
    it.live.stop();
    it.live.retryNow();
    expect(it.queries.length).toBe(2);
  });

  test("renews a connection that may be dead, without a word to the page", async () => {
    const it = rig();
    it.hello(5);
    await it.answer("S");
    it.live.renew();
    it.hello(6);
    it.event(6);
    expect(it.queries).toEqual(["", "?since=5&instance=one"]);
    expect(it.log).toEqual(["snapshot S", "live", "live", "event 6"]);
  });
});
