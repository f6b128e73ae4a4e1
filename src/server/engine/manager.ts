/**
 * The breakpoint engine: which call pauses, who waits, what was decided. A state machine that knows no HTTP, no
 * database and no timers: time comes from a clock, death from `isAlive`, and whoever drives it calls `sweep`.
 */
import type { FinalAction } from "../../protocol/actions.ts";
import type {
  AfterBehavior,
  Behavior,
  BreakpointList,
  FunctionList,
  GlobalBehavior,
} from "../../protocol/breakpoints.ts";
import type { PauseEnd } from "../../protocol/live.ts";
import { pausesAfter, pausesBefore } from "./behavior.ts";
import { BoundedMap } from "./bounded.ts";
import { type Breakpoint, Breakpoints } from "./breakpoints.ts";
import { type Call, CallIds, type CallOutcome, type CallStart } from "./calls.ts";
import { Functions, type Signature } from "./functions.ts";
import type { EngineListener } from "./listener.ts";
import { acceptedBy, type Pause, Pauses } from "./pauses.ts";
import { isGone } from "./presence.ts";
import { Refusal } from "./refusal.ts";
import { Repl } from "./repl.ts";
import { checkReplacement } from "./replacement.ts";

export interface BreakpointManagerOptions {
  /** What a breakpoint whose own behavior is `yield` does. Default: `stop`. */
  behavior?: GlobalBehavior;
  /** Unix time in seconds. Default: the system's. */
  clock?: () => number;
  /** Whether a process of this machine is alive. Default: unknown, until a server that listens tells. */
  isAlive?: (pid: number) => boolean;
  /** New unique ids. Default: UUIDs. */
  newId?: () => string;
}

/** Seconds a decision stays to be asked for again when no completion tells that it arrived. */
const KEEP_DECISION_S = 600;

/**
 * Breakpoints, calls and pauses of one server.
 *
 * @example
 * const manager = new BreakpointManager({ behavior: "stop" });
 * manager.addBreakpoint("charge");
 * await new BreakpointServer(manager, { port: 0 }).start();
 */
export class BreakpointManager {
  readonly repl = new Repl();
  readonly now: () => number;
  readonly #breakpoints: Breakpoints;
  readonly #functions = new Functions();
  readonly #callIds = new CallIds();
  readonly #calls = new BoundedMap<string, Call>(100_000);
  /** Calls that ended, with the pause after them, so that a repeated report is answered the same. */
  readonly #ended = new BoundedMap<string, Pause | null>(10_000);
  readonly #pauses = new Pauses();
  readonly #listeners = new Set<EngineListener>();
  #isAlive: ((pid: number) => boolean) | undefined;
  readonly #newId: () => string;

  constructor(options: BreakpointManagerOptions = {}) {
    this.#breakpoints = new Breakpoints(options.behavior ?? "stop");
    this.now = options.clock ?? (() => Date.now() / 1000);
    this.#isAlive = options.isAlive;
    this.#newId = options.newId ?? (() => crypto.randomUUID());
  }

