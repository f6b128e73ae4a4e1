/**
 * Breakpoints, rules and the global behavior outlive the server: they are kept as small documents, one each, so that
 * several servers on one file keep what each of them set.
 */
import type { AfterBehavior, Behavior, GlobalBehavior } from "../protocol/breakpoints.ts";
import { type KeptBreakpoint, RuleRequest } from "../protocol/rules.ts";
import type { BreakpointManager } from "./engine/manager.ts";
import type { Rule } from "./engine/rules/rule.ts";
import type { RuleCounts } from "./engine/rules/settings.ts";
import type { Documents } from "./store/store.ts";

const BREAKPOINT = "breakpoint";
const RULE = "rule";
const SETTING = "setting";
const BEHAVIOR = "behavior";

interface KeptRuleDocument {
  request: RuleRequest;
  created_at: number;
  counts: RuleCounts;
}

/**
 * Puts back what was kept and keeps what is set from now on. `restored` resolves when the rules are back; `complain` is
 * told of what this version cannot use.
 */
export function keepSettings(
  manager: BreakpointManager,
  documents: Documents,
  complain: (message: string) => void,
): { restored: Promise<void>; stop: () => void } {
  restoreBehavior(manager, documents);
  restoreBreakpoints(manager, documents, complain);
  const rules = [...documents.documents(RULE)];
  const restored = rules.length === 0 ? Promise.resolve() : restoreRules(manager, rules, complain);
  const keepRule = (rule: Rule) => {
    const { request, createdAt, counts } = manager.rules.kept(rule);
    const body: KeptRuleDocument = { request, created_at: createdAt, counts };
    documents.putDocument(RULE, rule.id, body);
  };
  const stop = manager.listen({
    breakpointSet: (name, { behavior, afterBehavior, replacement }) => {
      const body: KeptBreakpoint = {
        function_name: name,
        behavior,
        after_behavior: afterBehavior,
        replacement,
      };
      documents.putDocument(BREAKPOINT, name, body);
    },
    breakpointRemoved: (name) => documents.putDocument(BREAKPOINT, name, null),
    globalBehavior: (behavior) => documents.putDocument(SETTING, BEHAVIOR, behavior),
    ruleSet: keepRule,
    ruleRemoved: (id) => documents.putDocument(RULE, id, null),
  });
  return { restored, stop };
}

/** One that was chosen on the command line goes before. */
function restoreBehavior(manager: BreakpointManager, documents: Documents): void {
  const kept = documents.document(SETTING, BEHAVIOR);
  if (!manager.isBehaviorChosen && isOneOf(GLOBAL, kept)) manager.behavior = kept;
}

const GLOBAL: readonly GlobalBehavior[] = ["stop", "go", "exception", "stop_exception"];
const BEFORE: readonly Behavior[] = ["stop", "go", "yield"];
const AFTER: readonly AfterBehavior[] = ["stop", "go", "yield", "exception", "stop_exception"];

const isOneOf = <T>(values: readonly T[], value: unknown): value is T => values.includes(value as T);

/** Checked by hand: what checks schemas takes longer to load than the server to start. */
function isKeptBreakpoint(body: unknown): body is KeptBreakpoint {
  if (typeof body !== "object" || body === null) return false;
  const { function_name, behavior, after_behavior, replacement } = body as Record<string, unknown>;
  return (
    typeof function_name === "string" &&
    isOneOf(BEFORE, behavior) &&
    isOneOf(AFTER, after_behavior) &&
    (replacement === null || typeof replacement === "string")
  );
}

function restoreBreakpoints(
  manager: BreakpointManager,
  documents: Documents,
  complain: (message: string) => void,
): void {
  for (const [name, kept] of documents.documents(BREAKPOINT)) {
    if (!isKeptBreakpoint(kept)) {
      complain(`The kept breakpoint on ${JSON.stringify(name)} cannot be read; set it again.`);
      continue;
    }
    const { behavior, after_behavior: afterBehavior, replacement } = kept;
    manager.restoreBreakpoint(kept.function_name, { behavior, afterBehavior, replacement });
  }
}

/** In the order they were made: the first that meets a call decides. */
async function restoreRules(
  manager: BreakpointManager,
  kept: [string, unknown][],
  complain: (message: string) => void,
): Promise<void> {
  const [{ Value }] = await Promise.all([import("@sinclair/typebox/value"), manager.rules.ready()]);
  const readable = kept.filter((entry): entry is [string, KeptRuleDocument] => {
    if (isKeptRule(entry[1], (request) => Value.Check(RuleRequest, request))) return true;
    complain(`The kept rule ${entry[0]} cannot be read; make it again.`);
    return false;
  });
  readable.sort(([, a], [, b]) => a.created_at - b.created_at);
  for (const [id, { request, created_at: createdAt, counts }] of readable) {
    const [problem] = manager.rules.restore({ request: { ...request, id }, createdAt, counts });
    if (problem) complain(`The kept rule ${id} is not used: its ${problem.field} ${problem.message}.`);
  }
}

function isKeptRule(body: unknown, isRequest: (request: unknown) => boolean): body is KeptRuleDocument {
  if (typeof body !== "object" || body === null || !("request" in body) || !("created_at" in body))
    return false;
  return isRequest(body.request) && typeof body.created_at === "number" && "counts" in body;
}
