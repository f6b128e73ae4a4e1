/** What is set: breakpoints, rules, the flow, the functions that are known. Whoever listens is told of every change. */
import type {
  AfterBehavior,
  Behavior,
  BreakpointList,
  FunctionList,
  GlobalBehavior,
} from "../../protocol/breakpoints.ts";
import type { Flow } from "../../protocol/flow.ts";
import { type Breakpoint, Breakpoints } from "./breakpoints.ts";
import { type FlowChange, FlowControl } from "./flow.ts";
import { Functions, type Signature } from "./functions.ts";
import type { EngineListener } from "./listener.ts";
import { type PolicySets, policyFor } from "./policy.ts";
import { checkReplacement } from "./replacement.ts";
import { RuleBook } from "./rules/rule-book.ts";
import type { Origin } from "./rules/scope.ts";

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

export abstract class Configuration {
  readonly now: () => number;
  /** Breakpoints that think. */
  readonly rules: RuleBook;
  /** Whether the global behavior was chosen when this was made, rather than left to the default. */
  readonly isBehaviorChosen: boolean;
  protected readonly settings: Breakpoints;
  protected readonly known = new Functions();
  protected readonly flowControl = new FlowControl();
  protected readonly newId: () => string;
  readonly #listeners = new Set<EngineListener>();

  constructor(options: BreakpointManagerOptions) {
    this.settings = new Breakpoints(options.behavior ?? "stop");
    this.isBehaviorChosen = options.behavior !== undefined;
    this.now = options.clock ?? (() => Date.now() / 1000);
    this.newId = options.newId ?? (() => crypto.randomUUID());
    this.rules = new RuleBook(this.now, () => crypto.randomUUID(), {
      set: (rule) => this.#changed((to) => to.ruleSet?.(rule)),
      removed: ({ id }) => this.#changed((to) => to.ruleRemoved?.(id)),
    });
  }

  /** Tells a listener of every change from now on. Returns how to stop. */
  listen(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Breakpoints

  /**
   * Adds a breakpoint, or sets the behavior of one that is there. A client's registration (`registration: true`)
   * never changes a breakpoint that a person has set.
   */
  addBreakpoint(
    name: string,
    options: { behavior?: Behavior; signature?: Signature | null; registration?: boolean } = {},
  ): void {
    const { breakpoint, added } = this.settings.ensure(name);
    if (options.behavior && (added || !options.registration)) breakpoint.behavior = options.behavior;
    if (options.signature != null) this.registerFunction(name, options.signature);
    if (added || !options.registration) this.#changed((to) => to.breakpointSet?.(name, breakpoint));
  }

  removeBreakpoint(name: string): void {
    this.settings.require(name);
    this.settings.remove(name);
    this.#changed((to) => to.breakpointRemoved?.(name));
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
    this.settings.require(name);
    if (chosen !== null) checkReplacement(this.known, name, chosen);
    this.#change(name, (breakpoint) => {
      breakpoint.replacement = chosen;
    });
  }

  /** Puts a breakpoint as it was kept: what replaces it need not be known yet. Says whether that changes anything. */
  restoreBreakpoint(name: string, kept: Breakpoint): boolean {
    const { breakpoint, added } = this.settings.ensure(name);
    const isSame =
      breakpoint.behavior === kept.behavior &&
      breakpoint.afterBehavior === kept.afterBehavior &&
      breakpoint.replacement === kept.replacement;
    if (isSame && !added) return false;
    Object.assign(breakpoint, kept);
    this.#changed((to) => to.breakpointSet?.(name, breakpoint));
    return true;
  }

  breakpoints(): BreakpointList {
    return this.settings.list();
  }

  hasBreakpoint(name: string): boolean {
    return this.settings.get(name) !== undefined;
  }

  requireBreakpoint(name: string): void {
    this.settings.require(name);
  }

  get behavior(): GlobalBehavior {
    return this.settings.global;
  }

  set behavior(behavior: GlobalBehavior) {
    this.settings.global = behavior;
    this.#changed((to) => to.globalBehavior?.(behavior));
  }

  // Functions

  registerFunction(
    name: string,
    signature: Signature | null,
    metadata: Record<string, unknown> | null = null,
  ): void {
    const { isNew, isSigned } = this.known.register(name, signature, metadata);
    if (isNew) this.tell((to) => to.functionRegistered?.(name));
    if (isSigned && signature !== null) this.tell((to) => to.functionSigned?.(name, signature));
  }

  /** What a function takes, as its program said it; null when none did. */
  signatureOf(name: string): Signature | null {
    return this.known.get(name)?.signature ?? null;
  }

  functions(): FunctionList {
    return this.known.list();
  }

  // Flow and policy

  /** Throws `flow_muted` when something shall pause where everything runs. */
  changeFlow(change: FlowChange): void {
    this.flowControl.change(change);
    this.flowChanged();
  }

  flow(): Flow {
    return this.flowControl.state(this.delayedCount());
  }

  /** What a program has to ask about; told to be another by `policyChanged`. */
  policyFor(origin: Origin): PolicySets {
    const { settings: breakpoints, rules, flowControl: flow } = this;
    return policyFor({ breakpoints, rules, flow }, origin, this.now());
  }

  protected flowChanged(): void {
    this.#changed((to) => to.flow?.(this.flow()));
  }

  /** How many calls rules hold back. */
  protected abstract delayedCount(): number;

  /** Something was set otherwise: delays may be over. */
  protected abstract settingsChanged(): void;

  protected tell(event: (listener: EngineListener) => void): void {
    for (const listener of [...this.#listeners]) event(listener);
  }

  #change(name: string, change: (breakpoint: Breakpoint) => void): void {
    const breakpoint = this.settings.require(name);
    change(breakpoint);
    this.#changed((to) => to.breakpointSet?.(name, breakpoint));
  }

  #changed(event: (listener: EngineListener) => void): void {
    this.tell(event);
    this.settingsChanged();
    this.tell((to) => to.policyChanged?.());
  }
}
