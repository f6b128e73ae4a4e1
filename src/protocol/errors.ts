/** Every refusal has one shape: a code to branch on, and a sentence that names the input and the remedy. */
import { type Static, Type } from "@sinclair/typebox";
import { object } from "./fields.ts";

export const ErrorBody = object({
  error: Type.String({ description: "A stable code, e.g. pause_not_found" }),
  message: Type.String({ description: "What was wrong and what to do" }),
});
export type ErrorBody = Static<typeof ErrorBody>;

/** Every code the server answers, so that a client can switch over them. */
export type ErrorCode =
  | "cid_not_found"
  | "cid_mismatch"
  | "invalid_serialization_format"
  | "invalid_json"
  | "invalid_dill"
  | "invalid_payload"
  | "invalid_preferred_format"
  | "invalid_request"
  | "missing_process_identity"
  | "missing_fields"
  | "pause_not_found"
  | "pause_already_resumed"
  | "action_not_supported"
  | "breakpoint_not_found"
  | "function_not_found"
  | "rule_not_found"
  | "process_not_found"
  | "invalid_rule"
  | "flow_muted"
  | "invalid_query"
  | "call_not_found"
  | "object_not_found"
  | "session_kept"
  | "signature_mismatch"
  | "eval_not_found"
  | "eval_timeout"
  | "session_not_found"
  | "session_closed"
  | "denied_to_agents"
  | "proposal_needed"
  | "held_by_person"
  | "proposal_not_found"
  | "proposal_closed"
  | "not_found"
  | "source_not_found"
  | "value_not_found"
  | "method_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "forbidden_host"
  | "forbidden_origin"
  | "forbidden_user"
  | "unauthorized"
  | "server_stopping"
  | "internal_error";
