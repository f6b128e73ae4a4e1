/** The source around a call: files that a recorded stack names, as text; and values as trees. */
import { type Static, Type } from "@sinclair/typebox";
import { object, oneOf, UnixSeconds } from "./fields.ts";
import { SerializationFormat } from "./payload.ts";

/** Largest source file that is shown, in bytes. */
export const MAX_SOURCE_BYTES = 2 * 1024 * 1024;

/** Answer of `GET /api/calls/<call_id>/source/<frame>`: the file of that frame, whole. */
export const SourceFile = object({
  path: Type.String({ description: "As the stack named it" }),
  language: oneOf(["javascript", "typescript", "python", "other"]),
  /** Null when the stack does not say. */
  line: Type.Union([Type.Integer(), Type.Null()], { description: "The frame's line, from 1" }),
  text: Type.String(),
  modified_at: UnixSeconds,
  changed_since: Type.Boolean({ description: "The file was written after the call: lines may have moved" }),
});
export type SourceFile = Static<typeof SourceFile>;

/** Answer of `GET /api/values/<cid>`: a value as tagged JSON (see values.ts), whatever format it is kept in. */
export const ValueTree = object({
  cid: Type.String(),
  serialization_format: SerializationFormat,
  size: Type.Integer({ description: "Bytes of the payload" }),
  text: Type.String({
    description:
      "Tagged JSON. Of a pickle a picture for people, with the tags tuple and python beside the usual ones",
  }),
});
export type ValueTree = Static<typeof ValueTree>;
