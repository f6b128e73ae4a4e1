/** Breakpoints and rules in rows. */
import type { BreakpointList } from "../protocol/breakpoints.ts";
import type { Rule } from "../protocol/rules.ts";
import type { Output } from "./io.ts";
import { printable } from "./printable.ts";
import { tableLines } from "./table.ts";

export interface Listed {
  breakpoints: BreakpointList;
  behavior: string;
  rules: Rule[];
}

export function breakLines({ breakpoints, behavior, rules }: Listed, out: Output): string[] {
  const plain = breakpoints.breakpoints.map((name) => {
    const before = breakpoints.breakpoint_behaviors[name] ?? "yield";
    const after = breakpoints.breakpoint_after_behaviors[name] ?? "yield";
    const replacement = Object.hasOwn(breakpoints.breakpoint_replacements, name)
      ? `, runs ${breakpoints.breakpoint_replacements[name]}`
      : "";
    const own = before === "yield" ? `${behavior} (the global behavior)` : before;
    return ["-", name, "", "", `${own}${after === "yield" ? "" : `, after it ${after}`}${replacement}`].map(
      printable,
    );
  });
  const thinking = rules.map((rule) =>
    [
      rule.id,
      rule.match === "name" ? rule.function : `${rule.function} (${rule.match})`,
      `${rule.acted}/${rule.matches}/${rule.hits}`,
      rule.state === "active" ? "" : rule.state,
      `${actionText(rule)}${conditionText(rule)}`,
    ].map(printable),
  );
  if (plain.length + thinking.length === 0)
    return ["There are no breakpoints. Add one with: cideldill break add FUNCTION"];
  return tableLines(["ID", "FUNCTION", "ACTED/MATCHED/HIT", "STATE", "WHAT"], [...plain, ...thinking], out);
}

/** What a rule does, and when. */
export function actionText({ action, when }: Pick<Rule, "action" | "when">): string {
  const moment = when === "before" ? "" : ` ${MOMENTS[when]}`;
  switch (action.type) {
    case "pause":
      return `pause${moment}`;
    case "log":
      return `log "${action.template}"${moment}`;
    case "skip":
    case "rewrite":
      return `return ${JSON.stringify(action.result ?? null)}${moment}`;
    case "raise":
      return `throw ${action.exception_type ?? "an error"}${action.exception_message ? ` "${action.exception_message}"` : ""}${moment}`;
    case "modify": {
      const places = Object.entries({ ...action.args, ...action.kwargs });
      return `set ${places.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ")}`;
    }
    case "delay":
      return `delay ${action.seconds} s${moment}`;
    case "replace":
      return `run ${action.function_name} instead`;
  }
}

const MOMENTS = {
  before: "before it",
  result: "after a result",
  exception: "after an exception",
  after: "after it",
  mutation: "when an argument changed",
  any: "before and after it",
} as const;

function conditionText(rule: Rule): string {
  const scope = Object.entries(rule.scope).map(([name, value]) => `${name} ${value}`);
  const parts = [
    ...(rule.condition === null ? [] : [`if ${rule.condition}`]),
    ...(rule.value === null
      ? []
      : [
          "cid" in rule.value
            ? `with ${rule.value.cid.slice(0, 12)}`
            : `with ${JSON.stringify(rule.value.equals)}`,
        ]),
    ...(rule.count === null ? [] : [`count ${rule.count}`]),
    ...(rule.one_shot ? ["once"] : rule.ignore_after === null ? [] : [`${rule.ignore_after} times`]),
    ...(scope.length === 0 ? [] : [`in ${scope.join(", ")}`]),
    ...(rule.note === "" ? [] : [`# ${rule.note}`]),
    ...(rule.last_error === null ? [] : [`! ${rule.last_error}`]),
  ];
  return parts.length === 0 ? "" : ` ${parts.join("; ")}`;
}
