/**
 * The event feed at `/api/live`: what a page shows while it changes. A socket opens, gets `hello` with the number of
 * the newest event, fetches its snapshots over HTTP, then applies every event above that number. Reconnecting with
 * `?since=<seq>` replays what was missed, or says `reset` when that is no longer held.
 */
import type { DecidedBy } from "./actions.ts";
import type { AfterBehavior, Behavior, GlobalBehavior } from "./breakpoints.ts";
import type { Flow } from "./flow.ts";
import type { PausedCall, ReplEntry } from "./pauses.ts";
import type { ProcessView } from "./processes.ts";
import type { AgentPolicies, Holder, Proposal } from "./proposals.ts";
import type { Rule } from "./rules.ts";

/** Why a pause is no longer listed. */
export type PauseEnd = "resumed" | "abandoned";

export type LiveChange =
  | { type: "pause_added"; pause: PausedCall }
  /** What is shown of a paused call is no longer so: an evaluation changed its arguments (`mutated`). */
  | { type: "pause_changed"; pause: PausedCall }
  /** Something was evaluated beside a paused call, by anybody. What a terminal asks to complete a word is not told. */
  | { type: "repl_evaluated"; pause_id: string; session_id: string; entry: ReplEntry }
  | {
      type: "pause_removed";
      pause_id: string;
      reason: PauseEnd;
      action: string | null;
      decided_by?: DecidedBy | null;
    }
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
  /** Also when its counts changed, then at most a few times a second. */
  | { type: "rule_set"; rule: Rule }
  | { type: "rule_removed"; id: string }
  | { type: "flow"; flow: Flow }
  /** What a rule says: its log, that it met too many calls to pause them (`flood`), that it failed (`error`). */
  | {
      type: "rule_log";
      /** Null for a breakpoint of the contract. */
      rule: string | null;
      kind: "log" | "flood" | "error";
      function_name: string;
      call_id: string | null;
      message: string;
      /** How many there were since the last of these events that was sent. */
      count: number;
    }
  /** An agent proposes something, or what it proposed was answered: `proposal.status` tells. */
  | { type: "proposal"; proposal: Proposal }
  /** Who works at a pause; null when nobody does any more. */
  | { type: "pause_held"; pause_id: string; holder: Holder | null }
  | { type: "agent_policy"; policy: AgentPolicies }
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
