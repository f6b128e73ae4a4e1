/** Paused calls and the REPL beside them. */
import { type Static, Type } from "@sinclair/typebox";
import { ActionName, DecidedBy, Decision } from "./actions.ts";
import { CallSite } from "./calls.ts";
import { FunctionName, Json, maybe, object, oneOf, Signature, UnixSeconds } from "./fields.ts";
import { FormatField, PayloadItem, SerializationFormat } from "./payload.ts";

/**
 * A paused call. `args`, `kwargs` and `target` are the items as the client sent them, with `data` filled in from the
 * store; the `pretty_*` fields are the same values as plain JSON for people to read: what JSON cannot say becomes a
 * short text such as `"Map(2)"` or `"<os.system>"`.
 */
export const PausedCallData = object({
  call_id: Type.String(),
  method_name: Type.String(),
  target: Type.Union([PayloadItem, Type.Null()]),
  args: Type.Array(PayloadItem),
  kwargs: Type.Record(Type.String(), PayloadItem),
  pretty_target: Json,
  pretty_args: Type.Array(Json),
  pretty_kwargs: Type.Record(Type.String(), Json),
  signature: Type.Union([Signature, Type.Null()]),
  call_site: CallSite,
  parent_call_id: Type.Union([Type.String(), Type.Null()], {
    description: "The call it was made in, where the client knows it",
  }),
  call_type: oneOf(["proxy", "inline"]),
  process_pid: Type.Integer(),
  process_start_time: UnixSeconds,
  process_key: Type.String({ description: '"{start:.6f}+{pid}"' }),
  page_url: Type.Union([Type.String(), Type.Null()]),
  preferred_format: SerializationFormat,
  pause_reason: oneOf(["breakpoint", "exception"]),
  pause_cause: oneOf(
    [
      "breakpoint",
      "rule",
      "value",
      "mutation",
      "pause_all",
      "pause_next",
      "pause_after",
      "was_paused",
      "delay",
    ],
    {
      description: "What paused it, more exactly",
    },
  ),
  rule: Type.Union([Type.String(), Type.Null()], { description: "Id of the rule that paused it" }),
  pause_when: oneOf(["before", "after"]),
  accepts: Type.Array(ActionName, {
    description: "The actions this call can be released with; others are refused with action_not_supported",
  }),
  accepts_pause_after: Type.Boolean({ description: "It can be released with pause_after" }),
  decisions: Type.Array(Decision, { description: "What was decided about it before, oldest first" }),
  ran_with: Type.Optional(
    Type.Object(
      {
        args: Type.Array(PayloadItem, { description: "By CID" }),
        kwargs: Type.Record(Type.String(), PayloadItem),
        pretty_args: Type.Array(Json),
        pretty_kwargs: Type.Record(Type.String(), Json),
      },
      { description: "After a call that was changed: what it ran with. args are what it was called with" },
    ),
  ),
  mutated: Type.Optional(
    Type.Array(object({ index: Type.Integer(), item: PayloadItem, pretty: Json }), {
      description:
        "Arguments that differ from what the call began with, as they are now: after it, or because of an evaluation",
    }),
  ),
  delayed_until: Type.Optional(UnixSeconds),
  status: Type.Optional(oneOf(["success", "exception"])),
  pretty_result: Type.Optional(Json),
  result: Type.Optional(PayloadItem),
  exception: Type.Optional(Json),
});
export type PausedCallData = Static<typeof PausedCallData>;

export const PausedCall = object({
  id: Type.String(),
  paused_at: UnixSeconds,
  call_data: PausedCallData,
  repl_sessions: Type.Array(Type.String()),
});
export type PausedCall = Static<typeof PausedCall>;
export const PausedList = object({ paused: Type.Array(PausedCall) });

export const ReplStartRequest = object({ pause_id: Type.String({ minLength: 1 }) });
export const ReplStartResponse = object({ session_id: Type.String() });
export const ReplEvalRequest = object({
  expr: Type.String(),
  silent: maybe(
    Type.Boolean({ description: "Kept in no transcript: what a terminal asks to complete a word" }),
  ),
});
export type ReplEvalRequest = Static<typeof ReplEvalRequest>;
export const ReplEvalResponse = object({
  output: Type.String(),
  stdout: Type.String(),
  is_error: Type.Boolean(),
  result_cid: Type.Union([Type.String(), Type.Null()]),
});
export type ReplEvalResponse = Static<typeof ReplEvalResponse>;

/** What a debuggee finds when it asks whether something is to be evaluated. */
export const PollReplResponse = Type.Union([
  object({ eval_id: Type.Null() }),
  object({
    eval_id: Type.String(),
    session_id: Type.String(),
    pause_id: Type.String(),
    expr: Type.String(),
  }),
]);
export type PollReplResponse = Static<typeof PollReplResponse>;

/** All optional here: the contract answers `missing_fields`, not a schema error. */
export const ReplResultRequest = object({
  eval_id: maybe(Type.String()),
  session_id: maybe(Type.String()),
  pause_id: maybe(Type.String()),
  result: Type.Optional(Json),
  stdout: maybe(Type.String()),
  error: Type.Optional(Json),
  result_cid: maybe(Type.String()),
  result_data: maybe(Type.String()),
  result_serialization_format: FormatField,
  changed_args: maybe(
    Type.Array(object({ index: Type.Integer({ minimum: 0 }), cid: Type.String(), data: Type.String() }), {
      description: "Arguments the call will run with now, in tagged JSON: the evaluation changed them",
    }),
  ),
});
export type ReplResultRequest = Static<typeof ReplResultRequest>;

export const ReplEntry = object({
  eval_id: Type.String(),
  expr: Type.String(),
  output: Type.String(),
  stdout: Type.String(),
  is_error: Type.Boolean(),
  result_cid: Type.Union([Type.String(), Type.Null()]),
  evaluated_by: DecidedBy,
  started_at: UnixSeconds,
  completed_at: UnixSeconds,
});
export type ReplEntry = Static<typeof ReplEntry>;

export const ReplSession = object({
  session_id: Type.String(),
  pause_id: Type.String(),
  call_id: Type.String(),
  function_name: FunctionName,
  process_key: Type.String(),
  status: oneOf(["active", "closed"]),
  started_at: UnixSeconds,
  closed_at: Type.Union([UnixSeconds, Type.Null()]),
  transcript: Type.Array(ReplEntry),
});
export type ReplSession = Static<typeof ReplSession>;
export const ReplSessionResponse = object({ session: ReplSession });
export const ReplSessionList = object({ sessions: Type.Array(ReplSession) });