  /** Tells a listener of every change from now on. Returns how to stop. */
  listen(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How to learn whether a process lives, unless the options said so: the engine itself asks no system. */
  learnLivenessFrom(isAlive: (pid: number) => boolean): void {
    this.#isAlive ??= isAlive;
  }

  // Breakpoints and functions

  /**
   * Adds a breakpoint, or sets the behavior of one that is there. A client's registration (`registration: true`)
   * never changes a breakpoint that a person has set.
   */
  addBreakpoint(
    name: string,
    options: { behavior?: Behavior; signature?: Signature | null; registration?: boolean } = {},
  ): void {
    const { breakpoint, added } = this.#breakpoints.ensure(name);
    if (options.behavior && (added || !options.registration)) breakpoint.behavior = options.behavior;
    if (options.signature != null) this.registerFunction(name, options.signature);
    if (added || !options.registration) this.#tell((to) => to.breakpointSet?.(name, breakpoint));
  }

  removeBreakpoint(name: string): void {
    this.#breakpoints.require(name);
    this.#breakpoints.remove(name);
    this.#tell((to) => to.breakpointRemoved?.(name));
  }

  setBehavior(name: string, behavior: Behavior): void {
    this.#change(name, (breakpoint) => {
      breakpoint.behavior = behavior;
    });
  }

  setAfterBehavior(name: string, behavior: AfterBehavior): void {
    this.#change(name, (breakpoint) => {
      breakpoint.afterBehavior = behavior;
    });
  }

  /** Sets, or with null or the function's own name clears, what runs in place of a function. */
  setReplacement(name: string, replacement: string | null): void {
    const chosen = replacement === name ? null : replacement;
    this.#breakpoints.require(name);
    if (chosen !== null) checkReplacement(this.#functions, name, chosen);
    this.#change(name, (breakpoint) => {
      breakpoint.replacement = chosen;
    });
  }

  breakpoints(): BreakpointList {
    return this.#breakpoints.list();
  }

  requireBreakpoint(name: string): void {
    this.#breakpoints.require(name);
  }

  get behavior(): GlobalBehavior {
    return this.#breakpoints.global;
  }

  set behavior(behavior: GlobalBehavior) {
    this.#breakpoints.global = behavior;
    this.#tell((to) => to.globalBehavior?.(behavior));
  }

  registerFunction(
    name: string,
    signature: Signature | null,
    metadata: Record<string, unknown> | null = null,
  ): void {
    if (this.#functions.register(name, signature, metadata))
      this.#tell((to) => to.functionRegistered?.(name));
  }

  functions(): FunctionList {
    return this.#functions.list();
  }

  // Calls

  /** A call begins: it pauses, runs something else, or goes on. */
  startCall(start: CallStart): { call: Call; pause: Pause | null; replacement: string | null } {
    const now = this.now();
    const call: Call = { ...start, id: start.id ?? this.#callIds.take(now), startedAt: now };
    this.#calls.set(call.id, call);
    const breakpoint = this.#breakpoints.get(call.methodName);
    if (start.wasPaused) return { call, pause: this.#pause(call, "before", null), replacement: null };
    if (!breakpoint) return { call, pause: null, replacement: null };
    if (!pausesBefore(breakpoint.behavior, this.behavior)) {
      return { call, pause: null, replacement: breakpoint.replacement };
    }
    return { call, pause: this.#pause(call, "before", null), replacement: null };
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
  ): { call: Call | null; pause: Pause | null } | null {
    const before = this.#ended.get(id);
    if (before !== undefined) return { call: null, pause: before };
    const call = this.#calls.get(id);
    if (!call) return null;
    this.#end(call, outcome);
    const breakpoint = this.#breakpoints.get(call.methodName);
    const threw = outcome.status === "exception";
    if (options.canPause === false) return { call, pause: null };
    if (!breakpoint || !pausesAfter(breakpoint.afterBehavior, this.behavior, threw))
      return { call, pause: null };
    const pause = this.#pause(call, "after", outcome);
    this.#ended.set(id, pause);
    return { call, pause };
  }

  /** A call of a program that is gone will never end. */
  abandonCall(id: string): void {
    const call = this.#calls.get(id);
    if (call) this.#end(call, abandonedAt(this.now()));
  }

  /** Names a finished call that had no start: registrations and the like. It never pauses. */
  recordEvent(start: CallStart): Call {
    const now = this.now();
    return { ...start, id: this.#callIds.take(now), startedAt: now };
  }

  // Pauses

  paused(): Pause[] {
    return this.#pauses.waiting();
  }

  requirePause(id: string): Pause {
    return this.#pauses.require(id);
  }

  requireWaiting(id: string): Pause {
    return this.#pauses.requireWaiting(id);
  }

  /**
   * Releases a paused call with an action. Throws `pause_not_found`, `pause_already_resumed`, and
   * `action_not_supported` for what the paused call cannot take: then it stays paused.
   */
  release(id: string, action: FinalAction): void {
    const pause = this.#pauses.requireWaiting(id);
    if (!acceptedBy(pause).includes(action.action)) {
      throw new Refusal(
        "action_not_supported",
        `The call has already run, and its client takes only "continue" now, not ${JSON.stringify(action.action)}. It is still paused.`,
      );
    }
    if (action.action === "replace")
      checkReplacement(this.#functions, pause.call.methodName, action.function_name);
    this.#pauses.release(pause, action);
    this.#removed(pause, "resumed");
  }

  /** The action with which a plain "continue" ends: the breakpoint's replacement, if one is set. */
  continueAction(pause: Pause): FinalAction {
    const replacement = this.#breakpoints.get(pause.call.methodName)?.replacement;
    if (pause.when === "after" || replacement == null) return { action: "continue" };
    return { action: "replace", function_name: replacement };
  }

  /** A debuggee asks for its pause. One that was given up comes back: it is alive after all. */
  contact(id: string): Pause {
    const pause = this.#pauses.require(id);
    pause.lastContact = this.now();
    pause.disconnected = false;
    if (pause.state === "abandoned") {
      pause.state = "waiting";
      this.#tell((to) => to.pauseAdded?.(pause));
    }
    return pause;
  }

  /** A held poll begins; call the result when it ends, telling whether its connection broke. */
  holdPoll(id: string, waker: () => void): (broken: boolean) => void {
    const pause = this.contact(id);
    pause.heldPolls += 1;
    const unlisten = this.#pauses.onWake(id, waker);
    return (broken) => {
      unlisten();
      pause.heldPolls -= 1;
      pause.lastContact = this.now();
      pause.disconnected = broken;
    };
  }

  /** The server is stopping: every held poll looks again, every evaluation fails. */
  stop(): void {
    this.repl.failAll(
      new Refusal("server_stopping", "The breakpoint server is stopping. Start cideldill again."),
    );
    this.#pauses.wakeAll();
  }

  wake(pauseId: string): void {
    this.#pauses.wake(pauseId);
  }

  /** Gives up the pauses whose debuggee is gone and forgets decisions nobody came for. Call about once a second. */
  sweep(): void {
    const now = this.now();
    for (const pause of this.#pauses.all()) {
      if (pause.state === "waiting") {
        const isEvaluating = this.repl.isEvaluating(pause.id);
        if (!isGone(pause, now, (pid) => this.#seesAlive(pid), isEvaluating)) continue;
        pause.state = "abandoned";
        this.repl.closePause(pause.id, now);
        this.#removed(pause, "abandoned");
      } else if (now - pause.lastContact > KEEP_DECISION_S && pause.heldPolls === 0) {
        if (this.#calls.has(pause.call.id)) this.#end(pause.call, abandonedAt(now));
        this.#pauses.close(pause.call.id);
      }
    }
  }

  #pause(call: Call, when: Pause["when"], outcome: CallOutcome | null): Pause {
    const now = this.now();
    const pause: Pause = {
      id: this.#newId(),
      call,
      when,
      reason: outcome?.status === "exception" ? "exception" : "breakpoint",
      outcome,
      pausedAt: now,
      state: "waiting",
      action: null,
      heldPolls: 0,
      lastContact: now,
      disconnected: false,
      pidWasAlive: this.#seesAlive(call.process.pid),
    };
    this.#pauses.add(pause);
    this.#tell((to) => to.pauseAdded?.(pause));
    return pause;
  }

  /** Pid 0 is a browser page. */
  #seesAlive(pid: number): boolean {
    return pid > 0 && (this.#isAlive?.(pid) ?? false);
  }

  #end(call: Call, outcome: CallOutcome): void {
    this.#calls.delete(call.id);
    this.#ended.set(call.id, null);
    for (const pause of this.#pauses.of(call.id)) {
      if (pause.state !== "waiting") continue;
      // The debuggee went on without being released (it lost patience, or was told to by its own settings).
      this.repl.closePause(pause.id, this.now());
      this.#removed(pause, "abandoned");
    }
    this.#pauses.close(call.id);
    this.#tell((to) => to.callEnded?.(call, outcome));
  }

  #removed(pause: Pause, reason: PauseEnd): void {
    if (reason === "resumed") this.repl.closePause(pause.id, this.now());
    this.#tell((to) => to.pauseRemoved?.(pause, reason));
  }

  #change(name: string, change: (breakpoint: Breakpoint) => void): void {
    const breakpoint = this.#breakpoints.require(name);
    change(breakpoint);
    this.#tell((to) => to.breakpointSet?.(name, breakpoint));
  }

  #tell(event: (listener: EngineListener) => void): void {
    for (const listener of this.#listeners) event(listener);
  }
}

const abandonedAt = (now: number): CallOutcome => ({
  status: "abandoned",
  result: null,
  exception: null,
  completedAt: now,
});
