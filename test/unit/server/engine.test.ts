import { beforeEach, describe, expect, test } from "bun:test";
import type { CallOutcome, CallStart } from "../../../src/server/engine/calls.ts";
import { SCRIPT } from "../../../src/server/engine/decisions.ts";
import type { EngineListener } from "../../../src/server/engine/listener.ts";
import { BreakpointManager } from "../../../src/server/engine/manager.ts";
import { Refusal } from "../../../src/server/engine/refusal.ts";

let now: number;
let alive: Set<number>;
let manager: BreakpointManager;
let told: string[];

beforeEach(() => {
  now = 1_700_000_000;
  alive = new Set();
  told = [];
  let id = 0;
  manager = new BreakpointManager({
    clock: () => now,
    isAlive: (pid) => alive.has(pid),
    newId: () => `pause-${++id}`,
  });
  manager.addBreakpoint("fn", { behavior: "stop" });
  const listener: EngineListener = {
    pauseAdded: (pause) => told.push(`+${pause.id}`),
    pauseRemoved: (pause, reason) => told.push(`-${pause.id} ${reason}`),
    callEnded: (_, outcome) => told.push(`ended ${outcome.status}`),
  };
  manager.listen(listener);
});

const start = (pid = 0): CallStart => ({
  methodName: "fn",
  target: null,
  args: [],
  kwargs: new Map(),
  callSite: {},
  callType: "proxy",
  signature: null,
  preferredFormat: "json",
  parentCallId: null,
  process: { pid, startTime: 1, pageUrl: null },
});
const outcome = (status: CallOutcome["status"] = "success"): CallOutcome => ({
  status,
  result: null,
  exception: null,
  completedAt: now,
});

function paused(pid = 0) {
  const { call, pause } = manager.startCall(start(pid));
  if (!pause) throw new Error("it did not pause");
  return { call, pause };
}
const after = (seconds: number) => {
  now += seconds;
  manager.sweep();
};
const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "no refusal";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

describe("is the debuggee still there?", () => {
  test("one that has never polled is given up after a long silence", () => {
    const { pause } = paused();
    after(74);
    expect(pause.state).toBe("waiting");
    after(2);
    expect(manager.paused()).toEqual([]);
    expect(told).toEqual(["+pause-1", "-pause-1 abandoned"]);
  });

  test("every contact begins the silence anew", () => {
    const { pause } = paused();
    for (let round = 0; round < 5; round++) {
      after(70);
      manager.contact(pause.id);
    }
    expect(manager.paused()).toEqual([pause]);
  });

  test("while a poll is held, nothing is silence", () => {
    const { pause } = paused();
    const release = manager.holdPoll(pause.id, () => {});
    after(100_000);
    expect(manager.paused()).toEqual([pause]);
    release(false);
    after(70);
    expect(manager.paused()).toEqual([pause]);
    after(10);
    expect(manager.paused()).toEqual([]);
  });

  test("a broken connection and no other after it: seconds", () => {
    const { pause } = paused();
    manager.holdPoll(pause.id, () => {})(true);
    after(2.5);
    expect(manager.paused()).toHaveLength(1);
    after(1);
    expect(manager.paused()).toEqual([]);
  });

  test("one that polls again after its connection broke has all the time", () => {
    const { pause } = paused();
    manager.holdPoll(pause.id, () => {})(true);
    manager.holdPoll(pause.id, () => {})(false);
    after(70);
    expect(manager.paused()).toEqual([pause]);
  });

  test("a process that was seen alive and died: at once", () => {
    alive.add(77);
    const { pause } = paused(77);
    after(60);
    expect(manager.paused()).toEqual([pause]);
    alive.delete(77);
    after(0.5);
    expect(manager.paused()).toEqual([]);
  });

  test("a process that lives keeps its pause after its connection broke, but not for ever", () => {
    alive.add(77);
    const { pause } = paused(77);
    manager.holdPoll(pause.id, () => {})(true);
    after(30);
    expect(manager.paused()).toEqual([pause]);
    after(60);
    expect(manager.paused()).toEqual([]);
  });

  test("a pid that means nothing here proves nothing", () => {
    const { pause } = paused(4242);
    after(60);
    expect(manager.paused()).toEqual([pause]);
  });

  test("one that evaluates is silent for as long as that takes, unless it is dead", () => {
    alive.add(77);
    const { call, pause } = paused(77);
    const session = manager.repl.start(pause.id, call, now);
    const result = manager.repl
      .evaluate(session, { id: "e1", expr: "slow()", now, by: SCRIPT })
      .catch((error: Refusal) => error.code);
    manager.repl.take(pause.id);
    after(1_000);
    expect(manager.paused()).toEqual([pause]);
    alive.delete(77);
    after(1);
    expect(manager.paused()).toEqual([]);
    return expect(result).resolves.toBe("session_closed");
  });

  test("one that was given up comes back when it asks", () => {
    const { pause } = paused();
    after(80);
    expect(manager.paused()).toEqual([]);
    manager.contact(pause.id);
    expect(manager.paused()).toEqual([pause]);
    manager.release(pause.id, { action: "continue" });
    expect(manager.contact(pause.id).action).toEqual({ action: "continue" });
    expect(told).toEqual(["+pause-1", "-pause-1 abandoned", "+pause-1", "-pause-1 resumed"]);
  });

  test("one that never comes back is forgotten, and its call recorded as abandoned", () => {
    const { pause } = paused();
    after(80);
    after(601);
    expect(codeOf(() => manager.contact(pause.id))).toBe("pause_not_found");
    expect(told).toEqual(["+pause-1", "-pause-1 abandoned", "ended abandoned"]);
  });
});

