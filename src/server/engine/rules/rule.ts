/** One rule: whether a call is meant, and how often it was. */
import type { RuleState, Rule as RuleView } from "../../../protocol/rules.ts";
import { ConditionError, truth } from "../../conditions/index.ts";
import type { CompiledRule } from "./compile.ts";
import type { Facts } from "./facts.ts";
import { noCounts, type RuleCounts, type RuleSettings, viewOf } from "./settings.ts";
import { appears } from "./value.ts";

export class Rule {
  readonly id: string;
  readonly settings: RuleSettings;
  readonly compiled: CompiledRule;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly counts: RuleCounts;
  /** Its counts are other than those that were told last. */
  isStale = false;
  /** It has already been told that its time is over. */
  isOver = false;

  constructor(
    id: string,
    settings: RuleSettings,
    compiled: CompiledRule,
    about: { createdAt: number; counts?: RuleCounts },
  ) {
    this.id = id;
    this.settings = settings;
    this.compiled = compiled;
    this.createdAt = about.createdAt;
    this.counts = { ...noCounts(), ...about.counts };
  }

  stateAt(now: number): RuleState {
    const { enabled, expiresAt, oneShot, ignoreAfter } = this.settings;
    if (!enabled) return "disabled";
    const most = oneShot ? 1 : (ignoreAfter ?? Number.POSITIVE_INFINITY);
    if (this.counts.acted >= most) return "spent";
    return expiresAt !== null && now >= expiresAt ? "expired" : "active";
  }

  /** Whether it is about this moment of calls at all. */
  isAbout({ moment: { outcome } }: Facts): boolean {
    const { when } = this.settings;
    if (outcome === null) return when === "before" || when === "any";
    if (when === "after" || when === "any") return true;
    if (when === "mutation") return (outcome.mutated?.length ?? 0) > 0;
    return when === (outcome.status === "exception" ? "exception" : "result");
  }

  /**
   * Whether it acts on this call. Counts it: as a hit when function, scope and moment fit, as a match when value and
   * condition do as well. A condition that fails is no match, and is noted.
   */
  meets(facts: Facts): boolean {
    if (!this.isAbout(facts) || !this.compiled.scope.holds(facts.moment.call)) return false;
    this.isStale = true;
    this.counts.hits += 1;
    try {
      const { value } = this.settings;
      if (value && !appears(value, facts)) return false;
      const { condition } = this.compiled;
      if (condition && !truth(condition.evaluate(facts.lookup(this.counts.hits)))) return false;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const place = this.settings.condition === null ? "" : ` (column ${error.place})`;
      this.failed(`The ${this.settings.condition === null ? "value" : "condition"} ${error.message}${place}`);
      return false;
    }
    this.counts.matches += 1;
    return this.compiled.count?.(this.counts.matches) ?? true;
  }

  acted(now: number): void {
    this.isStale = true;
    this.counts.acted += 1;
    this.counts.lastActedAt = now;
  }

  flooded(): void {
    this.isStale = true;
    this.counts.flooded += 1;
  }

  failed(reason: string): void {
    this.isStale = true;
    this.counts.errors += 1;
    this.counts.lastError = reason;
  }

  view(now: number): RuleView {
    return viewOf(this.id, this.settings, this.counts, {
      state: this.stateAt(now),
      created_at: this.createdAt,
    });
  }
}
