/** Every change to what the page knows. Pure; applying an event twice is the same as once. */
import type { BreakpointList } from "../../../src/protocol/breakpoints.ts";
import type { LiveEvent } from "../../../src/protocol/live.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { isEmptyDraft, isTouched } from "./drafts.ts";
import { logged } from "./log.ts";
import type { Breakpoint, Change, Ended, Snapshot, State } from "./model.ts";

export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case "status":
      return {
        ...state,
        connection: { ...state.connection, status: change.status, retryAt: change.retryAt },
      };
    case "snapshot":
      return applySnapshot(state, change.snapshot, change.version);
    case "live":
      return logged(applyEvent(state, change.event), state, change.event);
    case "pause_loaded":
      return {
        ...state,
        pauses: state.pauses.map((pause) => (pause.id === change.pause.id ? change.pause : pause)),
      };
    case "select":
      return state.selectedId === change.id
        ? state
        : { ...state, selectedId: change.id, callId: null, follows: true, ended: null };
    case "select_call":
      return selectCall(state, change.id);
    case "close_selection":
      return { ...state, selectedId: null, callId: null, follows: false, ended: null };
    case "flow":
      return { ...state, flow: change.flow };
    case "draft":
      return setDraft(state, change);
    case "release_started":
      return {
        ...state,
        busy: new Set([...state.busy, ...change.ids]),
        notices: without(state.notices, ...change.ids),
      };
    case "released":
      return released(state, change.id);
    case "release_failed":
      return releaseFailed(state, change);
    case "dismiss_ended":
      return state.ended
        ? selectNext({ ...state, drafts: without(state.drafts, state.ended.pause.id) })
        : state;
    case "problem":
      return state.problem === change.message ? state : { ...state, problem: change.message };
  }
}

function applySnapshot(state: State, snapshot: Snapshot, version: string): State {
  const pauses = [...snapshot.paused].sort((a, b) => a.paused_at - b.paused_at);
  const next: State = {
    ...state,
    connection: { ...state.connection, version },
    loaded: true,
    pauses,
    breakpoints: breakpointsOf(snapshot.breakpoints),
    functions: [...snapshot.functions.functions].sort(byName),
    globalBehavior: snapshot.behavior,
    rules: snapshot.rules ?? [],
    flow: snapshot.flow ?? null,
    processes: snapshot.processes ?? [],
  };
  const { selectedId, callId } = state;
  if (callId !== null) {
    const again = selectCall({ ...next, callId: null }, callId);
    return selectIfFree({ ...again, follows: state.follows || again.selectedId !== null });
  }
  if (selectedId === null || pauses.some((pause) => pause.id === selectedId)) {
    return selectIfFree({ ...next, ended: null });
  }
  const index = state.pauses.findIndex((pause) => pause.id === selectedId);
  const pause = state.pauses[index];
  return selectIfFree(pause ? { ...next, ended: { pause, index, how: "gone", action: null } } : next);
}

function applyEvent(state: State, event: LiveEvent): State {
  switch (event.type) {
    case "pause_added":
      return pauseAdded(state, event.pause);
    case "pause_changed": {
      const { pause } = event;
      return { ...state, pauses: state.pauses.map((known) => (known.id === pause.id ? pause : known)) };
    }
    case "pause_removed":
      return pauseRemoved(
        state,
        event.pause_id,
        event.reason === "abandoned" ? "abandoned" : "taken",
        event.action,
      );
    case "breakpoint_set": {
      const { function_name: name, behavior, after_behavior: after, replacement } = event;
      return withBreakpoint(state, { name, behavior, after, replacement });
    }
    case "breakpoint_removed":
      return { ...state, breakpoints: state.breakpoints.filter(({ name }) => name !== event.function_name) };
    case "global_behavior":
      return { ...state, globalBehavior: event.behavior };
    case "function_registered": {
      if (state.functions.includes(event.function_name)) return state;
      return { ...state, functions: [...state.functions, event.function_name].sort(byName) };
    }
    case "rule_set":
      return { ...state, rules: upsert(state.rules, event.rule, (rule) => rule.id) };
    case "rule_removed":
      return { ...state, rules: state.rules.filter(({ id }) => id !== event.id) };
    case "flow":
      return { ...state, flow: event.flow };
    case "process_connected":
      return {
        ...state,
        processes: upsert(state.processes, event.process, (process) => process.process_key),
      };
    case "process_gone":
      return {
        ...state,
        processes: state.processes.filter(({ process_key }) => process_key !== event.process_key),
      };
    default:
      return state;
  }
}

/** Takes the place of the one with the same key, or comes last. */
function upsert<T>(list: readonly T[], item: T, keyOf: (item: T) => string): readonly T[] {
  const key = keyOf(item);
  if (!list.some((each) => keyOf(each) === key)) return [...list, item];
  return list.map((each) => (keyOf(each) === key ? item : each));
}

