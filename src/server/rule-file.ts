/** Breakpoints and rules as one file: out of a server, and into one. */
import type { ImportResponse, KeptBreakpoint, RuleFile, RuleRequest } from "../protocol/rules.ts";
import type { BreakpointManager } from "./engine/manager.ts";
import { Refusal } from "./engine/refusal.ts";

export function exportFile(manager: BreakpointManager): RuleFile {
  const { breakpoints, breakpoint_behaviors, breakpoint_after_behaviors, breakpoint_replacements } =
    manager.breakpoints();
  return {
    format: "cideldill-rules",
    version: 1,
    exported_at: manager.now(),
    behavior: manager.behavior,
    breakpoints: breakpoints.map((name) => ({
      function_name: name,
      behavior: breakpoint_behaviors[name] ?? "yield",
      after_behavior: breakpoint_after_behaviors[name] ?? "yield",
      replacement: Object.hasOwn(breakpoint_replacements, name)
        ? (breakpoint_replacements[name] ?? null)
        : null,
    })),
    rules: manager.rules.all().map((rule) => compact(manager.rules.kept(rule).request)),
  };
}

/**
 * Takes a file in. Everything is checked first: a file with a mistake changes nothing. What is there already stays as it
 * is, so that importing twice is as good as once.
 */
export function importFile(manager: BreakpointManager, file: RuleFile): ImportResponse {
  const [breakpoints, rules] = [file.breakpoints ?? [], file.rules ?? []];
  refuseMistakes(manager, rules);
  const done: ImportResponse = {
    status: "ok",
    rules: { added: 0, changed: 0, unchanged: 0 },
    breakpoints: { added: 0, changed: 0, unchanged: 0 },
  };
  if (file.behavior != null && file.behavior !== manager.behavior) manager.behavior = file.behavior;
  for (const breakpoint of breakpoints) done.breakpoints[takeBreakpoint(manager, breakpoint)] += 1;
  for (const rule of rules) done.rules[takeRule(manager, rule)] += 1;
  return done;
}

type Taken = "added" | "changed" | "unchanged";

function refuseMistakes(manager: BreakpointManager, rules: readonly RuleRequest[]): void {
  const seen = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const [problem] = manager.rules.problemsWith(rule);
    const where = `rules[${index}]`;
    if (problem) {
      const place = problem.column === null ? "" : ` (column ${problem.column})`;
      throw new Refusal(
        "invalid_rule",
        `${where}: its ${problem.field} ${problem.message}${place}. Nothing was imported.`,
        {
          problems: [{ ...problem, field: `${where}.${problem.field}` }],
        },
      );
    }
    if (rule.id == null) continue;
    if (seen.has(rule.id))
      throw new Refusal(
        "invalid_rule",
        `${where} has the id ${JSON.stringify(rule.id)} of a rule before it. Nothing was imported.`,
      );
    seen.add(rule.id);
  }
}

function takeBreakpoint(manager: BreakpointManager, kept: KeptBreakpoint): Taken {
  const isKnown = manager.hasBreakpoint(kept.function_name);
  const { function_name, behavior, after_behavior: afterBehavior, replacement } = kept;
  if (!manager.restoreBreakpoint(function_name, { behavior, afterBehavior, replacement })) return "unchanged";
  return isKnown ? "changed" : "added";
}

function takeRule(manager: BreakpointManager, request: RuleRequest): Taken {
  if (manager.rules.findSame(request)) return "unchanged";
  const isKnown = request.id != null && manager.rules.get(request.id) !== undefined;
  manager.rules.set(request);
  return isKnown ? "changed" : "added";
}

/** Without what is left to the defaults: a file that people read. */
function compact(request: RuleRequest): RuleRequest {
  const defaults: Record<string, unknown> = {
    match: "name",
    when: "before",
    one_shot: false,
    enabled: true,
    note: "",
  };
  const said = Object.entries(request).filter(
    ([name, value]) =>
      value != null && value !== defaults[name] && !(name === "scope" && Object.keys(value).length === 0),
  );
  return Object.fromEntries(said) as RuleRequest;
}
