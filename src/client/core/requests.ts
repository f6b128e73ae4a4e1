/** Requests as every conversation builds them. */
import type { WireRequest } from "./effects.ts";

/** A request is answered at once, or something is wrong. A poll is held by the server for up to 20 s. */
const REQUEST_TIMEOUT_MS = 30_000;

export const get = (path: string): WireRequest => ({ method: "GET", path, timeoutMs: REQUEST_TIMEOUT_MS });

export const post = (path: string, body: string): WireRequest => ({
  method: "POST",
  path,
  body,
  timeoutMs: REQUEST_TIMEOUT_MS,
});
