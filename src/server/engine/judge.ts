/**
 * What happens to a call: the flow first, then the rules in their order, then its breakpoint. Rules that only log speak
 * whatever else is decided; of the others the first that meets the call decides.
 */
import type { ContinueRequest, EngineAction } from "../../protocol/actions.ts";
import { acceptedBy, refusalOf } from "./accepts.ts";
import { pausesAfter, pausesBefore } from "./behavior.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { type Call, type CallOutcome, processKey } from "./calls.ts";
import type { FloodGuard } from "./flood.ts";
import type { FlowControl } from "./flow.ts";
import type { RuleMessage } from "./listener.ts";
import type { PauseCause } from "./pauses.ts";
import { Refusal } from "./refusal.ts";
import { requestFor } from "./rules/actions.ts";
import { Facts, type Moment, type ReadValue } from "./rules/facts.ts";
import type { Rule } from "./rules/rule.ts";
import type { RuleBook } from "./rules/rule-book.ts";

export type Verdict =
  | { kind: "go" }
  | { kind: "pause"; cause: PauseCause; rule: string | null; breakpoint: string | null }
  /** `rule` null: what a breakpoint has set to run instead. */
  | { kind: "act"; action: EngineAction; rule: string | null }
  | { kind: "delay"; seconds: number; rule: string };

/** What the engine cannot do by itself: it holds no values. */
export interface CallValues {
  /** A value as conditions see it. Throws with the reason when it cannot be read. */
  read: ReadValue;
  /** The action that a request means for a call, with new values encoded for its client. Throws a Refusal. */
  build(moment: Moment, request: ContinueRequest): EngineAction;
}

export interface Case {
  breakpoints: Breakpoints;
  rules: RuleBook;
  flow: FlowControl;
  flood: FloodGuard;
  values(): CallValues;
  now(): number;
  say(message: RuleMessage): void;
  /** A rule is done, or somebody's next call is here. */
  policyChanged(): void;
}

const GO: Verdict = { kind: "go" };

/** The flood of `pause_all`, which is nobody's breakpoint. */
const EVERYTHING = "*";

export class Judge {
  readonly #case: Case;

  constructor(about: Case) {
    this.#case = about;
  }

  /** A call is about to run. */
  before(call: Call): Verdict {
    const { flow, breakpoints } = this.#case;
    const process = processKey(call.process);
    if (flow.isMuted(process)) return GO;
    const facts = this.#facts({ call, outcome: null });
    if (flow.wantsNext(process)) {
      this.#rules(facts, "log");
      flow.tookNext(process);
      this.#case.policyChanged();
      return { kind: "pause", cause: "pause_next", rule: null, breakpoint: null };
    }
    if (flow.pauseAll) {
      this.#rules(facts, "log");
      return this.#admits(call, EVERYTHING, null)
        ? { kind: "pause", cause: "pause_all", rule: null, breakpoint: EVERYTHING }
        : GO;
    }
    const verdict = this.#rules(facts, "all");
    if (verdict) return verdict;
    const breakpoint = breakpoints.get(call.methodName);
    if (!breakpoint) return GO;
    if (pausesBefore(breakpoint.behavior, breakpoints.global)) {
      const pause = this.#atBreakpoint(call);
      if (pause) return pause;
    }
    if (breakpoint.replacement === null) return GO;
    return { kind: "act", action: { action: "replace", function_name: breakpoint.replacement }, rule: null };
  }

  /** A call has run. A program that does not wait for an answer can only be logged. */
  after(call: Call, outcome: CallOutcome, canPause: boolean): Verdict {
    const { flow, breakpoints } = this.#case;
    const isMuted = flow.isMuted(processKey(call.process));
    if (call.pauseAfter && canPause) {
      if (!isMuted) this.#rules(this.#facts({ call, outcome }), "log");
      return { kind: "pause", cause: "pause_after", rule: null, breakpoint: null };
    }
    if (isMuted) return GO;
    const verdict = this.#rules(this.#facts({ call, outcome }), canPause ? "all" : "log");
    if (verdict) return verdict;
    const breakpoint = breakpoints.get(call.methodName);
    const threw = outcome.status === "exception";
    if (!canPause || !breakpoint || !pausesAfter(breakpoint.afterBehavior, breakpoints.global, threw))
      return GO;
    return this.#atBreakpoint(call) ?? GO;
  }

