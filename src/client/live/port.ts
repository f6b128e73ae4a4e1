/** What runs calls on a live channel needs of the platform. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import type { WireRequest } from "../core/effects.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import type { LiveCall } from "./live-call.ts";
import type { LiveState } from "./signals.ts";
import type { MapFrame } from "./sites.ts";

/** What is to be looked at with every call. `Signals` is one, in memory shared with another thread. */
export interface LiveSignals {
  readonly turn: number;
  readonly state: LiveState;
  readonly done: number;
}

/** Rings while something is waited for. */
export type Alarm = NonNullable<WireRequest["alarm"]>;

/** Somebody who waits for a decision about a call. */
export interface Waiter {
  /** How long to look for a lost server, in ms, given whether the call is paused. */
  graceMs(paused: boolean): number;
  /** What rings when there is no answer at all. */
  stalled(): Alarm | null;
  /** It is paused: what rings from now on. */
  paused(): Alarm | null;
  /** The server that held it is gone. */
  lost(): void;
  /** What to throw when no server is found any more. */
  gone(): Error;
}

/** There is no live channel any more: the call is to be reported over HTTP. */
export class NoChannel extends Error {}

export interface LivePort {
  readonly signals: LiveSignals;
  /** Finds places in sources; `null` where files cannot be read. */
  readonly mapFrame: MapFrame | null;
  /** See transports/helper-messages.ts. */
  post(message: string): void;
  /** What the signals do not say. */
  info(): LiveInfo;
  /** Sends a frame and waits for the decision, without blocking. Rejects with a `DebugError`, or `NoChannel`. */
  ask(live: LiveCall, frame: string, waiter: Waiter): Promise<LiveAction>;
  /** The same, blocking the thread; `null` where that cannot be. */
  readonly askBlocking: ((live: LiveCall, frame: string, waiter: Waiter) => LiveAction) | null;
  /** Size of a batch that is full. */
  readonly batchCharacters: number;
  /** Waits until more batches are done, or so long; `null` where nothing can wait. */
  readonly awaitDone: ((timeoutMs: number) => void) | null;
}
