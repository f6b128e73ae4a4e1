/** What the engine tells, written to the store and passed on to whoever watches. */
import type { EngineListener } from "./engine/listener.ts";
import type { LiveHub } from "./live.ts";
import { callRecord } from "./record-of-call.ts";
import type { RecordedCalls } from "./recorded-calls.ts";
import type { RuleLog } from "./rule-log.ts";
import type { Store } from "./store/store.ts";
import { pausedSummary } from "./views.ts";

export function recordTo(
  store: Store,
  live: LiveHub,
  calls: RecordedCalls,
  ruleLog: RuleLog,
  now: () => number,
): EngineListener {
  store.onWritten = (newest, count) => calls.add(count, newest);
  return {
    pauseAdded: (pause) => live.emit({ type: "pause_added", pause: pausedSummary(store, pause) }),
    pauseRemoved: (pause, reason, by) =>
      live.emit({
        type: "pause_removed",
        pause_id: pause.id,
        reason,
        action: pause.action?.action ?? null,
        decided_by: by,
      }),
    breakpointSet: (name, { behavior, afterBehavior, replacement }) =>
      live.emit({
        type: "breakpoint_set",
        function_name: name,
        behavior,
        after_behavior: afterBehavior,
        replacement,
      }),
    breakpointRemoved: (name) => live.emit({ type: "breakpoint_removed", function_name: name }),
    globalBehavior: (behavior) => live.emit({ type: "global_behavior", behavior }),
    ruleSet: (rule) => live.emit({ type: "rule_set", rule: rule.view(now()) }),
    ruleRemoved: (id) => live.emit({ type: "rule_removed", id }),
    ruleMessage: (message) => ruleLog.add(message),
    flow: (flow) => live.emit({ type: "flow", flow }),
    functionRegistered: (name) => live.emit({ type: "function_registered", function_name: name }),
    functionSigned: (name, signature) => store.keepSignature(name, signature),
    callStarted: (call) => store.addCallSoon(call.id, () => callRecord(call, null)),
    callEnded: (call, outcome) => store.addCallSoon(call.id, () => callRecord(call, outcome)),
    callChanged: (call, outcome) => store.addCallSoon(call.id, () => callRecord(call, outcome)),
  };
}