function selectCall(state: State, id: string): State {
  if (state.callId === id) return state;
  const pause = state.pauses.find((each) => each.call_data.call_id === id);
  if (pause?.id === state.selectedId && pause) return state;
  return {
    ...state,
    selectedId: pause?.id ?? null,
    callId: pause ? null : id,
    follows: pause !== undefined,
    ended: null,
  };
}

function pauseAdded(state: State, pause: PausedCall): State {
  const others = state.pauses.filter(({ id }) => id !== pause.id);
  const later = others.findIndex((other) => other.paused_at > pause.paused_at);
  const at = later === -1 ? others.length : later;
  const next = { ...state, pauses: [...others.slice(0, at), pause, ...others.slice(at)] };
  // The very call that is looked at pauses, perhaps again: it is shown with what can be done about it.
  if (state.callId === pause.call_data.call_id)
    return { ...next, callId: null, selectedId: pause.id, follows: true };
  return selectIfFree(next);
}

/** A selection is given up only when what it shows has ended and nothing was typed there. */
function selectIfFree(state: State): State {
  const isHeld =
    !state.follows || (state.selectedId !== null && !(state.ended && isSpent(state, state.ended)));
  const first = state.pauses[0];
  return isHeld || !first ? state : { ...state, selectedId: first.id, callId: null, ended: null };
}

const isSpent = (state: State, ended: Ended) =>
  ended.how !== "releasing" && !isTouched(state.drafts.get(ended.pause.id));

function pauseRemoved(state: State, id: string, how: Ended["how"], action: string | null): State {
  const index = state.pauses.findIndex((pause) => pause.id === id);
  const pause = state.pauses[index];
  if (!pause) return state;
  const next = { ...state, pauses: state.pauses.filter((other) => other !== pause) };
  if (state.selectedId !== id) return next;
  // Our own release is often announced before it is answered: whether it was ours is known then.
  return { ...next, ended: { pause, index, how: state.busy.has(id) ? "releasing" : how, action } };
}

function released(state: State, id: string): State {
  const index = state.pauses.findIndex((pause) => pause.id === id);
  const pause = state.pauses[index];
  const next: State = {
    ...state,
    pauses: pause ? state.pauses.filter((other) => other !== pause) : state.pauses,
    drafts: without(state.drafts, id),
    busy: withoutMember(state.busy, id),
    notices: without(state.notices, id),
  };
  if (state.selectedId !== id) return next;
  return selectNext(pause ? { ...next, ended: { pause, index, how: "releasing", action: null } } : next);
}

function releaseFailed(state: State, change: { id: string; message: string; isGone: boolean }): State {
  const next: State = {
    ...state,
    busy: withoutMember(state.busy, change.id),
    notices: new Map(state.notices).set(change.id, change.message),
  };
  if (!change.isGone) return next;
  if (next.ended?.pause.id === change.id) return { ...next, ended: { ...next.ended, how: "taken" } };
  return pauseRemoved(next, change.id, "taken", null);
}

/** The one that followed the ended call, else the one before it, else what became of the ended call. */
function selectNext(state: State): State {
  const at = Math.min(state.ended?.index ?? 0, state.pauses.length - 1);
  const next = state.pauses[at]?.id ?? null;
  const callId = next === null ? (state.ended?.pause.call_data.call_id ?? null) : null;
  return { ...state, selectedId: next, callId, ended: null };
}

function setDraft(state: State, { id, draft }: Extract<Change, { type: "draft" }>): State {
  if (draft === null || isEmptyDraft(draft)) {
    return state.drafts.has(id) ? { ...state, drafts: without(state.drafts, id) } : state;
  }
  return { ...state, drafts: new Map(without(state.drafts, id)).set(id, draft) };
}

function breakpointsOf(list: BreakpointList): Breakpoint[] {
  const read = <T>(record: Readonly<Record<string, T>>, name: string): T | null =>
    Object.hasOwn(record, name) ? (record[name] ?? null) : null;
  return list.breakpoints
    .map((name) => ({
      name,
      behavior: read(list.breakpoint_behaviors, name) ?? ("yield" as const),
      after: read(list.breakpoint_after_behaviors, name) ?? ("yield" as const),
      replacement: read(list.breakpoint_replacements, name),
    }))
    .sort((a, b) => byName(a.name, b.name));
}

function withBreakpoint(state: State, breakpoint: Breakpoint): State {
  const others = state.breakpoints.filter(({ name }) => name !== breakpoint.name);
  return { ...state, breakpoints: [...others, breakpoint].sort((a, b) => byName(a.name, b.name)) };
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function without<V>(map: ReadonlyMap<string, V>, ...keys: readonly string[]): ReadonlyMap<string, V> {
  if (!keys.some((key) => map.has(key))) return map;
  return new Map([...map].filter(([key]) => !keys.includes(key)));
}

function withoutMember(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  return set.has(member) ? new Set([...set].filter((other) => other !== member)) : set;
}
