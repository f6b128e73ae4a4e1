/**
 * The breakpoint engine: which call pauses, who waits, what was decided. A state machine that knows no HTTP, no
 * database and no timers: time comes from a clock, death from `isAlive`, values from `readValuesFrom`, and whoever drives it
 * calls `sweep`, and `tick` when a delay is over.
 */
import type { DecidedBy, EngineAction } from "../../protocol/actions.ts";
import { type Call, CallIds, type CallOutcome, type CallStart } from "./calls.ts";
import type { BreakpointManagerOptions } from "./configuration.ts";
import { type CallValues, Judge, type Verdict } from "./judge.ts";
import { OpenCalls } from "./open-calls.ts";
import { PauseDesk } from "./pause-desk.ts";
import type { Pause } from "./pauses.ts";
import { isGone } from "./presence.ts";
import { Refusal } from "./refusal.ts";

export type { BreakpointManagerOptions } from "./configuration.ts";
export type { ReleaseOptions } from "./pause-desk.ts";

/** Seconds a decision stays to be asked for again when no completion tells that it arrived. */
const KEEP_DECISION_S = 600;

/** What a call that begins, or has ended, is answered: it waits, does something else, or (both null) goes on. */
export interface CallAnswer {
  pause: Pause | null;
  action: EngineAction | null;
}

/**
 * Breakpoints, rules, calls and pauses of one server.
 *
 * @example
 * const manager = new BreakpointManager({ behavior: "stop" });
 * manager.addBreakpoint("charge");
 * await new BreakpointServer(manager, { port: 0 }).start();
 */
export class BreakpointManager extends PauseDesk {
  readonly #callIds = new CallIds();
  readonly #calls = new OpenCalls();
  readonly #judge: Judge;
  #values: CallValues = NO_VALUES;

