/** A rule as it is being written. */
import type { Rule, RuleAction, RuleRequest, RuleValue, RuleWhen } from "../../../src/protocol/rules.ts";

export type RuleDraft = Omit<RuleRequest, "action" | "value"> & {
  action?: RuleAction;
  value?: RuleValue | null;
};

export const emptyRule: RuleDraft = {
  function: "",
  match: "name",
  when: "before",
  action: { type: "pause" },
};

/** Pause when a function is called. */
export const functionRuleDraft = (name: string): RuleDraft => ({ ...emptyRule, function: name });

/**
 * Pause when a value comes again, in whatever function: the very same one by its CID, or for a part of a value one that
 * is equal.
 */
export function valueRuleDraft(cid: string | null, json: string, isWhole: boolean): RuleDraft {
  const equals: unknown = JSON.parse(json);
  const value = isWhole && cid !== null ? { cid } : { equals };
  return { ...emptyRule, function: "*", match: "glob", when: "any", value };
}

/** What of a rule a person sets. */
export function draftOf(rule: Rule): RuleDraft {
  const { id, function: name, match, scope, when, condition, value, count } = rule;
  const { one_shot, ignore_after, max_per_second, enabled, note, expires_at, action } = rule;
  return {
    id,
    function: name,
    match,
    scope,
    when,
    condition,
    value,
    count,
    one_shot,
    ignore_after,
    max_per_second,
    enabled,
    note,
    expires_at,
    action,
  };
}

/** Reads a rule out of an address; null when it is none. */
export function parseDraft(text: string): RuleDraft | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const name: unknown = Reflect.get(value, "function");
    return typeof name === "string" ? { ...emptyRule, ...value } : null;
  } catch {
    return null;
  }
}

/** Without what says nothing, so that the server's defaults hold. */
export function cleaned(draft: RuleDraft): RuleDraft {
  const scope = Object.fromEntries(Object.entries(draft.scope ?? {}).filter(([, text]) => text));
  const filled = Object.entries(draft).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  return { ...(Object.fromEntries(filled) as RuleDraft), function: draft.function.trim(), scope };
}

export const WHEN_TEXT: Record<RuleWhen, string> = {
  before: "before the call",
  result: "after it returned",
  exception: "when it threw",
  after: "after the call",
  mutation: "when it changed an argument",
  any: "before and after",
};

export const ACTION_TEXT: Record<RuleAction["type"], string> = {
  pause: "pause",
  log: "log, without pausing",
  skip: "skip, and answer with a result",
  raise: "throw in its place",
  modify: "run with other arguments",
  delay: "hold it back for a while",
  replace: "run another function",
  rewrite: "answer with another result",
};

/** What can be done at a moment: before the call, or after it. */
export function actionsFor(when: RuleWhen): readonly RuleAction["type"][] {
  if (when === "before") return ["pause", "log", "skip", "raise", "modify", "delay", "replace"];
  return when === "any" ? ["pause", "log", "delay"] : ["pause", "log", "rewrite", "raise", "delay"];
}

/** An action of a kind, empty. */
export function newAction(type: RuleAction["type"]): RuleAction {
  switch (type) {
    case "log":
      return { type, template: "called with {args}" };
    case "skip":
    case "rewrite":
      return { type, result: null };
    case "raise":
      return { type, exception_type: "", exception_message: "" };
    case "modify":
      return { type, args: {} };
    case "delay":
      return { type, seconds: 1 };
    case "replace":
      return { type, function_name: "" };
    default:
      return { type: "pause" };
  }
}

/** A rule in one line: `skip → { queued: true }`. */
export function actionText(action: RuleAction): string {
  switch (action.type) {
    case "log":
      return `log ${JSON.stringify(action.template)}`;
    case "skip":
    case "rewrite":
      return `${action.type === "skip" ? "skip" : "answer"} → ${short(action.result)}`;
    case "raise":
      return `throw ${action.exception_type || "an error"}${action.exception_message ? `: ${action.exception_message}` : ""}`;
    case "modify":
      return `run with ${short({ ...action.args, ...action.kwargs })}`;
    case "delay":
      return `hold back ${action.seconds} s`;
    case "replace":
      return `run ${action.function_name}`;
    default:
      return "pause";
  }
}

const short = (value: unknown) => (JSON.stringify(value) ?? "null").slice(0, 80);
