import { describe, expect, test } from "bun:test";
import type { LiveChange } from "../../../src/protocol/live.ts";
import { emptyDraft, withEdit } from "../../../web/src/state/drafts.ts";
import { type Change, type State, shownPause } from "../../../web/src/state/model.ts";
import { reduce } from "../../../web/src/state/reducer.ts";
import { loaded, pausedCall, snapshot } from "./fixtures.ts";

const [a, b, c] = [pausedCall("a", 1), pausedCall("b", 2), pausedCall("c", 3)];

const run = (state: State, ...changes: Change[]): State => changes.reduce(reduce, state);
const live = (change: LiveChange): Change => ({ type: "live", event: { ...change, seq: 1, at: 1 } });
const added = (pause: typeof a): Change => live({ type: "pause_added", pause });
const removed = (pause_id: string, reason: "resumed" | "abandoned" = "resumed"): Change =>
  live({ type: "pause_removed", pause_id, reason, action: "continue" });
const typed = (id: string): Change => ({ type: "draft", id, draft: withEdit(emptyDraft, "a0", "1") });
const ids = (state: State) => state.pauses.map(({ id }) => id);

describe("selection", () => {
  test("the first pause is selected, later ones change nothing", () => {
    const state = run(loaded(), added(b), added(c), added(a));
    expect(state.selectedId).toBe("b");
    expect(ids(state)).toEqual(["a", "b", "c"]);
  });

  test("after a release of ours the next one is selected, at the end the one before", () => {
    const state = run(loaded(a, b, c), { type: "select", id: "b" }, { type: "released", id: "b" });
    expect([state.selectedId, ids(state)]).toEqual(["c", ["a", "c"]]);
    expect(run(state, { type: "released", id: "c" }).selectedId).toBe("a");
    expect(run(state, { type: "released", id: "c" }, { type: "released", id: "a" }).selectedId).toBeNull();
  });

  test("our release announced before it is answered is not somebody else's", () => {
    const announced = run(loaded(a, b), { type: "release_started", ids: ["a"] }, removed("a"));
    expect(announced.ended?.how).toBe("releasing");
    expect(shownPause(announced)).toBe(a);
    const state = run(announced, { type: "released", id: "a" });
    expect([state.selectedId, state.ended, state.busy.size]).toEqual(["b", null, 0]);
  });

  test("releasing what is not selected leaves the selection", () => {
    expect(run(loaded(a, b), { type: "released", id: "b" }).selectedId).toBe("a");
  });
});

describe("taken by someone else", () => {
  test("the call stays on screen and says so", () => {
    const state = run(loaded(a, b), removed("a"));
    expect([state.selectedId, state.ended?.how, ids(state)]).toEqual(["a", "taken", ["b"]]);
    expect(shownPause(state)).toBe(a);
    expect(run(state, { type: "dismiss_ended" }).selectedId).toBe("b");
  });

  test("a new pause takes its place only when nothing was typed", () => {
    expect(run(loaded(a), removed("a"), added(b)).selectedId).toBe("b");
    const kept = run(loaded(a), typed("a"), removed("a"), added(b));
    expect([kept.selectedId, kept.drafts.has("a")]).toEqual(["a", true]);
    const closed = run(kept, { type: "dismiss_ended" });
    expect([closed.selectedId, closed.drafts.has("a")]).toEqual(["b", false]);
  });

  test("a program that went away is told apart", () => {
    expect(run(loaded(a), removed("a", "abandoned")).ended?.how).toBe("abandoned");
  });

  test("a refusal that says gone ends it, any other keeps it and is shown", () => {
    const failed = (isGone: boolean): Change => ({ type: "release_failed", id: "a", message: "no", isGone });
    const refused = run(loaded(a), { type: "release_started", ids: ["a"] }, failed(false));
    expect([ids(refused), refused.notices.get("a"), refused.busy.size]).toEqual([["a"], "no", 0]);
    expect(run(loaded(a), failed(true)).ended?.how).toBe("taken");
    const raced = run(loaded(a), { type: "release_started", ids: ["a"] }, removed("a"), failed(true));
    expect(raced.ended?.how).toBe("taken");
  });
});

describe("snapshots", () => {
  test("keep selection and drafts; what is gone stays on screen while something was typed", () => {
    const again = (...paused: (typeof a)[]): Change => ({
      type: "snapshot",
      snapshot: snapshot(paused),
      version: "2",
    });
    expect(run(loaded(a, b), { type: "select", id: "b" }, again(a, b, c)).selectedId).toBe("b");
    const kept = run(loaded(a), typed("a"), again(b));
    expect([kept.selectedId, kept.ended?.how, kept.drafts.has("a")]).toEqual(["a", "gone", true]);
    expect(run(loaded(a), again(b)).selectedId).toBe("b");
    expect(run(loaded(a), again()).ended?.how).toBe("gone");
  });

  test("an event applied twice is applied once", () => {
    const once = run(loaded(), added(a), added(b), removed("a"));
    const twice = run(loaded(), added(a), added(a), added(b), removed("a"), removed("a"));
    expect(twice).toEqual(once);
  });

  test("breakpoints are read whatever they are called", () => {
    const records = JSON.parse('{"__proto__": "stop", "f": "go"}');
    const state = run(loaded(), {
      type: "snapshot",
      version: "1",
      snapshot: snapshot([], {
        breakpoints: {
          breakpoints: ["f", "__proto__", "constructor"],
          breakpoint_behaviors: records,
          breakpoint_after_behaviors: {},
          breakpoint_replacements: {},
        },
      }),
    });
    expect(
      state.breakpoints.map(({ name, behavior, after, replacement }) => [name, behavior, after, replacement]),
    ).toEqual([
      ["__proto__", "stop", "yield", null],
      ["constructor", "yield", "yield", null],
      ["f", "go", "yield", null],
    ]);
  });
});

test("breakpoints, functions and the global behavior follow events", () => {
  const set = (behavior: "stop" | "go"): Change =>
    live({
      type: "breakpoint_set",
      function_name: "f",
      behavior,
      after_behavior: "yield",
      replacement: null,
    });
  const register = live({ type: "function_registered", function_name: "g" });
  const state = run(
    loaded(),
    set("stop"),
    set("go"),
    register,
    register,
    live({ type: "global_behavior", behavior: "go" }),
  );
  expect(state.breakpoints.map(({ name, behavior }) => [name, behavior])).toEqual([["f", "go"]]);
  expect([state.functions, state.globalBehavior]).toEqual([["g"], "go"]);
  expect(run(state, live({ type: "breakpoint_removed", function_name: "f" })).breakpoints).toEqual([]);
  const noise = live({ type: "calls_recorded", newest: 1, count: 1 });
  expect(run(state, noise)).toBe(state);
});

test("an empty draft is no draft", () => {
  const state = run(loaded(a), typed("a"), { type: "draft", id: "a", draft: emptyDraft });
  expect(state.drafts.size).toBe(0);
});
