/** What the server answered, checked before it is believed. */
import type { Action } from "../../protocol/actions.ts";
import type { ErrorBody } from "../../protocol/errors.ts";
import {
  DebugCidMismatchError,
  DebugCidNotFoundError,
  type DebugError,
  DebugProtocolError,
} from "../errors.ts";
import type { WireResponse } from "./effects.ts";

/** The code and sentence of a refusal, whatever the body turned out to be. */
export function refusal(response: WireResponse): { code: string | null; message: string; missing: string[] } {
  const body = parse(response.body) as Partial<ErrorBody> & { missing_cids?: unknown };
  const code = typeof body?.error === "string" ? body.error : null;
  const message = typeof body?.message === "string" ? body.message : `HTTP ${response.status}`;
  const missing = Array.isArray(body?.missing_cids) ? body.missing_cids.map(String) : [];
  return { code, message, missing };
}

/** The JSON object of a good answer; throws what a bad one means. */
export function readAnswer<T extends object = Record<string, unknown>>(
  response: WireResponse,
  path: string,
): T {
  if (response.status >= 400) throw errorOf(response, path);
  const body = parse(response.body);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new DebugProtocolError(`The server answered ${path} with something that is not a JSON object.`, {
      status: response.status,
    });
  }
  return body as T;
}

function errorOf(response: WireResponse, path: string): DebugError {
  const { code, message, missing } = refusal(response);
  const text = `The server refused ${path}: ${message}`;
  if (code === "cid_not_found") return new DebugCidNotFoundError(text, missing);
  if (code === "cid_mismatch") return new DebugCidMismatchError(text);
  return new DebugProtocolError(text, { code, status: response.status });
}

const ACTIONS = new Set(["continue", "poll", "modify", "skip", "raise", "replace"]);

/** `true` for an answer that names an action with all it needs. */
export function isDecision(answer: object): answer is Action & { call_id?: unknown } {
  const { action } = answer as { action?: unknown };
  if (typeof action !== "string" || !ACTIONS.has(action)) return false;
  const fields = answer as Record<string, unknown>;
  switch (action) {
    case "poll":
      return typeof fields.poll_url === "string" && typeof fields.poll_interval_ms === "number";
    case "modify":
      return Array.isArray(fields.modified_args) && fields.modified_args.every(isItem);
    case "raise":
      return typeof fields.exception_type === "string";
    case "replace":
      return typeof fields.function_name === "string";
    default:
      return true;
  }
}

const isItem = (item: unknown): boolean =>
  typeof item === "object" && item !== null && typeof (item as { cid?: unknown }).cid === "string";

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