  #facts(moment: Moment): Facts {
    return new Facts(moment, (item) => this.#case.values().read(item));
  }

  #atBreakpoint(call: Call): Verdict | null {
    const breakpoint = `breakpoint ${call.methodName}`;
    if (!this.#admits(call, breakpoint, null)) return null;
    return { kind: "pause", cause: "breakpoint", rule: null, breakpoint };
  }

  #rules(facts: Facts, which: "all" | "log"): Verdict | null {
    for (const rule of this.#case.rules.about(facts.moment.call.methodName)) {
      const isLog = rule.settings.action.type === "log";
      if ((which === "log" && !isLog) || rule.stateAt(this.#case.now()) !== "active") continue;
      const errors = rule.counts.errors;
      const meets = rule.meets(facts);
      if (rule.counts.errors > errors) this.#say(rule, "error", facts, rule.counts.lastError ?? "");
      if (!meets) continue;
      const verdict = this.#apply(rule, facts);
      if (!verdict) continue;
      rule.acted(this.#case.now());
      if (rule.stateAt(this.#case.now()) !== "active") this.#case.policyChanged();
      if (verdict !== GO) return verdict;
    }
    return null;
  }

  /** What the rule decides; `GO` when it has only spoken, null when it can do nothing here. */
  #apply(rule: Rule, facts: Facts): Verdict | null {
    const { action, when, value } = rule.settings;
    const { call } = facts.moment;
    switch (action.type) {
      case "log":
        this.#say(rule, "log", facts, rule.compiled.template?.(facts.lookup(rule.counts.hits)) ?? "");
        return GO;
      case "pause": {
        if (!this.#admits(call, `rule ${rule.id}`, rule)) return null;
        const cause = value ? "value" : when === "mutation" ? "mutation" : "rule";
        return { kind: "pause", cause, rule: rule.id, breakpoint: `rule ${rule.id}` };
      }
      case "delay":
        return { kind: "delay", seconds: action.seconds, rule: rule.id };
      default:
        return this.#act(rule, facts);
    }
  }

  #act(rule: Rule, facts: Facts): Verdict | null {
    const { moment } = facts;
    try {
      const action = this.#case.values().build(moment, requestFor(rule.settings.action, moment.call));
      const place = { when: moment.outcome ? ("after" as const) : ("before" as const), call: moment.call };
      if (!acceptedBy(place).includes(action.action))
        throw new Refusal("action_not_supported", refusalOf(place, action.action));
      return { kind: "act", action, rule: rule.id };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const reason = error.message.replace(/ (It|The call) is still paused\.$/, "");
      rule.failed(reason);
      this.#say(rule, "error", facts, reason);
      return null;
    }
  }

  #admits(call: Call, breakpoint: string, rule: Rule | null): boolean {
    const limit = rule?.settings.maxPerSecond ?? this.#case.flow.maxPausesPerSecond;
    if (this.#case.flood.admits(breakpoint, limit, this.#case.now())) return true;
    rule?.flooded();
    this.#case.say({
      rule: rule?.id ?? null,
      kind: "flood",
      functionName: call.methodName,
      callId: call.id,
      message: `${call.methodName} ran without a pause: more than ${limit} calls a second would have paused here`,
    });
    return false;
  }

  #say(rule: Rule, kind: RuleMessage["kind"], { moment: { call } }: Facts, message: string): void {
    this.#case.say({ rule: rule.id, kind, functionName: call.methodName, callId: call.id, message });
  }
}
