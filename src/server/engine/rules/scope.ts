/** Where a rule holds: process, page, program, caller, alias. */
import type { RuleScope } from "../../../protocol/rules.ts";
import { type Call, type ProcessIdentity, processKey } from "../calls.ts";
import { globMatcher, type Matcher } from "./names.ts";

/** Who a policy is for, or who calls. */
export interface Origin {
  process: ProcessIdentity;
  program: string | null;
}

export interface ScopeTest {
  /** Could a call of this process be meant? What only a call can tell is taken for true. */
  mayHold(origin: Origin): boolean;
  holds(call: Call): boolean;
}

export function compileScope(scope: RuleScope): ScopeTest {
  const process = scope.process == null ? null : processMatcher(scope.process);
  const page = scope.page == null ? null : globMatcher(scope.page);
  const program = scope.program == null ? null : pathMatcher(scope.program);
  const caller = scope.caller == null ? null : callerMatcher(scope.caller);
  const alias = scope.alias == null ? null : globMatcher(scope.alias);
  const mayHold = (origin: Origin): boolean =>
    (!process || process(origin.process)) &&
    (!page || (origin.process.pageUrl !== null && page(origin.process.pageUrl))) &&
    (!program || (origin.program !== null && program(origin.program)));
  return {
    mayHold,
    holds: (call) =>
      mayHold({ process: call.process, program: call.client?.program ?? null }) &&
      (!caller || caller(call)) &&
      (!alias || alias(aliasOf(call.methodName))),
  };
}

/** `shop` of `shop.charge`; a function that stands alone is its own alias. */
export const aliasOf = (name: string): string => name.split(".", 1)[0] ?? name;

function processMatcher(wanted: string): (process: ProcessIdentity) => boolean {
  const matches = globMatcher(wanted);
  return (process) => String(process.pid) === wanted || matches(processKey(process));
}

/** A glob over the whole path, or the end of it after a separator: `jobs/nightly.ts`. */
function pathMatcher(wanted: string): Matcher {
  const whole = globMatcher(wanted);
  const end = globMatcher(`*/${wanted.replaceAll("\\", "/")}`);
  return (path) => whole(path) || end(path.replaceAll("\\", "/"));
}

/** The innermost frame: its function, its file, or file:line. */
function callerMatcher(wanted: string): (call: Call) => boolean {
  const name = globMatcher(wanted);
  const place = pathMatcher(wanted);
  return (call) => {
    const frame = call.callSite.stack_trace?.at(-1);
    if (!frame) return false;
    const file = frame.filename ?? "";
    return name(frame.function ?? "") || place(file) || place(`${file}:${frame.lineno ?? 0}`);
  };
}
