/** A call from its start to its end, as a debuggee reports it. */
import { type Static, Type } from "@sinclair/typebox";
import { Action } from "./actions.ts";
import { FunctionName, Json, maybe, object, oneOf, Signature, UnixSeconds } from "./fields.ts";
import { FormatField, PayloadItem } from "./payload.ts";

/** One frame of a stack, innermost last as Python orders it. */
export const StackFrame = object({
  filename: maybe(Type.String()),
  lineno: maybe(Type.Number()),
  column: maybe(Type.Number({ description: "From 1" })),
  function: maybe(Type.String()),
  code_context: maybe(Json),
});
export type StackFrame = Static<typeof StackFrame>;

export const CallSite = object({
  timestamp: maybe(UnixSeconds),
  stack_trace: maybe(Type.Array(StackFrame)),
});
export type CallSite = Static<typeof CallSite>;

/** Who called: required by the contract, checked in code to answer `missing_process_identity`. */
const processIdentity = {
  process_pid: maybe(Type.Integer({ description: "0 for a browser page" })),
  process_start_time: maybe(UnixSeconds),
  page_url: maybe(Type.String()),
};

/** Far longer than any id of ours. */
const ParentCallId = maybe(
  Type.String({ maxLength: 200, description: "call_id of the wrapped call this one was made in" }),
);

export const CallStartRequest = object({
  method_name: FunctionName,
  target: maybe(PayloadItem),
  target_cid: maybe(Type.String()),
  args: maybe(Type.Array(PayloadItem)),
  kwargs: maybe(Type.Record(Type.String(), PayloadItem)),
  call_site: maybe(CallSite),
  call_type: maybe(oneOf(["proxy", "inline"])),
  signature: maybe(Signature),
  preferred_format: maybe(Type.String({ description: '"dill" (the default) or "json"' })),
  was_paused: maybe(
    Type.Boolean({
      description: "It was paused at a server that is gone: it must not run without a decision",
    }),
  ),
  parent_call_id: ParentCallId,
  ...processIdentity,
});
export type CallStartRequest = Static<typeof CallStartRequest>;

export const CallStartResponse = Type.Intersect([object({ call_id: Type.String() }), Action]);
export type CallStartResponse = Static<typeof CallStartResponse>;

/** How a call ended, and with what. The contract spells an item out with a prefix here. */
const outcome = {
  result_cid: maybe(Type.String()),
  result_data: maybe(Type.String()),
  result_serialization_format: FormatField,
  result_client_ref: maybe(Type.Union([Type.Integer(), Type.String()])),
  exception_type: maybe(Type.String()),
  exception_message: maybe(Type.String()),
  exception_traceback: maybe(Json),
  exception_cid: maybe(Type.String()),
  exception_data: maybe(Type.String()),
  exception_serialization_format: FormatField,
  exception_client_ref: maybe(Type.Union([Type.Integer(), Type.String()])),
};

export const CallCompleteRequest = object({
  call_id: Type.String({ minLength: 1 }),
  timestamp: maybe(UnixSeconds),
  status: oneOf(["success", "exception"]),
  ...outcome,
  ...processIdentity,
});
export type CallCompleteRequest = Static<typeof CallCompleteRequest>;

export const CallCompleteResponse = Type.Union([
  object({ status: Type.Literal("ok") }),
  Type.Intersect([object({ call_id: Type.String() }), Action]),
]);
export type CallCompleteResponse = Static<typeof CallCompleteResponse>;

/** A finished call without a start: registrations are announced this way. */
export const CallEventRequest = object({
  method_name: FunctionName,
  status: Type.String({ minLength: 1 }),
  timestamp: maybe(UnixSeconds),
  call_site: maybe(CallSite),
  pretty_args: maybe(Json),
  pretty_kwargs: maybe(Json),
  pretty_result: Type.Optional(Json),
  exception: Type.Optional(Json),
  signature: maybe(Signature),
  parent_call_id: ParentCallId,
  ...outcome,
  ...processIdentity,
});
export type CallEventRequest = Static<typeof CallEventRequest>;

export const CallEventResponse = object({ status: Type.Literal("ok"), call_id: Type.String() });

/** Body of `POST /api/report-com-error`: whatever object it likes. */
export const ComErrorRequest = Type.Record(Type.String(), Json);
export const ComErrorList = object({ errors: Type.Array(Type.Record(Type.String(), Json)) });
