/** From an item's `data` to the payload's bytes: checked to be what its format says, and nothing more is done. */
import type { SerializationFormat } from "../../protocol/payload.ts";
import { PayloadError, PickleError } from "./errors.ts";
import { checkJson } from "./json.ts";
import { checkPickle } from "./pickle/read.ts";

/**
 * Bytes of an item's `data`: what its CID is the hash of.
 *
 * @throws PayloadError `invalid_payload` (not the base64 it should be), `invalid_json`, `invalid_dill` (not a complete
 * pickle) or `invalid_serialization_format`.
 */
export function decodeItemBytes(data: string, format: SerializationFormat | string): { bytes: Uint8Array } {
  if (typeof data !== "string") throw new PayloadError("invalid_payload", "data must be a string");
  switch (format) {
    case "json":
      checkJson(data);
      return { bytes: new TextEncoder().encode(data) };
    case "dill": {
      const bytes = decodeBase64(data);
      try {
        checkPickle(bytes);
      } catch (error) {
        if (!(error instanceof PickleError)) throw error;
        throw new PayloadError("invalid_dill", `data is not a Python pickle (${error.message})`);
      }
      return { bytes };
    }
    default:
      throw new PayloadError(
        "invalid_serialization_format",
        `serialization_format must be "dill" or "json", not ${JSON.stringify(format)?.slice(0, 40)}`,
      );
  }
}

/** Base64 as Python's `b64encode` writes it: the standard alphabet, padded, nothing else. */
function decodeBase64(data: string): Uint8Array {
  const refuse = (): never => {
    throw new PayloadError("invalid_payload", "data is not base64 (standard alphabet, with padding)");
  };
  if (data.length % 4 !== 0) refuse();
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(data, { alphabet: "base64", lastChunkHandling: "strict" });
  } catch {
    return refuse();
  }
  // fromBase64 skips white space, which would let many texts stand for the same bytes.
  return bytes.length === (data.length / 4) * 3 - padding ? bytes : refuse();
}
