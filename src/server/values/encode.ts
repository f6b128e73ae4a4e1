/** From a value that someone typed to an item that a client can load. */
import type { SerializationFormat, WireItem } from "../../protocol/payload.ts";
import { cidOf } from "./cid.ts";
import { checkDepth } from "./depth.ts";
import { writePickle } from "./pickle/write.ts";

/**
 * Encodes plain or tagged JSON (as in `modified_args` and `fake_result`) in the format a client prefers: the text
 * itself for `json`, whose client knows the tags, and a pickle of plain Python values for `dill`.
 *
 * @throws PayloadError `invalid_payload` when the value has no form in that format, naming where it is.
 */
export function encodeFor(format: SerializationFormat, value: unknown): Required<WireItem> {
  if (format === "dill") {
    const bytes = writePickle(value);
    return { cid: cidOf(bytes), data: bytes.toBase64(), serialization_format: "dill" };
  }
  checkDepth(value);
  // Well formed by JSON.stringify: lone surrogates become escapes, so the text survives UTF-8.
  const data = JSON.stringify(value === undefined ? { $type: "undefined" } : value);
  return { cid: cidOf(data), data, serialization_format: "json" };
}
