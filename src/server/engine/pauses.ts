/**
 * Paused calls. A pause waits until somebody releases it, answers its debuggee the same action however often it asks
 * (an answer can be lost on the way), and is over when the call completes.
 */
import type { DecidedBy, EngineAction } from "../../protocol/actions.ts";
import { BoundedMap } from "./bounded.ts";
import type { Call, CallOutcome } from "./calls.ts";
import { Refusal } from "./refusal.ts";

export type PauseCause =
  | "breakpoint"
  | "rule"
  | "value"
  | "mutation"
  | "pause_all"
  | "pause_next"
  | "pause_after"
  | "was_paused"
  | "delay";

export interface Pause {
  readonly id: string;
  readonly call: Call;
  readonly when: "before" | "after";
  readonly reason: "breakpoint" | "exception";
  /** Set when the call is paused after it ran. */
  readonly outcome: CallOutcome | null;
  /** What paused it, more exactly. */
  readonly cause: PauseCause;
  /** Id of the rule that did. */
  readonly rule: string | null;
  /** Whose flood it counts to. */
  readonly breakpoint: string | null;
  /** Unix seconds: a rule holds it back until then, and nobody has to decide. Null for one that waits for a decision. */
  readonly until: number | null;
  /** Unix seconds. */
  readonly pausedAt: number;
  state: "waiting" | "ready" | "abandoned";
  action: EngineAction | null;
  decidedBy: DecidedBy | null;
  /** The debuggee came for the decision. */
  collected: boolean;
  /** How many polls are held for it right now, and when the debuggee was last heard of (Unix seconds). */
  heldPolls: number;
  lastContact: number;
  /** A poll's connection broke and none came after it. */
  disconnected: boolean;
  /** The pid was seen alive when the call began: only then does its death mean anything. */
  readonly pidWasAlive: boolean;
}

const nameOf = ({ kind, name }: DecidedBy): string =>
  `a${kind === "agent" ? "n" : ""} ${kind}${name ? ` (${name})` : ""}`;

export class Pauses {
  readonly #open = new Map<string, Pause>();
  /** The pauses of a call, so that its end need not look at all there are. */
  readonly #byCall = new Map<string, Pause[]>();
  /** Those that are over, with what was decided. */
  readonly #over = new BoundedMap<string, Pick<Pause, "action" | "decidedBy">>(10_000);
  readonly #wakers = new Map<string, Set<() => void>>();

  add(pause: Pause): void {
    this.#open.set(pause.id, pause);
    this.#byCall.set(pause.call.id, [...this.of(pause.call.id), pause]);
  }

  get(id: string): Pause | undefined {
    return this.#open.get(id);
  }

  /** The pause of that id, released or not. Throws `pause_not_found`. */
  require(id: string): Pause {
    const pause = this.#open.get(id);
    if (pause) return pause;
    throw new Refusal(
      "pause_not_found",
      `There is no paused call ${JSON.stringify(id)}${this.#over.has(id) ? ": it was resumed and has completed" : ""}. GET /api/paused lists those there are.`,
    );
  }

  /** As `require`, for one who wants to release it: one that is released already is a conflict, not a stranger. */
  requireWaiting(id: string): Pause {
    const pause = this.#open.get(id);
    const released = pause?.state === "ready" ? pause : this.#over.get(id);
    if (released) {
      const { action, decidedBy } = released;
      throw new Refusal(
        "pause_already_resumed",
        `The paused call ${JSON.stringify(id)} was already resumed${decidedBy ? ` by ${nameOf(decidedBy)}` : ""}` +
          `${action ? ` (${action.action})` : ""}; the first decision stands.`,
        { ...(decidedBy ? { decided_by: decidedBy } : {}), ...(action ? { action: action.action } : {}) },
      );
    }
    return this.require(id);
  }

  /** Those waiting for a decision, oldest first. */
  waiting(): Pause[] {
    return this.all().filter(({ state, until }) => state === "waiting" && until === null);
  }

  /** Those a rule holds back, oldest first. */
  delayed(): Pause[] {
    return this.all().filter(({ state, until }) => state === "waiting" && until !== null);
  }

  /** Those of one call. */
  of(callId: string): readonly Pause[] {
    return this.#byCall.get(callId) ?? [];
  }

  /** All that are not over. */
  all(): Pause[] {
    return [...this.#open.values()];
  }

  release(pause: Pause, action: EngineAction, by: DecidedBy): void {
    pause.state = "ready";
    pause.action = action;
    pause.decidedBy = by;
    this.wake(pause.id);
  }

  /** Forgets the pauses of a call that is over; its ids stay known as resumed. */
  close(callId: string): void {
    for (const pause of this.of(callId)) {
      this.#open.delete(pause.id);
      this.#over.set(pause.id, { action: pause.action, decidedBy: pause.decidedBy });
      this.wake(pause.id);
    }
    this.#byCall.delete(callId);
  }

  /** Calls back once whenever something happened that a held poll must look at. Returns how to stop listening. */
  onWake(id: string, waker: () => void): () => void {
    const wakers = this.#wakers.get(id) ?? new Set();
    this.#wakers.set(id, wakers.add(waker));
    return () => {
      wakers.delete(waker);
      if (wakers.size === 0 && this.#wakers.get(id) === wakers) this.#wakers.delete(id);
    };
  }

  wake(id: string): void {
    for (const waker of [...(this.#wakers.get(id) ?? [])]) waker();
  }

  wakeAll(): void {
    for (const id of [...this.#wakers.keys()]) this.wake(id);
  }
}
