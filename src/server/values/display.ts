import type { SerializationFormat } from "../../protocol/payload.ts";
/** A payload as plain JSON for people. Never throws. */
export function prettyOf(format: SerializationFormat, bytes: Uint8Array): unknown {
  return format === "json" ? JSON.parse(new TextDecoder().decode(bytes)) : `<pickle (${bytes.length} bytes)>`;
}
/** A payload in one line. Never throws. */
export function reprOf(format: SerializationFormat, bytes: Uint8Array, limit = 200): string {
  return JSON.stringify(prettyOf(format, bytes)).slice(0, limit);
}
