/** Comparing: two values, two calls, two sessions. */
import { type Static, Type } from "@sinclair/typebox";
import { Json, object, oneOf, whole } from "./fields.ts";
import { CallSummary } from "./records.ts";

/**
 * One difference. `path` is its place, as keys and positions: `["args", 0, "lines", 2, "qty"]`; `at` the same as people
 * read it: `args[0].lines[2].qty`. Applying all changes in order to a gives b.
 */
export const Change = object({
  kind: oneOf(["added", "removed", "changed"]),
  path: Type.Array(Type.Union([Type.String(), Type.Integer()])),
  at: Type.String(),
  a: Type.Optional(Json),
  b: Type.Optional(Json),
});
export type Change = Static<typeof Change>;

/** Query of `GET /api/diff`: numbers or call_ids; `GET /api/objects/diff` takes CIDs. */
export const DiffQuery = Type.Object({
  a: Type.String({ minLength: 1, maxLength: 200 }),
  b: Type.String({ minLength: 1, maxLength: 200 }),
});

export const CallDiff = object({
  a: CallSummary,
  b: CallSummary,
  same: Type.Boolean({ description: "Nothing differs but time and place" }),
  changes: Type.Array(Change),
  cut: Type.Boolean({
    description: "There are more changes than were listed, or values too large to compare whole",
  }),
});
export type CallDiff = Static<typeof CallDiff>;
export const ValueDiff = object({ same: Type.Boolean(), changes: Type.Array(Change), cut: Type.Boolean() });

/** Query of `GET /api/sessions/diff`: ids of sessions, `current` for this one. */
export const SessionDiffQuery = Type.Object({
  a: Type.String({ minLength: 1, maxLength: 20 }),
  b: Type.String({ minLength: 1, maxLength: 20 }),
  limit: Type.Optional(whole({ minimum: 1, maximum: 1_000, description: "Of each list; default 100" })),
});

/** Calls go together that have the same function and the same arguments, in the order they came. */
export const SessionDiff = object({
  a: Type.Integer(),
  b: Type.Integer(),
  same: Type.Integer({ description: "Calls that are in both with the same outcome" }),
  only_a: Type.Array(CallSummary),
  only_a_count: Type.Integer(),
  only_b: Type.Array(CallSummary),
  only_b_count: Type.Integer(),
  changed: Type.Array(object({ a: CallSummary, b: CallSummary }), {
    description: "Same arguments, another outcome",
  }),
  changed_count: Type.Integer(),
  complete: Type.Boolean({ description: "false: sessions too large to be compared whole" }),
});
export type SessionDiff = Static<typeof SessionDiff>;
