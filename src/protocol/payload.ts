/** Payload items: values as bytes under their CID. */
import { type Static, Type } from "@sinclair/typebox";
import { maybe, object, oneOf } from "./fields.ts";

/** `dill`: `data` is base64 of Python pickle bytes. `json`: `data` is a JSON text. */
export const SerializationFormat = oneOf(["dill", "json"]);
export type SerializationFormat = Static<typeof SerializationFormat>;

/** A format in a request: a text of any kind here, checked in code to answer `invalid_serialization_format`. */
export const FormatField = maybe(Type.String({ description: '"dill" (the default) or "json"' }));

/** SHA-512 in hex of the payload's bytes. The pattern is checked in code, for a better message than a schema gives. */
export const Cid = Type.String({ description: "SHA-512 of the payload bytes, 128 hex characters" });

/**
 * One value on the wire. `data` may be left out when the receiver already holds that CID; the format is `dill` when
 * absent, for the Python client never names it.
 */
export const PayloadItem = object({
  cid: Cid,
  data: maybe(Type.String()),
  serialization_format: FormatField,
  client_ref: maybe(Type.Union([Type.Integer(), Type.String()])),
});
export type PayloadItem = Static<typeof PayloadItem>;

/** An item as the server answers it: nothing is null. */
export interface WireItem {
  cid: string;
  data?: string;
  serialization_format?: SerializationFormat;
}
