/** Calls between their start and their end. */
import type { Decision } from "../../protocol/actions.ts";
import type { CallSite } from "../../protocol/calls.ts";
import type { ClientFeature } from "../../protocol/debuggee-frames.ts";
import type { SerializationFormat } from "../../protocol/payload.ts";
import type { Signature } from "./functions.ts";

/** A value the store holds, as a call refers to it. */
export interface Item {
  cid: string;
  format: SerializationFormat;
  clientRef: number | string | null;
  /** Its text, where it is at hand: spares asking the store. */
  text?: string;
}

export interface ProcessIdentity {
  /** 0 for a browser page. */
  pid: number;
  /** Unix seconds. */
  startTime: number;
  pageUrl: string | null;
}

/** Asked for with every call; spelling out six decimals takes as long as deciding about it. */
const processKeys = new WeakMap<ProcessIdentity, string>();

/** `"{start:.6f}+{pid}"`, as the contract spells a process. */
export function processKey(process: ProcessIdentity): string {
  let key = processKeys.get(process);
  if (key === undefined) {
    key = `${process.startTime.toFixed(6)}+${process.pid}`;
    processKeys.set(process, key);
  }
  return key;
}

/** What a debuggee reported about a call it is about to make. */
export interface CallStart {
  methodName: string;
  target: Item | null;
  args: Item[];
  kwargs: Map<string, Item>;
  callSite: CallSite;
  callType: "proxy" | "inline";
  signature: Signature | null;
  preferredFormat: SerializationFormat;
  /** Id of the call it was made in; null when there is none, or the client does not tell. */
  parentCallId: string | null;
  process: ProcessIdentity;
  /** It was paused at a server that is gone, and nobody has decided about it since. */
  wasPaused?: boolean;
  /** The id its client gave it; left out, the engine makes one. */
  id?: string;
  /** The client of the live channel it comes from; left out for one that speaks HTTP. */
  client?: LiveClientInfo;
}

/** What the engine has to know of a client of the live channel. Its connection tells whether it is there. */
export interface LiveClientInfo {
  readonly id: string;
  readonly program: string | null;
  readonly features: readonly ClientFeature[];
}

export interface Call extends CallStart {
  id: string;
  /** Unix seconds. */
  startedAt: number;
  /** What was decided about it, oldest first. */
  decisions?: Decision[];
  /** It pauses when it has ended, whatever else is set. */
  pauseAfter?: boolean;
  /** How often it was told to run once more. */
  reruns?: number;
}

/** How a call ended. */
export interface CallOutcome {
  status: "success" | "exception" | "abandoned";
  result: Item | null;
  exception: { type: string | null; message: string | null; traceback: unknown; item: Item | null } | null;
  /** Unix seconds. */
  completedAt: number;
  /** How long it ran, where the client measured it: without the time it was paused. */
  durationMs?: number;
  /** Arguments that differ after the call: their places, and what they are now. */
  mutated?: readonly { index: number; item: Item }[];
}

/** `"1234567890.123456-001"`: the contract's shape. The number never repeats within a server. */
export class CallIds {
  #next = 1;

  take(now: number): string {
    return `${now.toFixed(6)}-${String(this.#next++).padStart(3, "0")}`;
  }
}
