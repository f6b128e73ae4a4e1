/**
 * Tagged JSON: how our own clients write values that JSON has no word for. A payload of format `json` is plain JSON,
 * except that an object with the key `$type` stands for something else. Any reader that does not know tags still sees
 * readable JSON.
 *
 * | value | written as |
 * |---|---|
 * | `undefined`, `NaN`, `Infinity`, `-Infinity`, `-0` | `{ $type: "undefined" }`, `{ $type: "number", value: "NaN" }` ... |
 * | `10n` | `{ $type: "bigint", value: "10" }` |
 * | a Date | `{ $type: "date", value: "2026-01-01T00:00:00.000Z" }`, `value: null` when invalid |
 * | a Map, a Set | `{ $type: "map", entries: [[k, v]] }`, `{ $type: "set", values: [v] }` |
 * | typed arrays, buffers | `{ $type: "bytes", class: "Uint8Array", base64, length }` |
 * | Headers, URLSearchParams, FormData | `{ $type: "pairs", class: "Headers", entries: [[k, v]] }` |
 * | an Error | `{ $type: "error", class, name, message, stack?, cause?, properties? }` |
 * | a class instance | `{ $type: "object", class: "Point", properties: { x: 1 } }` |
 * | a function, a symbol, a RegExp, a Promise ... | `{ $type: "function", name }`, `{ $type: "symbol", description }`, `{ $type: "regexp", source, flags }`, `{ $type: "opaque", class }` |
 * | a getter, not run | `{ $type: "getter" }` |
 * | something seen before in this value | `{ $type: "ref", path: ["a", 0] }` |
 * | what stands under a key that looks like a secret's, and stayed in the process | `{ $type: "redacted" }` |
 * | a value with an encoder of the program's own | `{ $type: "custom", class: "Money", value }`, `error` instead when it threw |
 * | what was cut to keep the payload small | `{ $type: "cut", kind, size }` |
 * | a plain object that has a `$type` of its own | `{ $type: "plain", entries: [["$type", ...], ...] }` |
 *
 * In an edited value, a tag that stands where it stood keeps the original: so do `redacted`, `custom` and `function`.
 */
export const TYPE_TAG = "$type";

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Names of the tags above. */
export type Tag =
  | "undefined"
  | "number"
  | "bigint"
  | "date"
  | "map"
  | "set"
  | "bytes"
  | "error"
  | "object"
  | "function"
  | "symbol"
  | "regexp"
  | "opaque"
  | "getter"
  | "ref"
  | "cut"
  | "pairs"
  | "redacted"
  | "custom"
  | "plain";
