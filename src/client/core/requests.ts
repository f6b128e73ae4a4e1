/** Requests as every conversation builds them. */
import type { WireRequest } from "./effects.ts";

/** A request is answered at once, or something is wrong. A poll is held by the server for up to 20 s. */
const REQUEST_TIMEOUT_MS = 30_000;

/** `about` is the function whose call it is about. */
export const get = (path: string, about: string | null = null): WireRequest => ({
  method: "GET",
  path,
  about,
  timeoutMs: REQUEST_TIMEOUT_MS,
});

export const post = (path: string, body: string, about: string | null = null): WireRequest => ({
  method: "POST",
  path,
  body,
  about,
  timeoutMs: REQUEST_TIMEOUT_MS,
});
