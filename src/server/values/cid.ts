/** CIDs: what a payload is called everywhere, so that equal bytes are one thing. */
import { CID_LENGTH } from "../../protocol/constants.ts";

const HEX = new RegExp(`^[0-9a-f]{${CID_LENGTH}}$`);

/**
 * SHA-512 in lower-case hex of the bytes, or of a text's UTF-8 bytes.
 *
 * A lone surrogate has no UTF-8: it is hashed as U+FFFD, which is also what arrives when such a text is sent over HTTP.
 */
export function cidOf(bytes: Uint8Array | string): string {
  // Encoded here and not by the hasher, so that the rule for lone surrogates is ours and not a detail of Bun.
  const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return new Bun.CryptoHasher("sha512").update(data).digest("hex");
}

/** Whether a text can be a CID: 128 lower-case hex digits. */
export function isCid(text: string): boolean {
  return HEX.test(text);
}
