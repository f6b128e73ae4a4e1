/** What the page knows, and every change to it. Plain data: the reducer is a pure function over these. */
import type {
  AfterBehavior,
  Behavior,
  BreakpointList,
  FunctionList,
  GlobalBehavior,
} from "../../../src/protocol/breakpoints.ts";
import type { Flow } from "../../../src/protocol/flow.ts";
import type { LiveEvent } from "../../../src/protocol/live.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { ProcessView } from "../../../src/protocol/processes.ts";
import type { Rule } from "../../../src/protocol/rules.ts";
import type { Draft } from "./drafts.ts";
import type { LogLine } from "./log.ts";

export interface Breakpoint {
  readonly name: string;
  readonly behavior: Behavior;
  readonly after: AfterBehavior;
  readonly replacement: string | null;
}

export interface Connection {
  readonly status: "connecting" | "live" | "gone";
  /** When the next attempt is made, ms since the epoch; 0 while live. */
  readonly retryAt: number;
  readonly version: string;
}

/** A selected call that no longer waits: it stays on screen so that nothing half-typed vanishes. */
export interface Ended {
  readonly pause: PausedCall;
  /** Where it stood in the queue: what follows it is selected next. */
  readonly index: number;
  readonly how: "releasing" | "taken" | "abandoned" | "gone";
  readonly action: string | null;
}

export interface State {
  readonly connection: Connection;
  /** Whether a snapshot has ever arrived. */
  readonly loaded: boolean;
  /** Oldest first, so that a new one never moves the others. */
  readonly pauses: readonly PausedCall[];
  readonly selectedId: string | null;
  /** A recorded call that is looked at instead of a paused one: its number or its `call_id`. */
  readonly callId: string | null;
  /** The next pause opens by itself, unless one is held: not while a person looks at a recorded call, or closed it. */
  readonly follows: boolean;
  readonly ended: Ended | null;
  readonly breakpoints: readonly Breakpoint[];
  readonly functions: readonly string[];
  readonly globalBehavior: GlobalBehavior | null;
  readonly rules: readonly Rule[];
  /** Null until the server has said. */
  readonly flow: Flow | null;
  readonly processes: readonly ProcessView[];
  /** What happened while the page looked, oldest first, bounded. */
  readonly log: readonly LogLine[];
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Pauses whose release is on its way. */
  readonly busy: ReadonlySet<string>;
  /** What the server answered to the last attempt, by pause. */
  readonly notices: ReadonlyMap<string, string>;
  /** What went wrong with breakpoints or the global behavior. */
  readonly problem: string | null;
}

export interface Snapshot {
  readonly paused: readonly PausedCall[];
  readonly breakpoints: BreakpointList;
  readonly functions: FunctionList;
  readonly behavior: GlobalBehavior;
  readonly rules?: readonly Rule[];
  readonly flow?: Flow;
  readonly processes?: readonly ProcessView[];
}

export type Change =
  | { type: "status"; status: "live" | "gone"; retryAt: number }
  | { type: "snapshot"; snapshot: Snapshot; version: string }
  | { type: "live"; event: LiveEvent }
  | { type: "pause_loaded"; pause: PausedCall }
  | { type: "select"; id: string }
  /** A call by its number or `call_id`; one that waits is selected as such. */
  | { type: "select_call"; id: string }
  | { type: "close_selection" }
  | { type: "flow"; flow: Flow }
  | { type: "draft"; id: string; draft: Draft | null }
  | { type: "release_started"; ids: readonly string[] }
  | { type: "released"; id: string }
  | { type: "release_failed"; id: string; message: string; isGone: boolean }
  | { type: "dismiss_ended" }
  | { type: "problem"; message: string | null };

export const initialState: State = {
  connection: { status: "connecting", retryAt: 0, version: "" },
  loaded: false,
  pauses: [],
  selectedId: null,
  callId: null,
  follows: true,
  ended: null,
  breakpoints: [],
  functions: [],
  globalBehavior: null,
  rules: [],
  flow: null,
  processes: [],
  log: [],
  drafts: new Map(),
  busy: new Set(),
  notices: new Map(),
  problem: null,
};

/** The call that the detail shows, waiting or ended. */
export function shownPause(state: State): PausedCall | null {
  if (state.selectedId === null) return null;
  const waiting = state.pauses.find((pause) => pause.id === state.selectedId);
  return waiting ?? (state.ended?.pause.id === state.selectedId ? state.ended.pause : null);
}

/** What the right side shows: a call that waits (or just ended there), or a recorded one. */
export type Selection =
  | { readonly kind: "pause"; readonly pause: PausedCall }
  /** `id` is a number of a call or its `call_id`; the API takes either. */
  | { readonly kind: "call"; readonly id: string };
