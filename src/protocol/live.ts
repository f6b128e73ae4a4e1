/**
 * The event feed at `/api/live`: what a page shows while it changes. A socket opens, gets `hello` with the number of
 * the newest event, fetches its snapshots over HTTP, then applies every event above that number. Reconnecting with
 * `?since=<seq>` replays what was missed, or says `reset` when that is no longer held.
 */
import type { AfterBehavior, Behavior, GlobalBehavior } from "./breakpoints.ts";
import type { PausedCall } from "./pauses.ts";
import type { ProcessView } from "./processes.ts";

/** Why a pause is no longer listed. */
export type PauseEnd = "resumed" | "abandoned";

export type LiveChange =
  | { type: "pause_added"; pause: PausedCall }
  | { type: "pause_removed"; pause_id: string; reason: PauseEnd; action: string | null }
  | {
      type: "breakpoint_set";
      function_name: string;
      behavior: Behavior;
      after_behavior: AfterBehavior;
      replacement: string | null;
    }
  | { type: "breakpoint_removed"; function_name: string }
  | { type: "global_behavior"; behavior: GlobalBehavior }
  | { type: "function_registered"; function_name: string }
  /**
   * Calls were recorded, told at most every 50 ms whatever their number: `newest` is the number of the newest one, `count`
   * how many there were since the last such event. A reader fetches the page it shows.
   */
  | { type: "calls_recorded"; newest: number; count: number }
  /** A program came, or came back (`client_id` or `process_key` known already). */
  | { type: "process_connected"; process: ProcessView }
  /** It said goodbye, its connection did not come back, or its process ended. */
  | { type: "process_gone"; process_key: string; client_id: string | null };

/** A change with its place in the order; `seq` rises by one. */
export type LiveEvent = LiveChange & { seq: number; at: number };

export type LiveMessage =
  | { type: "hello"; seq: number; instance_id: string; version: string }
  | { type: "reset"; seq: number }
  | LiveEvent;
