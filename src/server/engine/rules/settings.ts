/** What a person set, complete: every default filled in. */
import type {
  MatchKind,
  Rule,
  RuleAction,
  RulePatch,
  RuleRequest,
  RuleScope,
  RuleValue,
  RuleWhen,
} from "../../../protocol/rules.ts";

export interface RuleSettings {
  function: string;
  match: MatchKind;
  scope: RuleScope;
  when: RuleWhen;
  condition: string | null;
  value: RuleValue | null;
  count: string | null;
  oneShot: boolean;
  ignoreAfter: number | null;
  maxPerSecond: number | null;
  enabled: boolean;
  note: string;
  /** Unix seconds. */
  expiresAt: number | null;
  action: RuleAction;
}

/** Of a request that was checked (request.ts). */
export function settingsOf(request: RuleRequest, now: number): RuleSettings {
  return {
    function: request.function,
    match: request.match ?? "name",
    scope: withoutNulls(request.scope ?? {}),
    when: request.when ?? "before",
    condition: request.condition ?? null,
    value: (request.value as RuleValue | null | undefined) ?? null,
    count: request.count ?? null,
    oneShot: request.one_shot ?? false,
    ignoreAfter: request.ignore_after ?? null,
    maxPerSecond: request.max_per_second ?? null,
    enabled: request.enabled ?? true,
    note: request.note ?? "",
    expiresAt: request.expires_in != null ? now + request.expires_in : (request.expires_at ?? null),
    action: (request.action as RuleAction | null | undefined) ?? { type: "pause" },
  };
}

/** The settings with a patch over them: null takes one away, what is left out stays. */
export function patched(settings: RuleSettings, patch: RulePatch, now: number): RuleSettings {
  const base: RuleRequest = requestOf(settings);
  const { expires_in, ...rest } = patch;
  const timed = expires_in == null ? rest : { ...rest, expires_at: now + expires_in };
  const given = Object.entries(timed).filter(([, value]) => value !== undefined);
  return settingsOf({ ...base, ...Object.fromEntries(given) } as RuleRequest, now);
}

/** What a person set, as the API spells it: a request that makes the same rule again. */
export const requestOf = (settings: RuleSettings): RuleRequest => spelled(settings);

type Counted = "state" | "hits" | "matches" | "acted" | "last_acted_at" | "flooded" | "errors" | "last_error";

const spelled = (settings: RuleSettings): Omit<Rule, "id" | "created_at" | Counted> => ({
  function: settings.function,
  match: settings.match,
  scope: settings.scope,
  when: settings.when,
  condition: settings.condition,
  value: settings.value,
  count: settings.count,
  one_shot: settings.oneShot,
  ignore_after: settings.ignoreAfter,
  max_per_second: settings.maxPerSecond,
  enabled: settings.enabled,
  note: settings.note,
  expires_at: settings.expiresAt,
  action: settings.action,
});

/** How often what happened. */
export interface RuleCounts {
  hits: number;
  matches: number;
  acted: number;
  lastActedAt: number | null;
  flooded: number;
  errors: number;
  lastError: string | null;
}

export const noCounts = (): RuleCounts => ({
  hits: 0,
  matches: 0,
  acted: 0,
  lastActedAt: null,
  flooded: 0,
  errors: 0,
  lastError: null,
});

export function viewOf(
  id: string,
  settings: RuleSettings,
  counts: RuleCounts,
  about: Pick<Rule, "state" | "created_at">,
): Rule {
  return {
    id,
    ...spelled(settings),
    created_at: about.created_at,
    state: about.state,
    hits: counts.hits,
    matches: counts.matches,
    acted: counts.acted,
    last_acted_at: counts.lastActedAt,
    flooded: counts.flooded,
    errors: counts.errors,
    last_error: counts.lastError,
  };
}

const withoutNulls = (scope: RuleScope): RuleScope =>
  Object.fromEntries(Object.entries(scope).filter(([, value]) => value != null));
