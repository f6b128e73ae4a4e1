/** Refusals as answers: which HTTP status a code has, and the one shape of an error body. */
import type { ErrorBody, ErrorCode } from "../protocol/errors.ts";
import type { Refusal } from "./engine/refusal.ts";

const STATUS: Record<ErrorCode, number> = {
  cid_not_found: 400,
  cid_mismatch: 400,
  invalid_serialization_format: 400,
  invalid_json: 400,
  invalid_dill: 400,
  invalid_payload: 400,
  invalid_preferred_format: 400,
  invalid_request: 400,
  invalid_rule: 400,
  invalid_query: 400,
  missing_process_identity: 400,
  missing_fields: 400,
  signature_mismatch: 400,
  unauthorized: 401,
  forbidden_host: 403,
  forbidden_origin: 403,
  forbidden_user: 403,
  denied_to_agents: 403,
  not_found: 404,
  proposal_not_found: 404,
  source_not_found: 404,
  value_not_found: 404,
  pause_not_found: 404,
  call_not_found: 404,
  object_not_found: 404,
  breakpoint_not_found: 404,
  function_not_found: 404,
  rule_not_found: 404,
  process_not_found: 404,
  eval_not_found: 404,
  session_not_found: 404,
  method_not_allowed: 405,
  pause_already_resumed: 409,
  action_not_supported: 409,
  flow_muted: 409,
  session_closed: 409,
  session_kept: 409,
  proposal_needed: 409,
  proposal_closed: 409,
  held_by_person: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  internal_error: 500,
  server_stopping: 503,
  eval_timeout: 504,
};

export const statusOf = (refusal: Refusal): number => STATUS[refusal.code];

export const bodyOf = (refusal: Refusal): ErrorBody => ({
  error: refusal.code,
  message: refusal.message,
  ...refusal.extra,
});

/** A refusal as a whole response, for the hooks that run before any route. */
export function responseOf(refusal: Refusal, headers: Record<string, string> = {}): Response {
  return Response.json(bodyOf(refusal), { status: statusOf(refusal), headers });
}
