/** Payloads as data: names by content, checks, encoding, and display. Nothing that a client sent is ever constructed. */
export { cidOf, isCid } from "./cid.ts";
export { decodeItemBytes } from "./decode.ts";
export { prettyOf, reprOf, treeOf } from "./display.ts";
export { encodeFor } from "./encode.ts";
export { PayloadError, type PayloadErrorCode, PickleError } from "./errors.ts";
export type { PickleNode } from "./pickle/nodes.ts";
export { checkPickle, type PickleDocument, type PickleLimits, readPickle } from "./pickle/read.ts";
export { writePickle } from "./pickle/write.ts";
export { plainOf } from "./plain.ts";
export { valueText } from "./value-text.ts";
