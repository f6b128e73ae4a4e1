/** A value looked into: one place of it, in an answer that stays small however large the value is. */
import { type Static, Type } from "@sinclair/typebox";
import { object } from "./fields.ts";
import { Cid, SerializationFormat } from "./payload.ts";

/** Query of `GET /api/values/<cid>/look`. */
export const LookQuery = Type.Object({
  path: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: 'Such as lines[3].price or ["odd name"][0]; default: the whole value',
    }),
  ),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, description: "First member of a list or object, first character of a text" }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, description: "Members (default 50) or characters" }),
  ),
  max_chars: Type.Optional(Type.Integer({ minimum: 100, maximum: 100_000, description: "Default 8000" })),
});
export type LookQuery = Static<typeof LookQuery>;

/** Its answer. */
export const Look = object({
  cid: Cid,
  serialization_format: SerializationFormat,
  size: Type.Integer({ description: "Bytes of the whole value" }),
  at: Type.String({ description: "The path, or: the whole value" }),
  kind: Type.String({ description: "What is there: array of 120,000; text of 52,428,800 characters" }),
  value: Type.Unknown({ description: "As people read it" }),
  keys: Type.Optional(Type.Array(Type.String(), { description: "The first names, of an object" })),
  next_offset: Type.Union([Type.Integer(), Type.Null()], { description: "For the piece that follows" }),
  cut: Type.Array(object({ at: Type.String(), was: Type.String() }), {
    description: "What was left out to keep this short, and what it was",
  }),
});
export type Look = Static<typeof Look>;
