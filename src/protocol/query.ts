/**
 * The query language over REST: is a query well said, and what may come next. One language for search, the live view,
 * the terminal and MCP; docs/record.md describes it.
 */
import { type Static, Type } from "@sinclair/typebox";
import { object, oneOf, whole } from "./fields.ts";

export const QueryText = Type.Object({ q: Type.String({ maxLength: 4_096 }) });

/** What is wrong, where (from 1), and what would have been right there. */
export const QueryProblem = object({
  message: Type.String(),
  column: Type.Integer({ minimum: 1 }),
  length: Type.Integer({ description: "Characters that are meant, from column on" }),
  expected: Type.Array(Type.String()),
});
export type QueryProblem = Static<typeof QueryProblem>;

/** Answer of `GET /api/query/check`. `normalized` is the query as it was understood, with every parenthesis. */
export const QueryCheck = object({
  ok: Type.Boolean(),
  problem: Type.Union([QueryProblem, Type.Null()]),
  normalized: Type.Union([Type.String(), Type.Null()]),
  meant: Type.Union([Type.String(), Type.Null()], {
    description: "Where a name in it is none that has calls: the query with the one that may be meant",
  }),
});
export type QueryCheck = Static<typeof QueryCheck>;

/** Query of `GET /api/query/complete`: `at` is the cursor's place in characters; default: the end. */
export const CompleteQuery = Type.Object({
  q: Type.String({ maxLength: 4_096 }),
  at: Type.Optional(whole({ minimum: 0 })),
});

/** Replace the characters from `from` to `to` (counted from 0) by an option's `text`. */
export const QueryCompletion = object({
  from: Type.Integer(),
  to: Type.Integer(),
  options: Type.Array(
    object({
      text: Type.String(),
      kind: oneOf(["field", "value", "operator"]),
      detail: Type.String({ description: "What it means, in a few words" }),
    }),
  ),
});
export type QueryCompletion = Static<typeof QueryCompletion>;
