/** A paused call in words. */
import type { StackFrame } from "../../../src/protocol/calls.ts";
import type { PausedCall, PausedCallData } from "../../../src/protocol/pauses.ts";
import type { PayloadItem } from "../../../src/protocol/payload.ts";
import { summarize } from "../values/summary.ts";

const SUMMARY_WIDTH = 200;
/** Larger payloads are summed up from the server's readable form. */
const PARSED = 20_000;

const summaries = new WeakMap<PausedCall, string>();

/** `{ orderId: "A-1042", amount: 249.9 }, dry=true` */
export function argumentSummary(pause: PausedCall): string {
  const known = summaries.get(pause);
  if (known !== undefined) return known;
  const { args, kwargs, pretty_args, pretty_kwargs } = pause.call_data;
  const parts: string[] = [];
  let room = SUMMARY_WIDTH;
  const add = (name: string, item: PayloadItem, pretty: unknown) => {
    if (room <= 0) return;
    const part = name + summarize(readable(item, pretty), room);
    parts.push(part);
    room -= part.length + 2;
  };
  for (const [at, item] of args.entries()) add("", item, pretty_args[at]);
  for (const [name, item] of Object.entries(kwargs)) {
    add(`${name}=`, item, Object.hasOwn(pretty_kwargs, name) ? pretty_kwargs[name] : null);
  }
  const outcome = outcomeSummary(pause.call_data);
  const called = parts.length === 0 ? "no arguments" : parts.join(", ");
  const summary = outcome === null ? called : `→ ${outcome} · from ${called}`;
  summaries.set(pause, summary);
  return summary;
}

/** What a call that already ran came to. */
function outcomeSummary(data: PausedCallData): string | null {
  if (data.pause_when === "before") return null;
  const { exception } = data;
  if (typeof exception !== "object" || exception === null) return summarize(data.pretty_result ?? null, 80);
  const words = [Reflect.get(exception, "type"), Reflect.get(exception, "message")];
  return words
    .filter((word) => typeof word === "string" && word !== "")
    .join(": ")
    .slice(0, 80);
}

function readable(item: PayloadItem, pretty: unknown): unknown {
  const isSmall = typeof item.data === "string" && item.data.length <= PARSED;
  if (item.serialization_format !== "json" || !isSmall) return pretty;
  try {
    return JSON.parse(item.data ?? "");
  } catch {
    return pretty;
  }
}

/** `py 4411`, `js 771`, `page /cart`. */
export function processName(data: PausedCallData): string {
  if (data.process_pid === 0 || data.page_url) return `page ${pagePath(data.page_url ?? "")}`.trim();
  return `${data.preferred_format === "dill" ? "py" : "js"} ${data.process_pid}`;
}

function pagePath(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return url;
  }
}

export type When = "before" | "after" | "threw";

export function whenOf(data: PausedCallData): When {
  if (data.pause_reason === "exception" || data.status === "exception") return "threw";
  return data.pause_when;
}

export const WHEN_TEXT: Record<When, string> = {
  before: "before the call",
  after: "after the call",
  threw: "it threw",
};

/** Frames with the caller first; the contract has it last. */
export const framesOf = (data: PausedCallData): readonly StackFrame[] =>
  [...(data.call_site.stack_trace ?? [])].reverse();

/** `agent.ts:88` */
export function frameShort(frame: StackFrame): string {
  const file = (frame.filename ?? "").split(/[/\\]/).pop() || "unknown file";
  return frame.lineno == null ? file : `${file}:${frame.lineno}`;
}

export function frameCode(frame: StackFrame): string {
  const code = frame.code_context;
  if (typeof code === "string") return code;
  return Array.isArray(code) ? code.filter((line) => typeof line === "string").join("") : "";
}