  constructor(options: BreakpointManagerOptions = {}) {
    super(options);
    this.#judge = new Judge({
      breakpoints: this.settings,
      rules: this.rules,
      flow: this.flowControl,
      values: () => this.#values,
      flood: this.flood,
      now: this.now,
      say: (message) => this.tell((to) => to.ruleMessage?.(message)),
      policyChanged: () => this.flowChanged(),
    });
  }

  /** Where rules find the values of calls. */
  readValuesFrom(values: CallValues): void {
    this.#values = values;
  }

  // Calls

  /** A call begins: it pauses, runs something else, or goes on. */
  startCall(start: CallStart): CallAnswer & { call: Call } {
    const now = this.now();
    const call: Call = { ...start, id: start.id ?? this.#callIds.take(now), startedAt: now, decisions: [] };
    const givenUp = this.#calls.add(call, (id) =>
      this.pauses.of(id).some(({ state }) => state === "waiting"),
    );
    if (givenUp) this.#forget(givenUp);
    this.tell((to) => to.callStarted?.(call));
    const verdict: Verdict = start.wasPaused
      ? { kind: "pause", cause: "was_paused", rule: null, breakpoint: null }
      : this.#judge.before(call);
    return { call, ...this.#carryOut(verdict, call, null) };
  }

  /**
   * A call ended. Null when the id is unknown, which after a restart of the server it is. A report that comes twice,
   * because its answer was lost, changes nothing and is answered the same. A program that does not wait
   * (`canPause: false`) is never paused.
   */
  completeCall(
    id: string,
    outcome: CallOutcome,
    options: { canPause?: boolean } = {},
  ): (CallAnswer & { call: Call | null }) | null {
    const answered = this.#calls.answerTo(id);
    if (answered) return { call: null, pause: answered.pause, action: answered.action };
    const call = this.#calls.get(id);
    if (!call) return null;
    const verdict = this.#judge.after(call, outcome, options.canPause ?? true);
    delete call.pauseAfter;
    const acted = verdict.kind === "act" ? this.#carryOut(verdict, call, outcome) : null;
    this.#end(call, outcome);
    const answer = acted ?? this.#carryOut(verdict, call, outcome);
    this.#calls.end(id, { outcome, ...answer });
    return { call, ...answer };
  }

  /** A call of a program that is gone will never end. */
  abandonCall(id: string): void {
    const call = this.#calls.get(id);
    if (call) this.#end(call, abandonedAt(this.now()));
    for (const pause of this.pauses.of(id)) this.giveUp(pause);
    this.pauses.close(id);
  }

  /** Names a finished call that had no start: registrations and the like. It never pauses. */
  recordEvent(start: CallStart): Call {
    const now = this.now();
    return { ...start, id: this.#callIds.take(now), startedAt: now };
  }

  /** The server is stopping: every held poll looks again, every evaluation fails. */
  stop(): void {
    this.repl.failAll(
      new Refusal("server_stopping", "The breakpoint server is stopping. Start cideldill again."),
    );
    this.pauses.wakeAll();
  }

  /** Gives up the pauses whose debuggee is gone and forgets decisions nobody came for. Call about once a second. */
  sweep(): void {
    const now = this.now();
    this.tick();
    this.flood.sweep(now);
    for (const pause of this.pauses.all()) {
      if (pause.state === "waiting") {
        const isEvaluating = this.repl.isEvaluating(pause.id);
        if (isGone(pause, now, (pid) => this.seesAlive(pid), isEvaluating)) this.giveUp(pause);
      } else if (pause.heldPolls === 0 && this.#isForgotten(pause, now)) {
        const call = this.#calls.get(pause.call.id);
        if (call) this.#end(call, abandonedAt(now));
        this.pauses.close(pause.call.id);
      }
    }
  }

  /** One who came for the decision is running the call, for as long as that takes; unless it is known to be dead. */
  #isForgotten(pause: Pause, now: number): boolean {
    if (pause.when === "before" && pause.collected)
      return pause.pidWasAlive && !this.seesAlive(pause.call.process.pid);
    return now - pause.lastContact > KEEP_DECISION_S;
  }

  protected reopened(call: Call): void {
    this.#calls.reopen(call);
  }

  #carryOut(verdict: Verdict, call: Call, outcome: CallOutcome | null): CallAnswer {
    switch (verdict.kind) {
      case "go":
        return { pause: null, action: null };
      case "pause":
        return { pause: this.pauseCall(call, outcome, { ...verdict, until: null }), action: null };
      case "delay": {
        const until = this.now() + verdict.seconds;
        const { rule } = verdict;
        return {
          pause: this.pauseCall(call, outcome, { cause: "delay", rule, breakpoint: null, until }),
          action: null,
        };
      }
      case "act": {
        const by: DecidedBy = { kind: "rule", name: verdict.rule ?? "breakpoint" };
        this.decided(call, verdict.action, { when: outcome ? "after" : "before", pauseId: null, by });
        return { pause: null, action: verdict.action };
      }
    }
  }

  #end(call: Call, outcome: CallOutcome): void {
    this.#calls.end(call.id, { outcome, pause: null, action: null });
    this.#over(call, outcome);
  }

  /** There are too many open calls. Should it end after all, it is one that this server does not know. */
  #forget(call: Call): void {
    this.#over(call, abandonedAt(this.now()));
  }

  #over(call: Call, outcome: CallOutcome): void {
    // The debuggee went on without being released (it lost patience, or was told to by its own settings).
    for (const pause of this.pauses.of(call.id)) this.giveUp(pause);
    this.pauses.close(call.id);
    if ((call.reruns ?? 0) > 0) this.tell((to) => to.callChanged?.(call, outcome));
    else this.tell((to) => to.callEnded?.(call, outcome));
  }
}

const abandonedAt = (now: number): CallOutcome => ({
  status: "abandoned",
  result: null,
  exception: null,
  completedAt: now,
});

/** Until somebody says where values are, rules know none. */
const NO_VALUES: CallValues = {
  read: () => {
    throw new Error("is not at hand here");
  },
  build: () => {
    throw new Refusal("action_not_supported", "This engine holds no values, so a rule cannot act here.");
  },
};