describe("decisions", () => {
  test("stay to be asked for again until the call ends", () => {
    const { call, pause } = paused();
    manager.release(pause.id, { action: "skip", fake_result: 1 });
    for (let round = 0; round < 3; round++) expect(manager.contact(pause.id).action?.action).toBe("skip");
    after(100);
    expect(manager.contact(pause.id).action?.action).toBe("skip");
    manager.completeCall(call.id, outcome());
    expect(codeOf(() => manager.contact(pause.id))).toBe("pause_not_found");
    expect(codeOf(() => manager.requireWaiting(pause.id))).toBe("pause_already_resumed");
  });

  test("that nobody comes for are forgotten after ten minutes", () => {
    const { pause } = paused();
    manager.release(pause.id, { action: "continue" });
    after(599);
    expect(manager.requirePause(pause.id)).toBe(pause);
    after(2);
    expect(codeOf(() => manager.requirePause(pause.id))).toBe("pause_not_found");
    expect(told.at(-1)).toBe("ended abandoned");
  });

  test("wake every poll that waits, once", () => {
    const { pause } = paused();
    const woken: string[] = [];
    const first = manager.holdPoll(pause.id, () => woken.push("a"));
    manager.holdPoll(pause.id, () => woken.push("b"));
    first(false);
    manager.release(pause.id, { action: "continue" });
    expect(woken).toEqual(["b"]);
  });

  test("a second one is refused", () => {
    const { pause } = paused();
    manager.release(pause.id, { action: "continue" });
    expect(
      codeOf(() =>
        manager.release(pause.id, { action: "raise", exception_type: "E", exception_message: "" }),
      ),
    ).toBe("pause_already_resumed");
    expect(codeOf(() => manager.release("nobody", { action: "continue" }))).toBe("pause_not_found");
  });
});

describe("completion", () => {
  test("counts once, however often it is reported", () => {
    manager.setBehavior("fn", "go");
    manager.setAfterBehavior("fn", "stop");
    const { call } = manager.startCall(start());
    const first = manager.completeCall(call.id, outcome());
    const second = manager.completeCall(call.id, outcome("exception"));
    expect(second?.pause).toBe(first?.pause ?? null);
    expect(second?.call).toBeNull();
    expect(manager.paused()).toHaveLength(1);
    expect(told.filter((line) => line.startsWith("ended"))).toEqual(["ended success"]);
  });

  test("of an unknown call is nothing", () => {
    expect(manager.completeCall("1.000000-999", outcome())).toBeNull();
  });

  test("without a release ends the pause", () => {
    const { call } = paused();
    manager.completeCall(call.id, outcome("exception"));
    expect(told).toEqual(["+pause-1", "-pause-1 abandoned", "ended exception"]);
    expect(manager.paused()).toEqual([]);
  });
});

describe("what is kept is bounded", () => {
  test("a million calls that end, and those that never do", () => {
    manager.removeBreakpoint("fn");
    const first = manager.startCall(start()).call.id;
    for (let index = 0; index < 100_000; index++) manager.startCall(start());
    // The oldest of more than 100,000 open calls is forgotten; the rest is known.
    expect(manager.completeCall(first, outcome())).toBeNull();
    const last = manager.startCall(start()).call.id;
    expect(manager.completeCall(last, outcome())).not.toBeNull();
  });

  test("REPL sessions, but never one that is open at a pause", () => {
    const { call, pause } = paused();
    for (let index = 0; index < 1_500; index++) {
      const session = manager.repl.start(pause.id, call, now);
      if (index < 1_499) manager.repl.close(session, now);
    }
    expect(manager.repl.list()).toHaveLength(1_000);
    expect(manager.repl.activeIds(pause.id)).toHaveLength(1);
    expect(new Set(manager.repl.list().map(({ session_id }) => session_id)).size).toBe(1_000);
  });
});

test("when the server stops, polls look again and evaluations fail", () => {
  const { call, pause } = paused();
  let woken = 0;
  manager.holdPoll(pause.id, () => (woken += 1));
  const session = manager.repl.start(pause.id, call, now);
  const result = manager.repl
    .evaluate(session, { id: "e1", expr: "1", now, by: SCRIPT })
    .catch((error: Refusal) => error.code);
  manager.stop();
  expect(woken).toBe(1);
  return expect(result).resolves.toBe("server_stopping");
});
