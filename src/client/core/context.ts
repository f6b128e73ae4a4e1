/** What the conversations of a client share, and the two kinds of request they make. */
import type { Payload } from "./draft.ts";
import type { Platform, WireRequest } from "./effects.ts";
import type { Session } from "./session.ts";

/** A request is answered at once, or something is wrong. A poll is held by the server for up to 20 s. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface Context {
  session: Session;
  platform: Platform;
  encodeValue(value: unknown): Payload;
}

export const get = (path: string): WireRequest => ({ method: "GET", path, timeoutMs: REQUEST_TIMEOUT_MS });

export const post = (path: string, body: string): WireRequest => ({
  method: "POST",
  path,
  body,
  timeoutMs: REQUEST_TIMEOUT_MS,
});
