/** The event log: what happened, in a line each. Kept bounded; what is recorded for good is the server's to keep. */
import type { DecidedBy } from "../../../src/protocol/actions.ts";
import type { LiveEvent } from "../../../src/protocol/live.ts";
import type { State } from "./model.ts";

export interface LogLine {
  readonly seq: number;
  /** Unix seconds. */
  readonly at: number;
  readonly kind: "paused" | "resumed" | "gone" | "rule" | "breakpoint" | "process" | "flow" | "trouble";
  /** Our words, before and after what the program calls it. */
  readonly before: string;
  readonly name: string;
  readonly after: string;
  /** A call that can be looked at. */
  readonly callId: string | null;
}

const KEPT = 500;

export function logged(next: State, before: State, event: LiveEvent): State {
  const line = lineOf(event, before);
  if (!line) return next;
  const last = next.log.at(-1);
  // A snapshot may be followed by events that came before it.
  if (last && last.seq >= event.seq && last.at >= event.at) return next;
  const log = [...next.log, { seq: event.seq, at: event.at, callId: null, ...line }];
  return { ...next, log: log.length > KEPT ? log.slice(-KEPT) : log };
}

type Words = Pick<LogLine, "kind" | "before" | "name" | "after"> & { callId?: string | null };

const words = (kind: LogLine["kind"], before: string, name: string, after = ""): Words => ({
  kind,
  before,
  name,
  after,
});

function lineOf(event: LiveEvent, state: State): Words | null {
  switch (event.type) {
    case "pause_added": {
      const { method_name, call_id, pause_when, rule } = event.pause.call_data;
      const when = pause_when === "after" ? "after it ran" : "";
      const by = rule === null ? "" : `by rule ${noteOf(state, rule)}`;
      const after = [when, by].filter((part) => part !== "").join(", ");
      return { ...words("paused", "paused", method_name, after), callId: call_id };
    }
    case "pause_removed": {
      const data = state.pauses.find(({ id }) => id === event.pause_id)?.call_data;
      if (!data) return null;
      const end =
        event.reason === "abandoned"
          ? words("gone", "the program went away at", data.method_name)
          : released(event, data.method_name);
      return { ...end, callId: data.call_id };
    }
    case "breakpoint_set":
      return words(
        "breakpoint",
        "breakpoint on",
        event.function_name,
        `before: ${said(event.behavior)}, after: ${said(event.after_behavior)}`,
      );
    case "breakpoint_removed":
      return words("breakpoint", "no breakpoint any more on", event.function_name);
    case "global_behavior":
      return words("flow", `breakpoints now: ${event.behavior}`, "");
    case "function_registered":
      return state.functions.includes(event.function_name)
        ? null
        : words("process", "function known:", event.function_name);
    case "rule_removed":
      return words("rule", "rule removed:", noteOf(state, event.id));
    case "rule_set":
      return state.rules.some(({ id }) => id === event.rule.id)
        ? null
        : words("rule", "rule on", event.rule.function, event.rule.note);
    case "rule_log":
      return {
        ...words(
          event.kind === "log" ? "rule" : "trouble",
          event.kind === "log" ? "log at" : `${event.kind} at`,
          event.function_name,
          event.count > 1 ? `${event.message} (${event.count} times)` : event.message,
        ),
        callId: event.call_id,
      };
    case "process_connected": {
      const { process_key, program, process_pid, page_url, runtime } = event.process;
      if (state.processes.some((each) => each.process_key === process_key)) return null;
      return words("process", "connected:", program ?? page_url ?? String(process_pid), runtime ?? "");
    }
    case "process_gone": {
      const known = state.processes.find(({ process_key }) => process_key === event.process_key);
      return known
        ? words("gone", "left:", known.program ?? known.page_url ?? String(known.process_pid))
        : null;
    }
    default:
      return null;
  }
}

function released(event: Extract<LiveEvent, { type: "pause_removed" }>, name: string): Words {
  const verb =
    event.action === null || event.action === "continue" ? "resumed" : `released (${event.action})`;
  return words("resumed", verb, name, by(event.decided_by ?? null));
}

function by(decided: DecidedBy | null): string {
  if (!decided || (decided.kind === "person" && !decided.name)) return "";
  return `by ${decided.kind}${decided.name ? ` ${decided.name}` : ""}`;
}

const noteOf = (state: State, id: string): string => {
  const rule = state.rules.find((each) => each.id === id);
  return rule?.note || rule?.function || id;
};

/** As the page calls it: what the switch at the top says. */
const said = (behavior: string): string => (behavior === "yield" ? "global" : behavior);
