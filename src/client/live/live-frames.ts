/** Frames of a call that asks, as text; and what the server decides, checked before it is believed. */
import type { LiveAction, ServerFrame } from "../../protocol/debuggee-frames.ts";
import { DebugProtocolError } from "../errors.ts";
import { ASK_REFS } from "./batch.ts";
import type { LiveCall } from "./live-call.ts";

/** Texts of an asking call are spelled out each time, under numbers that batches do not use. */
const spelled = (text: string, place: number): string => `[${ASK_REFS + place},${JSON.stringify(text)}]`;

/** Where the target and the outcome go: behind all arguments. */
const TARGET_PLACE = 999;

const frames = (texts: readonly string[]): string => {
  let list = "";
  for (let i = 0; i < texts.length; i++) {
    list += `${i === 0 ? "" : ","}${spelled(texts[i] ?? "null", i % TARGET_PLACE)}`;
  }
  return list;
};

/** `site` is JSON. The beginning, up to `seq`, is what the helper thread reads. */
export function askFrame(live: LiveCall, site: string): string {
  const { known, call } = live;
  return (
    `{"t":"ask","seq":${live.seq},"name":${known.json},"parent":${live.parent},"started_at":${live.startedAt}` +
    `,"signature":${known.signature(call.fn)},"args":[${frames(live.args)}]` +
    `${live.refs === null ? "" : `,"refs":${live.refs}`}` +
    `${live.target === null ? "" : `,"target":${spelled(live.target, TARGET_PLACE)}`}` +
    `,"site":${site},"call_type":"${call.callType}"}`
  );
}

export interface EndParts {
  durationMs: number;
  threw: boolean;
  outcome: string;
  outcomeRef: number | undefined;
  /** As JSON. */
  exception: string | null;
  mutated: readonly (readonly [number, string])[];
}

/** An end that waits for a decision. */
export function endFrame(live: LiveCall, end: EndParts): string {
  const mutated = end.mutated.map(([place, text]) => `[${place},${spelled(text, place % TARGET_PLACE)}]`);
  return (
    `{"t":"end","seq":${live.seq},"duration_ms":${end.durationMs},"status":${end.threw ? 1 : 0}` +
    `,"outcome":${spelled(end.outcome, TARGET_PLACE)}` +
    `${end.outcomeRef === undefined ? "" : `,"outcome_ref":${end.outcomeRef}`}` +
    `${end.exception === null ? "" : `,"exception":${end.exception}`}` +
    `${mutated.length === 0 ? "" : `,"mutated":[${mutated}]`},"wait":true${live.reruns === 0 ? "" : `,"run":${live.reruns}`}}`
  );
}

/** A frame whose call was paused, asked about once more: an `ask` says so, for whoever did not hear the first. */
export const askedAgain = (frame: string): string =>
  frame.startsWith('{"t":"ask"') && !frame.endsWith(WAS_PAUSED) ? frame.slice(0, -1) + WAS_PAUSED : frame;

const WAS_PAUSED = ',"was_paused":true}';

/** What the helper thread adds to the server's frames about a call that waits. */
export type LinkNotice = { t: "lost" } | { t: "back" } | { t: "none" };

/** A frame of the server about a call that waits. */
export type CallFrame =
  | Extract<ServerFrame, { t: "decision" | "paused" | "evaluate" | "refused" }>
  | LinkNotice;

export function readCallFrame(text: string): CallFrame {
  return JSON.parse(text) as CallFrame;
}

/** The action of a decision; throws a `DebugProtocolError` when it is none. */
export function checkedAction(action: LiveAction): LiveAction {
  if (isAction(action)) return action;
  throw new DebugProtocolError(
    `The server decided something that is no action: ${JSON.stringify(action)?.slice(0, 200)}`,
  );
}

function isAction(action: unknown): action is LiveAction {
  if (typeof action !== "object" || action === null) return false;
  const fields = action as Record<string, unknown>;
  switch (fields.action) {
    case "continue":
      return true;
    case "modify":
      return Array.isArray(fields.args) && fields.args.every(isChosen);
    case "skip":
      return isChosen(fields.result);
    case "raise":
      return typeof fields.exception_type === "string";
    case "replace":
      return typeof fields.function_name === "string";
    case "call_again":
      return fields.args === undefined || (Array.isArray(fields.args) && fields.args.every(isChosen));
    default:
      return false;
  }
}

function isChosen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { keep, data } = value as { keep?: unknown; data?: unknown };
  if (typeof data === "string") return true;
  return keep === "target" || keep === "outcome" || (Number.isInteger(keep) && Number(keep) >= 0);
}
