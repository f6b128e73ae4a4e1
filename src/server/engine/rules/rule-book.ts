/** The rules of a server, in the order they were made: what is set, and which of them a name concerns. */
import type {
  RuleCheckRequest,
  RulePatch,
  RuleProblem,
  RuleRequest,
  Rule as RuleView,
} from "../../../protocol/rules.ts";
import { loadLibraries } from "../../conditions/index.ts";
import { BoundedMap } from "../bounded.ts";
import { Refusal } from "../refusal.ts";
import { compileRule, problemsOf } from "./compile.ts";
import { problemsIn } from "./request.ts";
import { Rule } from "./rule.ts";
import { patched, type RuleCounts, type RuleSettings, requestOf, settingsOf } from "./settings.ts";

/** A rule as it is kept beyond a run. */
export interface KeptRule {
  request: RuleRequest;
  createdAt: number;
  counts: RuleCounts;
}

interface Telling {
  set(rule: Rule): void;
  removed(rule: Rule): void;
}

/** Names whose rules are remembered. */
const MOST_NAMES = 10_000;
const MOST_RULES = 1_000;

export class RuleBook {
  readonly #rules = new Map<string, Rule>();
  readonly #byName = new BoundedMap<string, readonly Rule[]>(MOST_NAMES);
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #tell: Telling;

  constructor(now: () => number, newId: () => string, tell: Telling) {
    this.#now = now;
    this.#newId = newId;
    this.#tell = tell;
  }

  /** Await it before rules are added or checked: what conditions are made of is loaded late. */
  ready(): Promise<void> {
    return loadLibraries();
  }

  /** Those of a function, in order, whatever their state. */
  about(name: string): readonly Rule[] {
    if (this.#rules.size === 0) return NONE;
    const known = this.#byName.get(name);
    if (known) return known;
    const found = [...this.#rules.values()].filter((rule) => rule.compiled.name(name));
    this.#byName.set(name, found);
    return found;
  }

  all(): Rule[] {
    return [...this.#rules.values()];
  }

  list(): RuleView[] {
    return this.all().map((rule) => rule.view(this.#now()));
  }

  get(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  require(id: string): Rule {
    const rule = this.#rules.get(id);
    if (rule) return rule;
    throw new Refusal(
      "rule_not_found",
      `There is no rule ${JSON.stringify(id)}. GET /api/rules lists those there are.`,
    );
  }

  /** Adds a rule, or replaces the one of the same id. Throws `invalid_rule` with everything that is wrong. */
  set(request: RuleRequest): Rule {
    refuseIfAny(problemsIn(request));
    const known = request.id == null ? undefined : this.#rules.get(request.id);
    if (!known && this.#rules.size >= MOST_RULES)
      throw new Refusal("invalid_rule", `There are ${MOST_RULES} rules already; remove some of them first.`);
    return this.#put(request.id ?? this.#shortId(), settingsOf(request, this.#now()), known);
  }

  patch(id: string, patch: RulePatch): Rule {
    const rule = this.require(id);
    refuseIfAny(problemsIn(patch));
    return this.#put(id, patched(rule.settings, patch, this.#now()), rule);
  }

  remove(id: string): void {
    const rule = this.require(id);
    this.#rules.delete(id);
    this.#byName.clear();
    this.#tell.removed(rule);
  }

  /** What is wrong with a rule that is being written. */
  check(request: RuleCheckRequest): RuleProblem[] {
    return problemsOf(withoutNulls(request));
  }

  /** What is wrong with a whole rule. */
  problemsWith(request: RuleRequest): RuleProblem[] {
    const problems = problemsIn(request);
    if (problems.length > 0) return problems;
    const compiled = compileRule(settingsOf(request, this.#now()));
    return Array.isArray(compiled) ? compiled : [];
  }

  /** A rule that says just this already: of its id, or any where the request has none. */
  findSame(request: RuleRequest): Rule | undefined {
    const settings = settingsOf(request, this.#now());
    const candidates = request.id == null ? this.all() : [this.#rules.get(request.id)];
    return candidates.find((rule) => rule !== undefined && same(rule.settings, settings));
  }

  kept(rule: Rule): KeptRule {
    return {
      request: { id: rule.id, ...requestOf(rule.settings) },
      createdAt: rule.createdAt,
      counts: { ...rule.counts },
    };
  }

  /** Puts a kept rule back, with its counts. Answers what is wrong with one that this version refuses. */
  restore({ request, createdAt, counts }: KeptRule): RuleProblem[] {
    const settings = settingsOf(request, this.#now());
    const compiled = compileRule(settings);
    if (Array.isArray(compiled)) return compiled;
    this.#insert(new Rule(request.id ?? this.#shortId(), settings, compiled, { createdAt, counts }));
    return [];
  }

  #put(id: string, settings: RuleSettings, known: Rule | undefined): Rule {
    const compiled = compileRule(settings);
    if (Array.isArray(compiled)) throw refusalFor(compiled);
    const isCountedOn =
      known !== undefined &&
      known.settings.enabled === settings.enabled &&
      sameTest(known.settings, settings);
    const rule = new Rule(id, settings, compiled, {
      createdAt: known?.createdAt ?? this.#now(),
      ...(isCountedOn ? { counts: known.counts } : {}),
    });
    this.#insert(rule);
    this.#tell.set(rule);
    return rule;
  }

  /** In the place of the one of the same id, else last. */
  #insert(rule: Rule): void {
    this.#rules.set(rule.id, rule);
    this.#byName.clear();
  }

  /** Short enough to be typed. */
  #shortId(): string {
    for (;;) {
      const id = this.#newId().replaceAll("-", "").slice(0, 6);
      if (!this.#rules.has(id)) return id;
    }
  }
}

function refuseIfAny(problems: readonly RuleProblem[]): void {
  if (problems.length > 0) throw refusalFor(problems);
}

const NONE: readonly Rule[] = [];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Counts stay when only the note or the action changed. */
function sameTest(a: RuleSettings, b: RuleSettings): boolean {
  const test = ({ note: _, action: __, maxPerSecond: ___, expiresAt: ____, ...rest }: RuleSettings) => rest;
  return same(test(a), test(b));
}

function withoutNulls<T extends object>(request: T): { [K in keyof T]: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
}

/** The first problem as a sentence, all of them for whoever shows them beside their fields. */
export function refusalFor(problems: readonly RuleProblem[]): Refusal {
  const [first] = problems;
  const place = first?.column == null ? "" : ` (column ${first.column})`;
  return new Refusal("invalid_rule", `The rule's ${first?.field} ${first?.message}${place}.`, { problems });
}
