/** A call as the detail shows it, whether it waits for a decision or is recorded. */
import type { Decision } from "../../../src/protocol/actions.ts";
import type { StackFrame } from "../../../src/protocol/calls.ts";
import { parameterNames } from "../../../src/protocol/parameters.ts";
import type { PausedCall, PausedCallData } from "../../../src/protocol/pauses.ts";
import type { PayloadItem } from "../../../src/protocol/payload.ts";
import type { CallDetail, RecordedDecision, RecordedValue } from "../../../src/protocol/records.ts";
import { processName } from "../components/call-text.ts";

/** Where a call is in its life. */
export type Phase =
  | "before"
  | "after"
  | "threw"
  | "running"
  | "success"
  | "exception"
  | "abandoned"
  | "lost"
  | "event";

/** A value of a call, by what it is called there. */
export interface CallValue {
  /** `a0`, `k:name`, `t` for the target, `r` for the result, `x` for what was thrown. */
  readonly key: string;
  readonly name: string;
  /** `args[0]`, when the name is the parameter's. */
  readonly label: string | null;
  readonly cid: string;
  readonly format: "json" | "dill";
  /** As it was sent; null when it is to be fetched by its CID. */
  readonly data: string | null;
  /** Bytes, where known. */
  readonly size: number | null;
  /** CID of what the call ran with in its place. */
  readonly ranWith?: string;
}

export interface Thrown {
  readonly type: string | null;
  readonly message: string | null;
  readonly traceback: string | null;
  readonly value: CallValue | null;
}

/** A frame with its place in the recorded stack, by which its source is asked for. */
export interface Frame {
  readonly at: number;
  readonly frame: StackFrame;
}

export interface CallModel {
  readonly callId: string;
  readonly number: number | null;
  readonly name: string;
  readonly signature: string | number | null;
  readonly phase: Phase;
  readonly args: readonly CallValue[];
  readonly target: CallValue | null;
  readonly result: CallValue | null;
  readonly thrown: Thrown | null;
  /** Arguments that differ after the call, as they are then. */
  readonly mutated: readonly CallValue[];
  /** The caller first. */
  readonly frames: readonly Frame[];
  readonly isPython: boolean;
  readonly isPage: boolean;
  readonly processKey: string;
  readonly processName: string;
  readonly pageUrl: string | null;
  /** Unix seconds. */
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly parentId: string | null;
  readonly parentName: string | null;
  readonly children: number | null;
  readonly decisions: readonly (Decision & Partial<Pick<RecordedDecision, "changes">>)[];
  readonly isPinned: boolean | null;
}

export function fromPause(pause: PausedCall): CallModel {
  const data = pause.call_data;
  return {
    callId: data.call_id,
    number: null,
    name: data.method_name,
    signature: data.signature,
    phase: phaseOf(data),
    args: named(data.args, data.kwargs, data.signature, ofItem),
    target: data.target && ofItem("t", "this", null, data.target),
    result: data.result ? ofItem("r", "result", null, data.result) : null,
    thrown: data.exception == null ? null : ofContract(data.exception),
    mutated: (data.mutated ?? []).map(({ index, item }) =>
      ofItem(
        `m${index}`,
        parameterNames(data.signature, data.args.length)[index] ?? `args[${index}]`,
        null,
        item,
      ),
    ),
    frames: framesOf(data.call_site.stack_trace ?? []),
    isPython: data.preferred_format === "dill",
    isPage: data.process_pid === 0 || data.page_url !== null,
    processKey: data.process_key,
    processName: processName(data),
    pageUrl: data.page_url,
    startedAt: data.call_site.timestamp ?? pause.paused_at,
    durationMs: null,
    parentId: data.parent_call_id,
    parentName: null,
    children: null,
    decisions: data.decisions,
    isPinned: null,
  };
}

