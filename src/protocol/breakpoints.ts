/** Breakpoints, functions and the global behavior. */
import { type Static, Type } from "@sinclair/typebox";
import { FunctionHint, FunctionName, Json, maybe, object, oneOf, Signature, UnixSeconds } from "./fields.ts";
import { FormatField } from "./payload.ts";

/** Before a call: pause, let go, or do what the global behavior says. */
export const Behavior = oneOf(["stop", "go", "yield"]);
export type Behavior = Static<typeof Behavior>;

/** After a call: as before it, or pause only when it threw. */
export const AfterBehavior = oneOf(["stop", "go", "yield", "exception", "stop_exception"]);
export type AfterBehavior = Static<typeof AfterBehavior>;

/** What a breakpoint whose own behavior is `yield` does. */
export const GlobalBehavior = oneOf(["stop", "go", "exception", "stop_exception"]);
export type GlobalBehavior = Static<typeof GlobalBehavior>;

export const BreakpointList = object({
  breakpoints: Type.Array(Type.String()),
  breakpoint_behaviors: Type.Record(Type.String(), Behavior),
  breakpoint_after_behaviors: Type.Record(Type.String(), AfterBehavior),
  breakpoint_replacements: Type.Record(Type.String(), Type.String()),
});
export type BreakpointList = Static<typeof BreakpointList>;

/** Body of `POST /api/breakpoints`. `continue` is an alias of `go`, as everywhere. */
export const AddBreakpointRequest = object({
  function_name: FunctionName,
  signature: maybe(Signature),
  behavior: maybe(oneOf(["stop", "go", "yield", "continue"])),
  timestamp: maybe(UnixSeconds),
});
export type AddBreakpointRequest = Static<typeof AddBreakpointRequest>;
export const NamedOk = object({ status: Type.Literal("ok"), function_name: Type.String() });

/** Answer of `POST /api/breakpoints`. */
export const AddBreakpointResponse = object({ ...NamedOk.properties, hint: FunctionHint });
export type AddBreakpointResponse = Static<typeof AddBreakpointResponse>;

export const BehaviorRequest = object({ behavior: oneOf(["stop", "go", "yield", "continue"]) });
export const AfterBehaviorRequest = object({
  behavior: oneOf(["stop", "go", "yield", "exception", "stop_exception", "continue"]),
});
export const GlobalBehaviorRequest = object({
  behavior: oneOf(["stop", "go", "exception", "stop_exception", "continue"]),
});
export const GlobalBehaviorResponse = object({ behavior: GlobalBehavior });
export const ReplacementRequest = object({ replacement_function: maybe(Type.String()) });

export const FunctionRequest = object({
  function_name: FunctionName,
  signature: maybe(Signature),
  function_cid: maybe(Type.String()),
  function_data: maybe(Type.String()),
  function_serialization_format: FormatField,
  function_client_ref: maybe(Type.Union([Type.Integer(), Type.String()])),
  function_metadata: maybe(Type.Record(Type.String(), Json)),
});
export type FunctionRequest = Static<typeof FunctionRequest>;
export const FunctionResponse = object({
  status: Type.Literal("ok"),
  function_name: Type.String(),
  signature: Type.Union([Signature, Type.Null()]),
});
export const FunctionList = object({
  functions: Type.Array(Type.String()),
  function_signatures: Type.Record(Type.String(), Signature),
  function_metadata: Type.Record(Type.String(), Type.Record(Type.String(), Json)),
});
export type FunctionList = Static<typeof FunctionList>;

/** A finished call as the history of a breakpoint shows it. */
export const HistoryEntry = object({
  id: Type.String(),
  function_name: Type.String(),
  completed_at: UnixSeconds,
  call_data: Type.Record(Type.String(), Json),
});
export type HistoryEntry = Static<typeof HistoryEntry>;
export const BreakpointHistory = object({
  function_name: Type.String(),
  history: Type.Array(HistoryEntry),
});
