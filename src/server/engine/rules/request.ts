/**
 * Rules as they are asked for, checked beyond what a schema says: no field that nobody knows (a rule whose mistyped
 * condition is not there would stop every call), and of an action just what belongs to it.
 */
import {
  type RuleActionRequest,
  type RulePatch,
  type RuleProblem,
  RuleRequest,
  RuleScope,
} from "../../../protocol/rules.ts";
import { nearest } from "../../nearest.ts";

/** What belongs to each action, and which of it must be there. */
const FIELDS: Record<RuleActionRequest["type"], { needs?: readonly string[]; takes?: readonly string[] }> = {
  pause: {},
  log: { needs: ["template"] },
  skip: { takes: ["result"] },
  raise: { takes: ["exception_type", "exception_message"] },
  modify: { takes: ["args", "kwargs"] },
  delay: { needs: ["seconds"] },
  replace: { needs: ["function_name"] },
  rewrite: { takes: ["result"] },
};

/** Paths of the API below /api/rules. */
const TAKEN_IDS = ["check", "export", "import", "log", "preview"];

const MAX_DELAY_S = 3_600;

/** Everything that is wrong with what was sent, whatever it means. */
export function problemsIn(request: RuleRequest | RulePatch): RuleProblem[] {
  const { action, value, scope } = request;
  return [
    ...unknownFields(request, Object.keys(RuleRequest.properties), ""),
    ...unknownFields(scope, Object.keys(RuleScope.properties), "scope."),
    ...(value ? valueProblems(value) : []),
    ...(action ? actionProblems(action) : []),
    ...("id" in request && TAKEN_IDS.includes(request.id ?? "")
      ? [problem("id", `cannot be ${JSON.stringify(request.id)}: the API has a path of that name`)]
      : []),
    ...(request.expires_in != null && request.expires_at != null
      ? [problem("expires_in", "does not go with expires_at: give one of them")]
      : []),
  ];
}

const problem = (field: string, message: string): RuleProblem => ({ field, message, column: null });

function unknownFields(
  given: object | null | undefined,
  known: readonly string[],
  prefix: string,
): RuleProblem[] {
  const stray = Object.keys(given ?? {}).filter((name) => !known.includes(name));
  return stray.map((name) => {
    const near = nearest(name, known);
    const hint = near === undefined ? `; there are ${known.join(", ")}` : `; did you mean ${near}?`;
    return problem(`${prefix}${name}`.slice(0, 100), `is not a field of a rule${hint}`);
  });
}

function valueProblems(value: NonNullable<RuleRequest["value"]>): RuleProblem[] {
  const hasCid = value.cid != null;
  if (hasCid === (value.equals !== undefined))
    return [problem("value", 'is either {"cid": ...} or {"equals": ...}')];
  if (hasCid && !/^[0-9a-f]{128}$/.test(value.cid ?? ""))
    return [
      problem("value", "has a cid that is not 128 hex digits: it is the SHA-512 of the payload's bytes"),
    ];
  return unknownFields(value, ["cid", "equals"], "value.");
}

function actionProblems(action: RuleActionRequest): RuleProblem[] {
  const { needs = [], takes = [] } = FIELDS[action.type];
  const given = Object.entries(action).filter(
    ([name, value]) => name !== "type" && value !== undefined && (value !== null || name === "result"),
  );
  const names = given.map(([name]) => name);
  const missing = needs.filter((name) => !names.includes(name));
  const stray = names.filter((name) => !needs.includes(name) && !takes.includes(name));
  const problems = [
    ...missing.map((name) =>
      problem(`action.${name}`, `is missing: ${JSON.stringify(action.type)} needs it`),
    ),
    ...stray.map((name) =>
      problem(
        `action.${name}`,
        `does not belong to the action ${JSON.stringify(action.type)}${listed(needs, takes)}`,
      ),
    ),
  ];
  if (action.type === "modify" && names.length === 0)
    problems.push(problem("action.args", 'is missing: "modify" needs args or kwargs'));
  if (
    action.type === "delay" &&
    action.seconds != null &&
    !(action.seconds >= 0 && action.seconds <= MAX_DELAY_S)
  )
    problems.push(
      problem("action.seconds", `is ${action.seconds}; a delay takes 0 to ${MAX_DELAY_S} seconds`),
    );
  if (action.type === "replace" && action.function_name === "")
    problems.push(problem("action.function_name", "is empty: name the function that runs instead"));
  for (const place of Object.keys(action.args ?? {}))
    if (!/^\d{1,4}$/.test(place))
      problems.push(
        problem("action.args", `names ${JSON.stringify(place)}, and arguments go by their place: {"0": 5}`),
      );
  return problems;
}

function listed(needs: readonly string[], takes: readonly string[]): string {
  const all = [...needs, ...takes];
  return all.length === 0 ? ", which takes nothing" : `, which takes ${all.join(" and ")}`;
}