export function fromRecord(call: CallDetail): CallModel {
  const { exception } = call;
  return {
    callId: call.call_id,
    number: call.number,
    name: call.function_name,
    signature: call.signature,
    phase: PHASES.find((phase) => phase === call.status) ?? "event",
    args: asRun(named(call.args, call.kwargs, call.signature, ofRecord), call.decisions),
    target: call.target && ofRecord("t", "this", null, call.target),
    result: call.result && ofRecord("r", "result", null, call.result),
    thrown: exception && {
      type: exception.type,
      message: exception.message,
      traceback: tracebackText(exception.traceback),
      value: exception.value && ofRecord("x", "exception", null, exception.value),
    },
    mutated: [],
    frames: framesOf(call.stack_trace),
    isPython: call.preferred_format === "dill",
    isPage: call.process_pid === 0 || call.page_url !== null,
    processKey: call.process_key,
    processName: call.process_name,
    pageUrl: call.page_url,
    startedAt: call.started_at,
    durationMs: call.duration_ms,
    parentId: call.parent_call_id,
    parentName: call.parent?.function_name ?? null,
    children: call.children,
    decisions: call.decisions,
    isPinned: call.pinned,
  };
}

const PHASES: readonly Phase[] = ["running", "success", "exception", "abandoned", "lost"];

function phaseOf(data: PausedCallData): Phase {
  if (data.pause_reason === "exception" || data.status === "exception") return "threw";
  return data.pause_when;
}

type Maker<T> = (key: string, name: string, label: string | null, value: T) => CallValue;

function named<T>(
  args: readonly T[],
  kwargs: Readonly<Record<string, T>>,
  signature: string | number | null,
  make: Maker<T>,
): CallValue[] {
  const names = parameterNames(signature, args.length);
  return [
    ...args.map((value, at) => {
      const label = `args[${at}]`;
      const name = names[at];
      return name === undefined ? make(`a${at}`, label, null, value) : make(`a${at}`, name, label, value);
    }),
    ...Object.entries(kwargs).map(([name, value]) => make(`k:${name}`, name, null, value)),
  ];
}

/** With what the last decision about them put in their places. */
function asRun(values: readonly CallValue[], decisions: readonly Decision[]): CallValue[] {
  const last = decisions.findLast(({ args, kwargs }) => args !== undefined || kwargs !== undefined);
  if (!last) return [...values];
  return values.map((value) => {
    const place = value.key.slice(1);
    const item = value.key.startsWith("a") ? last.args?.[Number(place)] : ownOf(last.kwargs, place.slice(1));
    return item === undefined || item.cid === value.cid ? value : { ...value, ranWith: item.cid };
  });
}

const ownOf = <T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  map && Object.hasOwn(map, name) ? map[name] : undefined;

const ofItem: Maker<PayloadItem> = (key, name, label, item) => ({
  key,
  name,
  label,
  cid: item.cid,
  format: item.serialization_format === "json" ? "json" : "dill",
  data: item.data ?? null,
  size: item.data == null ? null : item.data.length,
});

const ofRecord: Maker<RecordedValue> = (key, name, label, value) => ({
  key,
  name,
  label,
  cid: value.cid,
  format: value.serialization_format,
  data: value.data,
  size: value.size,
});

/** The contract has an exception as whatever the client sent. */
function ofContract(exception: unknown): Thrown {
  if (typeof exception !== "object" || exception === null) {
    return { type: null, message: String(exception), traceback: null, value: null };
  }
  const { type, message, traceback } = exception as Record<string, unknown>;
  return {
    type: typeof type === "string" ? type : null,
    message: typeof message === "string" ? message : null,
    traceback: tracebackText(traceback),
    value: null,
  };
}

function tracebackText(traceback: unknown): string | null {
  if (traceback == null || traceback === "") return null;
  if (Array.isArray(traceback)) return traceback.map(String).join("");
  return typeof traceback === "string" ? traceback : JSON.stringify(traceback, null, 2);
}

/** The contract has the caller last. */
const framesOf = (stack: readonly StackFrame[]): Frame[] =>
  stack.map((frame, at) => ({ at, frame })).reverse();

/** How a phase is told, in words. */
export const PHASE_TEXT: Record<Phase, string> = {
  before: "before the call",
  after: "after the call",
  threw: "it threw",
  running: "running",
  success: "returned",
  exception: "threw",
  abandoned: "its program went away",
  lost: "its server ended before it did",
  event: "event",
};

export const isWaiting = (phase: Phase): boolean =>
  phase === "before" || phase === "after" || phase === "threw";
