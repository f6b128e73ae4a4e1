/** Settings made ready to be asked, or everything that is wrong with them. */
import type { RuleAction, RuleProblem, RuleWhen } from "../../../protocol/rules.ts";
import {
  type Compiled,
  ConditionError,
  compileExpression,
  compileTemplate,
  type Template,
} from "../../conditions/index.ts";
import { type CountTest, compileCount } from "./count.ts";
import { vocabularyFor } from "./facts.ts";
import { compileName, type Matcher, type Wrong } from "./names.ts";
import { compileScope, type ScopeTest } from "./scope.ts";
import type { RuleSettings } from "./settings.ts";

export interface CompiledRule {
  name: Matcher;
  scope: ScopeTest;
  condition: Compiled | null;
  count: CountTest | null;
  template: Template | null;
}

/** What a rule may say in part, to be checked while it is written. */
export type Draft = Partial<Pick<RuleSettings, "function" | "match" | "condition" | "count" | "when">> & {
  template?: string;
  action?: RuleAction;
};

/** Throws nothing: problems are what is asked for. */
export function compileRule(settings: RuleSettings): CompiledRule | RuleProblem[] {
  const { action } = settings;
  const problems = problemsOf({
    ...settings,
    ...(action.type === "log" ? { template: action.template } : {}),
  });
  if (problems.length > 0) return problems;
  const vocabulary = vocabularyFor(settings.when);
  return {
    name: compileName(settings.match, settings.function) as Matcher,
    scope: compileScope(settings.scope),
    condition: settings.condition === null ? null : compileExpression(settings.condition, vocabulary),
    count: settings.count === null ? null : (compileCount(settings.count) as CountTest),
    template: action.type === "log" ? compileTemplate(action.template, vocabulary) : null,
  };
}

/** Everything that is wrong with a draft, in the order of its fields. */
export function problemsOf(draft: Draft): RuleProblem[] {
  const when = draft.when ?? "any";
  const vocabulary = vocabularyFor(when);
  const compile = (work: () => unknown): Wrong | null => {
    try {
      work();
      return null;
    } catch (error) {
      if (error instanceof ConditionError) return { message: error.message, column: error.place };
      throw error;
    }
  };
  const found: [field: string, wrong: Wrong | null][] = [
    ["function", draft.function == null ? null : wrongIn(compileName(draft.match ?? "name", draft.function))],
    [
      "condition",
      draft.condition == null ? null : compile(() => compileExpression(draft.condition ?? "", vocabulary)),
    ],
    ["count", draft.count == null ? null : wrongIn(compileCount(draft.count))],
    [
      "template",
      draft.template == null ? null : compile(() => compileTemplate(draft.template ?? "", vocabulary)),
    ],
    ["action", draft.action ? wrongMoment(draft.action, when) : null],
  ];
  return found.flatMap(([field, wrong]) => (wrong ? [{ field, ...wrong }] : []));
}

const wrongIn = (compiled: unknown): Wrong | null =>
  typeof compiled === "function" ? null : (compiled as Wrong);

const BEFORE_ONLY: ReadonlySet<RuleAction["type"]> = new Set(["skip", "modify", "replace"]);

/** What has run cannot be run otherwise, and what has not has no result to rewrite. */
function wrongMoment({ type }: RuleAction, when: RuleWhen): Wrong | null {
  if (BEFORE_ONLY.has(type) && when !== "before")
    return {
      message: `${JSON.stringify(type)} is something for the moment before a call, and this rule is about ${JSON.stringify(when)}${type === "skip" ? '; "rewrite" gives another result afterwards' : ""}`,
      column: null,
    };
  if (type === "rewrite" && (when === "before" || when === "any"))
    return {
      message: `"rewrite" gives another result after a call, and this rule is about ${JSON.stringify(when)}; "skip" answers without running it`,
      column: null,
    };
  return null;
}
