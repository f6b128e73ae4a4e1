/**
 * What a caller and its helper thread say to each other. Jobs are objects; what a live channel carries is text, for
 * posting a text costs a tenth of posting an object. Errors cross as text and are built again on the other side.
 *
 * | text to the helper | |
 * |---|---|
 * | `C<table>\n<sites>\n<rest>` | a batch of calls (see live/batch.ts) |
 * | `N<number>` | the number of the first batch that comes: a helper before this one had the others |
 * | `F<functions frame>` | functions that became known |
 * | `Q<ask or end frame>` | the caller waits for the decision, under the key `S<seq>` |
 * | `V<evaluated frame>` | the outcome of an evaluation |
 * | `X<seq>` | the caller waits no longer |
 * | `P<n>` | what is the policy, and who is the server? Answered under the same key |
 * | `T<trouble>` | something went wrong: told to the server when it can hear of it |
 * | `O` | debugging was switched off; `B`: the program ends. Say so, once all is told |
 */
import type { HelloFrame, Policy } from "../../protocol/debuggee-frames.ts";
import type { VerifiedServer, WireRequest, WireResponse } from "../core/effects.ts";
import { DebugError, DebugProtocolError, DebugServerError, DebugTimeoutError, messageOf } from "../errors.ts";

/** What a helper is started with. */
export interface HelperStart {
  mailbox: SharedArrayBuffer;
  signals: SharedArrayBuffer;
  hello: Omit<HelloFrame, "channel">;
}

/** Under this key the answer to a job comes: one that is broken off must not leave its answer to the next. */
export const jobKey = (number: number): string => `J${number}`;

/** The answer to `P<n>`. */
export interface LiveInfo {
  policy: Policy;
  server: VerifiedServer | null;
  /** When the connection was lost, as `Date.now()`; `null` while there is one. */
  lostAt: number | null;
  /** Why there is no channel; how many calls were dropped on account of that. */
  reason: string | null;
  dropped: number;
}

/** A job for the helper. The environment travels along: a worker's own is a copy from when it was started. */
export type HelperJob =
  | { kind: "send"; number: number; serverUrl: string; request: Omit<WireRequest, "alarm"> }
  | { kind: "locate"; number: number; serverUrl: string | null; env: Record<string, string | undefined> }
  /** A server was found by somebody else. No answer. */
  | {
      kind: "meet";
      server: VerifiedServer;
      serverUrl: string | null;
      env: Record<string, string | undefined>;
    }
  /** There was a channel: find the server, and go on with it. No answer. */
  | { kind: "seek"; why: string; serverUrl: string | null; env: Record<string, string | undefined> };

/** A job that is answered. */
export type HelperQuestion = Extract<HelperJob, { number: number }>;

export type HelperAnswer =
  | { kind: "response"; response: WireResponse }
  | { kind: "server"; server: VerifiedServer }
  | { kind: "error"; name: string; message: string };

const CLASSES: Record<string, new (message: string) => DebugError> = {
  DebugServerError,
  DebugTimeoutError,
  DebugProtocolError,
};

export const errorAnswer = (error: unknown): HelperAnswer => ({
  kind: "error",
  name: error instanceof Error ? error.name : "DebugError",
  message: messageOf(error),
});

export function errorFrom(answer: { name: string; message: string }): DebugError {
  const known = Object.hasOwn(CLASSES, answer.name) ? CLASSES[answer.name] : undefined;
  return known ? new known(answer.message) : new DebugError(answer.message);
}
