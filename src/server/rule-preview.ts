/**
 * Which recorded calls a rule would have acted on. The newest calls are judged as the engine would have, a moment long:
 * a rule is tried while it is written, and everything else waits meanwhile. Nothing is kept, no count changes.
 */
import type { RulePreview, RuleRequest } from "../protocol/rules.ts";
import { valuesOf } from "./call-values.ts";
import type { ServerContext } from "./context.ts";
import type { Call, CallOutcome, Item } from "./engine/calls.ts";
import { compileRule } from "./engine/rules/compile.ts";
import { Facts, type ReadValue } from "./engine/rules/facts.ts";
import { Rule } from "./engine/rules/rule.ts";
import { refusalFor } from "./engine/rules/rule-book.ts";
import { settingsOf } from "./engine/rules/settings.ts";
import { errorOf } from "./record/history.ts";
import { summaryOf } from "./record/summary.ts";
import { type CallWhere, STATUS, type Store, type StoredCall } from "./store/store.ts";

/** How long one preview looks, in ms, and at how many calls of the function. */
const LOOK_MS = 60;
const MOST_CALLS = 5_000;
/** Calls that are named. */
const NAMED = 20;
/** Calls between two looks at the clock. */
const CALLS_A_LOOK = 16;

/** Throws `invalid_rule` like setting it would. */
export function previewRule(
  context: Pick<ServerContext, "manager" | "store">,
  request: RuleRequest,
): RulePreview {
  const { manager, store } = context;
  const problems = manager.rules.problemsWith(request);
  if (problems.length > 0) throw refusalFor(problems);
  const settings = { ...settingsOf(request, manager.now()), enabled: true, expiresAt: null };
  const compiled = compileRule(settings);
  if (Array.isArray(compiled)) throw refusalFor(compiled);
  const rule = new Rule("preview", settings, compiled, { createdAt: manager.now() });
  const functions = [...store.functions()].filter(([, name]) => compiled.name(name)).map(([id]) => id);
  const found: RulePreview = { examined: 0, matched: 0, calls: [], complete: true, last_error: null };
  if (functions.length > 0) look(store, rule, { functions }, found);
  return { ...found, last_error: rule.counts.lastError };
}

function look(store: Store, rule: Rule, where: CallWhere, found: RulePreview): void {
  const end = performance.now() + LOOK_MS;
  const { read } = valuesOf(store);
  for (const { calls } of store.scan(where, "newest")) {
    for (const stored of calls) {
      const isTime = found.examined % CALLS_A_LOOK === 0 && performance.now() > end;
      if (isTime || found.examined >= MOST_CALLS) {
        found.complete = false;
        return;
      }
      found.examined += 1;
      if (!wouldAct(store, read, rule, stored)) continue;
      found.matched += 1;
      if (found.calls.length < NAMED) found.calls.push(summaryOf(store, stored));
    }
  }
}

/** Before the call or after it, as the rule says. */
function wouldAct(store: Store, read: ReadValue, rule: Rule, stored: StoredCall): boolean {
  const call = callOf(store, stored);
  if (rule.meets(new Facts({ call, outcome: null }, read))) return true;
  const outcome = outcomeOf(store, stored);
  return outcome !== null && rule.meets(new Facts({ call, outcome }, read));
}

function itemOf(store: Store, id: number): Item | null {
  const payload = store.payload(id);
  if (!payload || payload.format === "error") return null;
  return { cid: payload.cid, format: payload.format, clientRef: null };
}

function callOf(store: Store, stored: StoredCall): Call {
  const process = store.process(stored.process);
  const item = (id: number) => itemOf(store, id);
  const kwargs = Object.entries(stored.extra?.kwargs ?? {}).flatMap(([name, [id]]) => {
    const value = item(id);
    return value ? [[name, value] as const] : [];
  });
  return {
    id: store.callIdOf(stored),
    methodName: store.functionName(stored.functionId),
    startedAt: stored.startedAt,
    target: stored.target === null ? null : item(stored.target),
    args: stored.args.map((id) => item(id) ?? { cid: "", format: "json", clientRef: null, text: "null" }),
    kwargs: new Map(kwargs),
    callSite: stored.site === null ? {} : { stack_trace: store.frames(stored.site) },
    callType: "proxy",
    signature: null,
    preferredFormat: "json",
    parentCallId: null,
    process: { pid: process.pid, startTime: process.startTime, pageUrl: process.pageUrl },
    client: { id: process.clientId ?? "", program: process.program, features: [] },
  };
}

function outcomeOf(store: Store, stored: StoredCall): CallOutcome | null {
  if (stored.status === STATUS.running) return null;
  const error = errorOf(store, stored);
  const item = stored.outcome === null ? null : itemOf(store, stored.outcome);
  const durationMs = stored.durationMs ?? 0;
  return {
    status: stored.status === STATUS.exception ? "exception" : "success",
    result: error ? null : item,
    exception: error && { type: error.type, message: error.message, traceback: null, item },
    completedAt: stored.startedAt + durationMs / 1000,
    durationMs,
  };
}
