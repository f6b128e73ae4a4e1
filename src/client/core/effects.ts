/**
 * A conversation with the server, written once and run twice. The steps of a call (ask, wait, evaluate, report) are
 * generators that yield what they need from the outside world; `runSync` answers with a channel that blocks only the
 * caller's thread, `runAsync` with one that never blocks. Nothing here knows HTTP, threads or a platform.
 */
import type { LiveChannel, LiveHost } from "../live/channel.ts";
import type { EncodeLimits } from "../types.ts";

/** One request to the server. `path` starts with a slash; `body` is JSON text. */
export interface WireRequest {
  method: "GET" | "POST";
  path: string;
  body?: string;
  timeoutMs: number;
  /** The function whose call it is about, for messages. */
  about?: string | null;
  /** Rings while the request is under way; answers when to ring next. Times in ms, as `Date.now()` gives them. */
  alarm?: { at: number; ring(): number };
}

export interface WireResponse {
  status: number;
  body: string;
}

/** A server that proved who it is. */
export interface VerifiedServer {
  url: string;
  instanceId: string;
}

/** How the asynchronous side reaches the world. Rejects with a `DebugError`, never with anything else. */
export interface AsyncChannel {
  /** Finds a server and verifies its identity. */
  locate(serverUrl: string | null): Promise<VerifiedServer>;
  send(serverUrl: string, request: WireRequest): Promise<WireResponse>;
  sleep(ms: number): Promise<void>;
  /** SHA-512 in hex of the UTF-8 text. */
  digest(text: string): string | Promise<string>;
}

/** The same, blocking the calling thread. Throws a `DebugError`, never anything else. */
export interface SyncChannel {
  locate(serverUrl: string | null): VerifiedServer;
  send(serverUrl: string, request: WireRequest): WireResponse;
  sleep(ms: number): void;
  digest(text: string): string;
}

/** Knows in which call of the program code is running. */
export interface CallScope {
  /** The innermost wrapped call this code runs in. */
  current(): string | null;
  /** Makes another call the current one, and gives the one before, to be put back. The code in between lies above neither. */
  swap(callId: string | null): string | null;
}

/** What a platform puts into the core. */
export interface Platform {
  async: AsyncChannel;
  /** Whether `withDebug("ON")` waits for the server, or calls do when they come. */
  connects: "at-once" | "soon";
  /** `null` where a thread cannot wait. */
  sync: SyncChannel | null;
  scope: CallScope;
  /** Makes the live channel of this platform; without it the HTTP contract is all there is. */
  live?(host: LiveHost): LiveChannel;
  identity: { process_pid: number; process_start_time: number; page_url?: string };
  /** What the environment variable says that `withDebug()` reads; `undefined` when it is not set. */
  environment(): string | undefined;
  /** Sends what there is to be told when the program ends, as far as that takes no time. */
  atExit(farewell: () => { url: string; requests: WireRequest[] } | null): void;
  /** Throws when the address is not one of this machine's. */
  checkServerUrl(url: string): void;
  /** Proxies run code of the program when looked at, so they are not looked at, where they can be told. */
  isProxy(value: object): boolean;
  /** A value as text for a person, for REPL results. */
  inspect(value: unknown): string;
  /** Runs work and stops it with an error when it takes longer, where the platform can. */
  cutOff?<T>(work: () => T, timeoutMs: number): T;
  log(line: string): void;
  /** For what the person has to act on, where that looks different. */
  warn?(line: string): void;
  defaultLimits?: Partial<EncodeLimits>;
}

type Effect =
  | { kind: "send"; serverUrl: string; request: WireRequest }
  | { kind: "locate"; serverUrl: string | null }
  | { kind: "sleep"; ms: number }
  | { kind: "digest"; text: string }
  | { kind: "settle"; value: unknown };

/** A conversation that ends with a `T`. */
export type Talk<T> = Generator<Effect, T, unknown>;

// The casts below are the one place where an effect is tied to the type of its answer; both runners keep to it.

export function* send(serverUrl: string, request: WireRequest): Talk<WireResponse> {
  return (yield { kind: "send", serverUrl, request }) as WireResponse;
}

export function* locate(serverUrl: string | null): Talk<VerifiedServer> {
  return (yield { kind: "locate", serverUrl }) as VerifiedServer;
}

export function* sleep(ms: number): Talk<void> {
  yield { kind: "sleep", ms };
}

export function* digest(text: string): Talk<string> {
  return (yield { kind: "digest", text }) as string;
}

/** Waits for a promise where waiting is possible; elsewhere the promise itself comes back. */
export function* settle(value: unknown): Talk<unknown> {
  return yield { kind: "settle", value };
}

/** Has a channel do it: what comes back is a promise where the channel's methods give one. */
function perform(effect: Effect, channel: SyncChannel | AsyncChannel): unknown {
  switch (effect.kind) {
    case "send":
      return channel.send(effect.serverUrl, effect.request);
    case "locate":
      return channel.locate(effect.serverUrl);
    case "sleep":
      return channel.sleep(effect.ms);
    case "digest":
      return channel.digest(effect.text);
    case "settle":
      return effect.value;
  }
}

/** Runs a conversation to its end on this thread. */
export function runSync<T>(talk: Talk<T>, channel: SyncChannel): T {
  let step = talk.next();
  while (!step.done) {
    let answer: unknown;
    try {
      answer = perform(step.value, channel);
    } catch (error) {
      step = talk.throw(error);
      continue;
    }
    step = talk.next(answer);
  }
  return step.value;
}

/** Runs a conversation to its end without ever blocking. */
export async function runAsync<T>(talk: Talk<T>, channel: AsyncChannel): Promise<T> {
  let step = talk.next();
  while (!step.done) {
    let answer: unknown;
    try {
      answer = await perform(step.value, channel);
    } catch (error) {
      step = talk.throw(error);
      continue;
    }
    step = talk.next(answer);
  }
  return step.value;
}
