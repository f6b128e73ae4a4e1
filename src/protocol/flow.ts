/** Control of the flow: pause everything or the next call, let everything run, and how many pauses are too many. */
import { type Static, Type } from "@sinclair/typebox";
import { closed, maybe, object, UnixSeconds } from "./fields.ts";

/** A call that a rule holds back for a while. It can be released like a paused one, before its time. */
export const DelayedCall = object({
  pause_id: Type.String(),
  call_id: Type.String(),
  function_name: Type.String(),
  process_key: Type.String(),
  rule: Type.Union([Type.String(), Type.Null()]),
  delayed_at: UnixSeconds,
  until: UnixSeconds,
});
export type DelayedCall = Static<typeof DelayedCall>;

/** What holds now. */
export const Flow = object({
  pause_all: Type.Boolean({ description: "Every call pauses" }),
  pause_next: Type.Boolean({ description: "The next call of any process pauses, then this is false again" }),
  pause_next_of: Type.Array(Type.String(), { description: "Processes whose next call pauses (process_key)" }),
  muted: Type.Boolean({ description: "Everything runs: breakpoints and rules are kept and do nothing" }),
  muted_processes: Type.Array(Type.String(), { description: "Processes that run free (process_key)" }),
  max_pauses_per_second: Type.Integer({
    minimum: 0,
    description:
      "The flood guard: this many pauses of one breakpoint a second that nobody released; 0 is no limit",
  }),
  delayed_count: Type.Integer(),
});
export type Flow = Static<typeof Flow>;

/** Answer of `GET /api/flow`: with the calls that are delayed, those that end soonest first (at most 200). */
export const FlowResponse = object({ ...Flow.properties, delayed: Type.Array(DelayedCall) });
export type FlowResponse = Static<typeof FlowResponse>;

/** Body of `POST /api/flow`. What is not there stays as it is; all of it is done, or nothing. */
export const FlowRequest = closed({
  pause_all: maybe(Type.Boolean()),
  pause_next: maybe(
    Type.Union([Type.Boolean(), Type.String({ minLength: 1 })], {
      description: "true, or the process_key whose next call is to pause; false takes all of them back",
    }),
  ),
  mute: maybe(Type.Boolean()),
  mute_process: maybe(Type.String({ minLength: 1, description: "A process_key that shall run free" })),
  unmute_process: maybe(Type.String({ minLength: 1 })),
  max_pauses_per_second: maybe(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  resume_all: maybe(
    Type.Union(
      [
        Type.Literal(true),
        closed({
          function: maybe(Type.String({ minLength: 1, description: "Only calls of this function" })),
          process: maybe(Type.String({ minLength: 1, description: "Only calls of this process_key" })),
        }),
      ],
      { description: "Releases what is paused, also after the call" },
    ),
  ),
  step: maybe(
    Type.Union([Type.String({ minLength: 1 }), Type.Literal(true)], {
      description:
        "A pause id: releases that call and pauses the next one of its process. With resume_all, true: the same for each process that had a paused call",
    }),
  ),
});
export type FlowRequest = Static<typeof FlowRequest>;

/** What `POST /api/flow` did: the pauses it released. */
export const FlowChanged = object({
  ...FlowResponse.properties,
  status: Type.Literal("ok"),
  resumed: Type.Array(Type.String()),
});
export type FlowChanged = Static<typeof FlowChanged>;
