/** Paused calls: who waits, who released them with what, who is gone. */
import type { DecidedBy, EngineAction } from "../../protocol/actions.ts";
import type { PauseEnd } from "../../protocol/live.ts";
import { acceptedBy, acceptsPauseAfter, refusalOf } from "./accepts.ts";
import { type Call, type CallOutcome, processKey } from "./calls.ts";
import { type BreakpointManagerOptions, Configuration } from "./configuration.ts";
import { decisionOf, SCRIPT } from "./decisions.ts";
import { FloodGuard } from "./flood.ts";
import { type Pause, Pauses } from "./pauses.ts";
import { Refusal } from "./refusal.ts";
import { Repl } from "./repl.ts";
import { checkReplacement } from "./replacement.ts";

/** How a paused call is released, besides its action. */
export interface ReleaseOptions {
  /** Default: a script. */
  by?: DecidedBy;
  /** It pauses again when it has ended. */
  pauseAfter?: boolean;
}

export abstract class PauseDesk extends Configuration {
  readonly repl = new Repl();
  protected readonly pauses = new Pauses();
  protected readonly flood = new FloodGuard();
  #isAlive: ((pid: number) => boolean) | undefined;

  constructor(options: BreakpointManagerOptions) {
    super(options);
    this.#isAlive = options.isAlive;
  }

  /** How to learn whether a process lives, unless the options said so: the engine itself asks no system. */
  learnLivenessFrom(isAlive: (pid: number) => boolean): void {
    this.#isAlive ??= isAlive;
  }

  /** Those that wait for a decision, oldest first. */
  paused(): Pause[] {
    return this.pauses.waiting();
  }

  /** Those that a rule holds back for a while. */
  delayed(): Pause[] {
    return this.pauses.delayed();
  }

  requirePause(id: string): Pause {
    return this.pauses.require(id);
  }

  requireWaiting(id: string): Pause {
    return this.pauses.requireWaiting(id);
  }

  /** Throws, as `release` would, for what the paused call cannot take. */
  checkRelease(id: string, action: EngineAction, options: ReleaseOptions = {}): Pause {
    const pause = this.pauses.requireWaiting(id);
    if (!acceptedBy(pause).includes(action.action))
      throw new Refusal("action_not_supported", refusalOf(pause, action.action));
    if (options.pauseAfter && !acceptsPauseAfter(pause))
      throw new Refusal(
        "action_not_supported",
        pause.when === "after"
          ? "The call has already run, so it cannot pause after it. It is still paused."
          : "The call's client cannot pause after the call. Set the breakpoint's behavior after the call instead; it is still paused.",
      );
    if (action.action === "replace")
      checkReplacement(this.known, pause.call.methodName, action.function_name);
    return pause;
  }

  /**
   * Releases a paused call with an action. Throws `pause_not_found`, `pause_already_resumed`, and
   * `action_not_supported` for what the paused call cannot take: then it stays paused.
   */
  release(id: string, action: EngineAction, options: ReleaseOptions = {}): void {
    const pause = this.checkRelease(id, action, options);
    if (options.pauseAfter) pause.call.pauseAfter = true;
    this.#release(pause, action, options.by ?? SCRIPT);
  }

  /** What waits for a decision or is held back by a rule, of one function or process or all. */
  heldBack(which: { function?: string | null; process?: string | null }): Pause[] {
    return [...this.paused(), ...this.delayed()].filter(
      ({ call }) =>
        (which.function == null || call.methodName === which.function) &&
        (which.process == null || processKey(call.process) === which.process),
    );
  }

  /** Releases them. Answers the pauses it released. */
  resumeAll(which: Parameters<PauseDesk["heldBack"]>[0], by: DecidedBy): Pause[] {
    const meant = this.heldBack(which);
    for (const pause of meant) this.#release(pause, this.continueAction(pause), by);
    return meant;
  }

  /** The action with which a plain "continue" ends: the breakpoint's replacement, if one is set. */
  continueAction(pause: Pause): EngineAction {
    const replacement = this.settings.get(pause.call.methodName)?.replacement;
    if (pause.when === "after" || replacement == null) return { action: "continue" };
    return { action: "replace", function_name: replacement };
  }

  /** A debuggee asks for its pause. One that was given up comes back: it is alive after all. */
  contact(id: string): Pause {
    const pause = this.pauses.require(id);
    pause.lastContact = this.now();
    pause.disconnected = false;
    if (pause.state === "ready") pause.collected = true;
    if (pause.state === "abandoned") {
      pause.state = "waiting";
      this.#added(pause);
    }
    return pause;
  }

  /** A held poll begins; call the result when it ends, telling whether its connection broke. */
  holdPoll(id: string, waker: () => void): (broken: boolean) => void {
    const pause = this.contact(id);
    pause.heldPolls += 1;
    const unlisten = this.pauses.onWake(id, waker);
    return (broken) => {
      unlisten();
      pause.heldPolls -= 1;
      pause.lastContact = this.now();
      pause.disconnected = broken;
      if (pause.state === "ready" && !broken) pause.collected = true;
    };
  }

