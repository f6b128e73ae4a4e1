/**
 * The engine against what must always hold, in random orders of everything that can happen to it: no call is lost,
 * released twice, or left waiting on nobody.
 */
import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { EngineAction } from "../../../src/protocol/actions.ts";
import type { NameSet } from "../../../src/protocol/debuggee-frames.ts";
import type { RuleRequest } from "../../../src/protocol/rules.ts";
import { loadLibraries } from "../../../src/server/conditions/index.ts";
import { type Call, type CallOutcome, processKey } from "../../../src/server/engine/calls.ts";
import { BreakpointManager } from "../../../src/server/engine/manager.ts";
import type { Pause } from "../../../src/server/engine/pauses.ts";
import { Refusal } from "../../../src/server/engine/refusal.ts";
import { globMatcher } from "../../../src/server/engine/rules/names.ts";

beforeAll(loadLibraries);

const FUNCTIONS = ["f", "g", "shop.pay"] as const;
const FEATURES = ["pause_after", "change_outcome", "call_again", "mutation"] as const;
const index = fc.nat(1_000);

/** Something that happens. `nth` picks one of what is there. */
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("start" as const),
      process: fc.nat(2),
      name: fc.constantFrom(...FUNCTIONS),
      isLive: fc.boolean(),
      wasPaused: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("complete" as const),
      nth: index,
      threw: fc.boolean(),
      mutated: fc.boolean(),
      canPause: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("completeAgain" as const), nth: index }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("release" as const),
      nth: index,
      action: fc.constantFrom("continue", "skip", "raise", "modify", "call_again"),
      pauseAfter: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("releaseOld" as const), nth: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("poll" as const), nth: index, broken: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), process: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abandon" as const), nth: index }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(0.1, 1, 5, 80, 700) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("breakpoint" as const),
      name: fc.constantFrom(...FUNCTIONS),
      before: fc.constantFrom("stop", "go", "yield"),
      after: fc.constantFrom("stop", "go", "yield", "exception"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("unbreak" as const), name: fc.constantFrom(...FUNCTIONS) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("rule" as const),
      id: fc.constantFrom("a", "b", "c"),
      match: fc.constantFrom(["f", "name"], ["*", "glob"], ["shop.*", "glob"], ["^g$", "regex"]),
      when: fc.constantFrom("before", "after", "exception", "result", "mutation", "any"),
      action: fc.constantFrom("pause", "pause", "delay", "log", "skip", "rewrite", "raise"),
      condition: fc.constantFrom(null, "hits % 2 == 1", "args[7] == 1"),
      limit: fc.constantFrom(
        {},
        { one_shot: true },
        { ignore_after: 2 },
        { expires_in: 3 },
        { enabled: false },
        { max_per_second: 1 },
      ),
      process: fc.constantFrom(null, 0, 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("unrule" as const), id: fc.constantFrom("a", "b", "c") }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("flow" as const),
      change: fc.constantFrom(
        "mute",
        "unmute",
        "mute0",
        "unmute0",
        "pauseAll",
        "pauseNone",
        "next",
        "next1",
        "noNext",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("resumeAll" as const),
      name: fc.constantFrom(null, ...FUNCTIONS),
    }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

class World {
  now = 1_000;
  readonly alive = new Set([100, 101, 102]);
  readonly manager: BreakpointManager;
  readonly calls: Call[] = [];
  readonly pauses = new Map<string, Pause>();
  readonly running = new Set<string>();
  readonly ended = new Map<string, number>();
  readonly decided = new Map<string, number>();
  readonly listed = new Set<string>();
  readonly delayed = new Set<string>();
  #pauseId = 0;

  constructor() {
    this.manager = new BreakpointManager({
      clock: () => this.now,
      isAlive: (pid) => this.alive.has(pid),
      newId: () => `p${++this.#pauseId}`,
    });
    this.manager.readValuesFrom({
      read: () => 1,
      build: (_, request): EngineAction =>
        request.action === "raise"
          ? { action: "raise", exception_type: "E", exception_message: "" }
          : { action: "skip", fake_result: null },
    });
    const add = (set: Set<string>) => (pause: Pause) => {
      if (set.has(pause.id)) throw new Error(`${pause.id} is added twice`);
      set.add(pause.id);
      this.pauses.set(pause.id, pause);
    };
    const remove = (set: Set<string>) => (pause: Pause) => {
      if (!set.delete(pause.id)) throw new Error(`${pause.id} is removed twice`);
    };
    this.manager.listen({
      pauseAdded: add(this.listed),
      pauseRemoved: remove(this.listed),
      delayAdded: add(this.delayed),
      delayRemoved: remove(this.delayed),
      callDecided: ({ id }) => void this.decided.set(id, (this.decided.get(id) ?? 0) + 1),
      callEnded: ({ id }) => {
        this.running.delete(id);
        this.ended.set(id, (this.ended.get(id) ?? 0) + 1);
      },
      callChanged: ({ id }, { status }) => {
        if (status === "abandoned") this.running.delete(id);
        if (!this.ended.has(id)) throw new Error(`${id} changes before it ended`);
      },
    });
  }

  process = (nth: number) => ({ pid: 100 + nth, startTime: nth, pageUrl: null });

  /** Those whose end can still be reported. */
  open(): Call[] {
    return this.calls.filter(({ id }) => this.running.has(id));
  }

  start(process: number, name: string, isLive: boolean, wasPaused: boolean): void {
    const origin = { process: this.process(process), program: null };
    const policy = this.manager.policyFor(origin);
    const { call, pause, action } = this.manager.startCall({
      methodName: name,
      target: null,
      args: [],
      kwargs: new Map(),
      callSite: {},
      callType: "proxy",
      signature: null,
      preferredFormat: "json",
      parentCallId: null,
      wasPaused,
      process: origin.process,
      ...(isLive ? { client: { id: `c${process}`, program: null, features: FEATURES } } : {}),
    });
    this.calls.push(call);
    this.running.add(call.id);
    expect(pause && action).toBeNull();
    // Whatever is done about a call, its program knew that it had to ask.
    if ((pause || action) && !wasPaused) expect(covers(policy.before, name)).toBe(true);
  }

  complete(call: Call, threw: boolean, mutated: boolean, canPause: boolean): void {
    const policy = this.manager.policyFor({ process: call.process, program: null });
    const wanted = call.pauseAfter ?? false;
    const answer = this.manager.completeCall(call.id, outcomeOf(threw, mutated), { canPause });
    this.running.delete(call.id);
    expect(answer?.call).toBe(call);
    if (!answer || (!answer.pause && !answer.action)) {
      expect(wanted && canPause).toBe(false);
      return;
    }
    expect(canPause).toBe(true);
    if (answer.pause?.cause === "pause_after") return;
    const sets = [
      policy.after,
      ...(threw ? [policy.after_exception] : []),
      ...(mutated ? [policy.mutation] : []),
    ];
    expect(sets.some((set) => covers(set, call.methodName))).toBe(true);
  }

  release(pause: Pause, kind: string, pauseAfter: boolean): void {
    const before = this.decided.get(pause.call.id) ?? 0;
    const action = actionOf(kind);
    const isOpen = pause.state === "waiting" || pause.state === "abandoned";
    try {
      this.manager.release(pause.id, action, { pauseAfter, by: { kind: "person" } });
      if (kind === "call_again") this.running.add(pause.call.id);
      expect(isOpen).toBe(true);
      expect(pause.action).toBe(action);
      expect(this.decided.get(pause.call.id)).toBe(before + 1);
      expect(pause.call.decisions?.at(-1)).toMatchObject({
        action: kind,
        decided_by: { kind: "person" },
        pause_id: pause.id,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(this.decided.get(pause.call.id) ?? 0).toBe(before);
      if (error.code === "action_not_supported") expect(isOpen).toBe(true);
      else expect(pause.state).not.toBe("waiting");
    }
  }

  /** What must hold whatever has happened. */
  check(): void {
    const { manager } = this;
    expect(new Set(manager.paused().map(({ id }) => id))).toEqual(this.listed);
    expect(new Set(manager.delayed().map(({ id }) => id))).toEqual(this.delayed);
    for (const [id, times] of this.ended) if (times !== 1) throw new Error(`${id} ended ${times} times`);
    const waiting = [...manager.paused(), ...manager.delayed()];
    const perCall = new Map<string, number>();
    for (const pause of waiting) {
      perCall.set(pause.call.id, (perCall.get(pause.call.id) ?? 0) + 1);
      expect(pause.action).toBeNull();
      // Somebody waits before a call that has not ended, or after one that has.
      if (pause.when === "before") expect(this.ended.has(pause.call.id)).toBe(false);
      else expect(this.ended.has(pause.call.id)).toBe(true);
    }
    for (const [id, times] of perCall) if (times !== 1) throw new Error(`${id} waits ${times} times`);
    for (const { rule, call } of manager.delayed()) {
      expect(manager.flow().muted).toBe(false);
      expect(manager.flow().muted_processes).not.toContain(processKey(call.process));
      expect(manager.rules.get(rule ?? "")?.settings).toMatchObject({
        enabled: true,
        action: { type: "delay" },
      });
    }
    expect(manager.flow().delayed_count).toBe(this.delayed.size);
  }

  /** Everybody comes back, is released and ends. */
  conclude(): void {
    this.manager.changeFlow({ mute: true });
    this.manager.tick();
    expect(this.manager.delayed()).toEqual([]);
    for (const pause of this.manager.paused()) this.manager.release(pause.id, { action: "continue" });
    for (const call of this.open())
      this.manager.completeCall(call.id, outcomeOf(false, false), { canPause: false });
    expect(this.manager.paused()).toEqual([]);
    for (const { id } of this.calls) expect(this.ended.get(id)).toBe(1);
    this.check();
  }
}

function covers(set: NameSet, name: string): boolean {
  return (
    set.all ||
    set.names.includes(name) ||
    set.globs.some((glob) => globMatcher(glob)(name)) ||
    set.regexes.some((regex) => new RegExp(regex).test(name))
  );
}

const outcomeOf = (threw: boolean, mutated: boolean): CallOutcome => ({
  status: threw ? "exception" : "success",
  result: null,
  exception: threw ? { type: "E", message: "", traceback: null, item: null } : null,
  completedAt: 1,
  ...(mutated ? { mutated: [{ index: 0, item: { cid: "00", format: "json", clientRef: null } }] } : {}),
});

function actionOf(kind: string): EngineAction {
  switch (kind) {
    case "skip":
      return { action: "skip", fake_result: 1 };
    case "raise":
      return { action: "raise", exception_type: "E", exception_message: "" };
    case "modify":
      return { action: "modify", modified_args: [], modified_kwargs: {} };
    case "call_again":
      return { action: "call_again" };
    default:
      return { action: "continue" };
  }
}

const pick = <T>(list: readonly T[], nth: number): T | undefined => list[nth % Math.max(1, list.length)];

/** A request that asks for nothing impossible is not refused; others are, and change nothing. */
function tolerant(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function happen(world: World, what: Happening): unknown {
  const { manager } = world;
  switch (what.do) {
    case "start":
      return world.start(what.process, what.name, what.isLive, what.wasPaused);
    case "complete": {
      const call = pick(world.open(), what.nth);
      return call && world.complete(call, what.threw, what.mutated, what.canPause);
    }
    case "completeAgain": {
      const call = pick(
        world.calls.filter(({ id }) => world.ended.has(id)),
        what.nth,
      );
      const before = world.ended.size;
      if (call && !world.open().includes(call)) manager.completeCall(call.id, outcomeOf(true, false));
      return expect(world.ended.size).toBe(before);
    }
    case "release": {
      const pause = pick([...manager.paused(), ...manager.delayed()], what.nth);
      return pause && world.release(pause, what.action, what.pauseAfter);
    }
    case "releaseOld": {
      const pause = pick(
        [...world.pauses.values()].filter(({ state }) => state !== "waiting"),
        what.nth,
      );
      return pause && world.release(pause, "continue", false);
    }
    case "poll": {
      const pause = pick([...world.pauses.values()], what.nth);
      return tolerant(() => pause && manager.holdPoll(pause.id, () => {})(what.broken));
    }
    case "die":
      world.alive.delete(100 + what.process);
      return;
    case "abandon": {
      const call = pick(world.calls, what.nth);
      return call && manager.abandonCall(call.id);
    }
    case "wait":
      world.now += what.seconds;
      manager.tick();
      for (const { until } of manager.delayed()) expect(until).toBeGreaterThan(world.now);
      return manager.sweep();
    case "breakpoint":
      manager.addBreakpoint(what.name, { behavior: what.before as "stop" });
      return manager.setAfterBehavior(what.name, what.after as "stop");
    case "unbreak":
      return tolerant(() => manager.removeBreakpoint(what.name));
    case "rule":
      return tolerant(() => void manager.rules.set(ruleOf(world, what)));
    case "unrule":
      return tolerant(() => manager.rules.remove(what.id));
    case "flow":
      return tolerant(() => changeFlow(world, what.change));
    case "resumeAll": {
      const released = manager.resumeAll({ function: what.name }, { kind: "person" });
      for (const { state } of released) expect(state).toBe("ready");
    }
  }
}

function ruleOf(world: World, what: Extract<Happening, { do: "rule" }>): RuleRequest {
  const [pattern = "", match] = what.match;
  return {
    id: what.id,
    function: pattern,
    match: match as "name",
    when: what.when as "before",
    condition: what.condition,
    scope: what.process === null ? {} : { process: processKey(world.process(what.process)) },
    action: {
      type: what.action as "pause",
      ...(what.action === "delay" ? { seconds: 2 } : {}),
      ...(what.action === "log" ? { template: "{name}" } : {}),
    },
    ...what.limit,
  };
}

function changeFlow({ manager, process }: World, change: string): void {
  const [first, second] = [processKey(process(0)), processKey(process(1))];
  const changes: Record<string, Parameters<BreakpointManager["changeFlow"]>[0]> = {
    mute: { mute: true },
    unmute: { mute: false },
    mute0: { muteProcess: first },
    unmute0: { unmuteProcess: first },
    pauseAll: { pauseAll: true },
    pauseNone: { pauseAll: false },
    next: { pauseNext: true },
    next1: { pauseNext: second },
    noNext: { pauseNext: false },
  };
  manager.changeFlow(changes[change] ?? {});
}

test("whatever happens in whatever order, no call is lost, released twice, or left waiting on nobody", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60, size: "max" }), (happenings) => {
      const world = new World();
      for (const what of happenings) {
        happen(world, what);
        world.check();
      }
      world.conclude();
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 1_500) },
  );
});
