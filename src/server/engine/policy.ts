/** What a program has to ask about: the rest it lets go by itself, and reports. */
import type { NameSet, Policy } from "../../protocol/debuggee-frames.ts";
import { pausesAfter, pausesBefore } from "./behavior.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { processKey } from "./calls.ts";
import type { FlowControl } from "./flow.ts";
import type { Rule } from "./rules/rule.ts";
import type { RuleBook } from "./rules/rule-book.ts";
import type { Origin } from "./rules/scope.ts";

/** A policy that has no number yet. */
export type PolicySets = Omit<Policy, "epoch">;

interface Sources {
  breakpoints: Breakpoints;
  rules: RuleBook;
  flow: FlowControl;
}

/** The calls of a program that must be asked about, as things stand. */
export function policyFor({ breakpoints, rules, flow }: Sources, origin: Origin, now: number): PolicySets {
  const sets: PolicySets = {
    before: nobody(),
    after: nobody(),
    after_exception: nobody(),
    mutation: nobody(),
  };
  const process = processKey(origin.process);
  if (flow.isMuted(process)) return sets;
  if (flow.pauseAll || flow.wantsNext(process)) sets.before.all = true;
  for (const [name, breakpoint] of breakpoints.entries()) {
    if (pausesBefore(breakpoint.behavior, breakpoints.global) || breakpoint.replacement !== null)
      sets.before.names.push(name);
    if (pausesAfter(breakpoint.afterBehavior, breakpoints.global, false)) sets.after.names.push(name);
    else if (pausesAfter(breakpoint.afterBehavior, breakpoints.global, true))
      sets.after_exception.names.push(name);
  }
  for (const rule of rules.all())
    if (rule.stateAt(now) === "active" && rule.compiled.scope.mayHold(origin)) addRule(sets, rule);
  return sets;
}

function addRule(sets: PolicySets, { settings }: Rule): void {
  switch (settings.when) {
    case "before":
      addPattern(sets.before, settings);
      break;
    case "any":
      addPattern(sets.before, settings);
      addPattern(sets.after, settings);
      break;
    case "exception":
      addPattern(sets.after_exception, settings);
      break;
    case "mutation":
      addPattern(sets.mutation, settings);
      break;
    default:
      addPattern(sets.after, settings);
  }
}

function addPattern(set: NameSet, { match, function: pattern }: Rule["settings"]): void {
  if (match === "glob" && /^\*+$/.test(pattern)) set.all = true;
  const list = match === "name" ? set.names : match === "glob" ? set.globs : set.regexes;
  if (!list.includes(pattern)) list.push(pattern);
}

const nobody = (): NameSet => ({ all: false, names: [], globs: [], regexes: [] });