  wake(pauseId: string): void {
    this.pauses.wake(pauseId);
  }

  /** Ends the delays that are over, and tells of rules whose counts or time changed. */
  tick(): void {
    const now = this.now();
    this.#endDelays(({ until }) => until !== null && until <= now);
    let isPolicyOld = false;
    for (const rule of this.rules.all()) {
      const isOver = rule.stateAt(now) !== "active";
      if (!rule.isStale && rule.isOver === isOver) continue;
      if (rule.isOver !== isOver) isPolicyOld = true;
      rule.isStale = false;
      rule.isOver = isOver;
      this.tell((to) => to.ruleSet?.(rule));
    }
    if (!isPolicyOld) return;
    this.settingsChanged();
    this.tell((to) => to.policyChanged?.());
  }

  protected delayedCount(): number {
    return this.pauses.delayed().length;
  }

  /** A delay ends with its rule, and when everything runs. */
  protected settingsChanged(): void {
    const now = this.now();
    this.#endDelays(({ rule, call }) => {
      if (this.flowControl.isMuted(processKey(call.process))) return true;
      const holder = rule === null ? undefined : this.rules.get(rule);
      if (holder?.settings.action.type !== "delay") return true;
      const state = holder.stateAt(now);
      return state === "disabled" || state === "expired";
    });
  }

  #endDelays(which: (pause: Pause) => boolean): void {
    for (const pause of this.pauses.delayed()) {
      if (!which(pause)) continue;
      const by: DecidedBy = { kind: "rule", ...(pause.rule === null ? {} : { name: pause.rule }) };
      this.#release(pause, this.continueAction(pause), by);
    }
  }

  protected pauseCall(
    call: Call,
    outcome: CallOutcome | null,
    why: Pick<Pause, "cause" | "rule" | "breakpoint" | "until">,
  ): Pause {
    const now = this.now();
    const pause: Pause = {
      id: this.newId(),
      call,
      when: outcome ? "after" : "before",
      reason: outcome?.status === "exception" ? "exception" : "breakpoint",
      cause: why.cause,
      rule: why.rule,
      breakpoint: why.breakpoint,
      until: why.until,
      outcome,
      pausedAt: now,
      state: "waiting",
      action: null,
      decidedBy: null,
      collected: false,
      heldPolls: 0,
      lastContact: now,
      disconnected: false,
      pidWasAlive: this.seesAlive(call.process.pid),
    };
    this.pauses.add(pause);
    this.#added(pause);
    return pause;
  }

  #release(pause: Pause, action: EngineAction, by: DecidedBy): void {
    const wasListed = pause.state === "waiting";
    const { call, outcome } = pause;
    if (pause.breakpoint !== null) this.flood.released(pause.breakpoint, pause.pausedAt);
    this.decided(call, action, {
      when: pause.when,
      pauseId: pause.id,
      by,
      ...(call.pauseAfter ? { pauseAfter: true } : {}),
      ...(pause.until === null ? {} : { delayedS: this.now() - pause.pausedAt }),
      reassigned: this.repl.changedArgs(pause.id),
    });
    if (action.action === "call_again") {
      call.reruns = (call.reruns ?? 0) + 1;
      // Whoever runs it once more wants to see what comes of it.
      call.pauseAfter = true;
      this.reopened(call);
    }
    this.pauses.release(pause, action, by);
    this.repl.closePause(pause.id, this.now());
    if (wasListed) this.#removed(pause, "resumed");
    // What was recorded of it at its end lacks this.
    if (outcome) this.tell((to) => to.callChanged?.(call, outcome));
  }

  protected decided(
    call: Call,
    action: EngineAction,
    about: Omit<Parameters<typeof decisionOf>[2], "at">,
  ): void {
    const decision = decisionOf(call, action, { at: this.now(), ...about });
    call.decisions = [...(call.decisions ?? []), decision];
    this.tell((to) => to.callDecided?.(call, decision));
  }

  /** Pid 0 is a browser page. */
  protected seesAlive(pid: number): boolean {
    return pid > 0 && (this.#isAlive?.(pid) ?? false);
  }

  /** Nobody waits at it any more. */
  protected giveUp(pause: Pause): void {
    if (pause.state !== "waiting") return;
    pause.state = "abandoned";
    this.repl.closePause(pause.id, this.now());
    this.#removed(pause, "abandoned");
  }

  #added(pause: Pause): void {
    if (pause.until === null) this.tell((to) => to.pauseAdded?.(pause));
    else this.tell((to) => to.delayAdded?.(pause));
  }

  #removed(pause: Pause, reason: PauseEnd): void {
    if (pause.until === null) this.tell((to) => to.pauseRemoved?.(pause, reason, pause.decidedBy));
    else this.tell((to) => to.delayRemoved?.(pause));
  }

  /** A call that has run is to run once more. */
  protected abstract reopened(call: Call): void;
}
