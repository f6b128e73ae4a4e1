/** What the server tells a debuggee to do with a call. */
import { type Static, Type } from "@sinclair/typebox";
import { Json, maybe, object, oneOf, UnixSeconds } from "./fields.ts";
import { FormatField, PayloadItem, SerializationFormat } from "./payload.ts";

export const ContinueAction = object({ action: Type.Literal("continue") });

/** The call is paused: ask `poll_url` until it is ready. Times in ms. */
export const PollAction = object({
  action: Type.Literal("poll"),
  poll_interval_ms: Type.Number(),
  poll_url: Type.String({ description: "/api/poll/<pause_id>" }),
  timeout_ms: Type.Number(),
});

/** Run with these. An item of the call's own comes back with its CID: the client keeps that very object. */
export const ModifyAction = object({
  action: Type.Literal("modify"),
  modified_args: Type.Array(PayloadItem),
  modified_kwargs: Type.Record(Type.String(), PayloadItem),
});

/** Do not run; answer with this. */
export const SkipAction = object({
  action: Type.Literal("skip"),
  fake_result_data: Type.Optional(Type.String()),
  fake_result_cid: Type.Optional(Type.String()),
  fake_result_serialization_format: Type.Optional(SerializationFormat),
  fake_result: Type.Optional(Json),
});

export const RaiseAction = object({
  action: Type.Literal("raise"),
  exception_type: Type.String(),
  exception_message: Type.String(),
});

/** Run the function registered under this name instead. */
export const ReplaceAction = object({
  action: Type.Literal("replace"),
  function_name: Type.String(),
});

/** Only on a live channel, to clients that said they can, after a call: run it once more, with these arguments or the same. */
export const CallAgainAction = object({
  action: Type.Literal("call_again"),
  modified_args: Type.Optional(Type.Array(PayloadItem)),
  modified_kwargs: Type.Optional(Type.Record(Type.String(), PayloadItem)),
});

export type PollAction = Static<typeof PollAction>;
export type ModifyAction = Static<typeof ModifyAction>;
export type SkipAction = Static<typeof SkipAction>;

/** What ends a wait: anything but another `poll`. */
export const FinalAction = Type.Union([ContinueAction, ModifyAction, SkipAction, RaiseAction, ReplaceAction]);
export type FinalAction = Static<typeof FinalAction>;

/** What the engine decides: the contract's actions, and the one that only a live channel carries. */
export type EngineAction = FinalAction | Static<typeof CallAgainAction>;

/** Names of the actions a paused call may be released with. */
export const ActionName = oneOf(["continue", "modify", "skip", "raise", "replace", "call_again"]);
export type ActionName = Static<typeof ActionName>;

/** Who decided: a person at the page or the terminal, a rule, an agent over MCP, a script (see `ACTOR_HEADER`). */
export const DecidedBy = object({
  kind: oneOf(["person", "rule", "agent", "script"]),
  name: maybe(Type.String({ description: "Of a rule its id; of others what they call themselves" })),
});
export type DecidedBy = Static<typeof DecidedBy>;

/** A decision about a call, kept with it. Values by CID. */
export const Decision = object({
  at: UnixSeconds,
  when: oneOf(["before", "after"]),
  pause_id: Type.Union([Type.String(), Type.Null()], { description: "null: decided without a pause" }),
  decided_by: DecidedBy,
  action: ActionName,
  changed: Type.Array(Type.String(), {
    description: "What differs from what the program did: args[0], kwargs.x, result, exception, function",
  }),
  args: Type.Optional(Type.Array(PayloadItem)),
  kwargs: Type.Optional(Type.Record(Type.String(), PayloadItem)),
  result: Type.Optional(PayloadItem),
  exception: Type.Optional(object({ type: Type.String(), message: Type.String() })),
  function_name: Type.Optional(Type.String()),
  pause_after: Type.Optional(Type.Boolean()),
  delayed_s: Type.Optional(Type.Number({ description: "A rule held it back this long" })),
});
export type Decision = Static<typeof Decision>;

export const Action = Type.Union([
  ContinueAction,
  PollAction,
  ModifyAction,
  SkipAction,
  RaiseAction,
  ReplaceAction,
]);
export type Action = Static<typeof Action>;

export const PollResponse = Type.Union([
  object({ status: Type.Literal("waiting") }),
  object({ status: Type.Literal("ready"), action: FinalAction }),
]);
export type PollResponse = Static<typeof PollResponse>;

/** Body of `POST /api/paused/<id>/continue`. */
export const ContinueRequest = object({
  action: maybe(
    oneOf(["continue", "modify", "skip", "raise", "replace", "call_again"], {
      description: "Default: continue",
    }),
  ),
  modified_args: maybe(
    Type.Array(Json, {
      description: "One element an argument: an item ({cid} keeps that object), or a plain JSON value",
    }),
  ),
  modified_kwargs: maybe(Type.Record(Type.String(), Json)),
  fake_result: Type.Optional(Json),
  fake_result_data: maybe(Type.String({ description: "The result in the call's own format" })),
  fake_result_cid: maybe(Type.String()),
  fake_result_serialization_format: FormatField,
  exception_type: maybe(Type.String()),
  exception_message: maybe(Type.String()),
  replacement_function: maybe(Type.String()),
  pause_after: maybe(
    Type.Boolean({
      description: "Pause this call again when it has ended (before the call, and if its client can)",
    }),
  ),
  call_again: maybe(
    Type.Boolean({
      description: "After the call: run it once more, with modified_args and modified_kwargs or the same",
    }),
  ),
  step: maybe(Type.Boolean({ description: "And pause the next call of the same process" })),
});
export type ContinueRequest = Static<typeof ContinueRequest>;

export const ContinueResponse = object({ status: Type.Literal("ok"), pause_id: Type.String() });
