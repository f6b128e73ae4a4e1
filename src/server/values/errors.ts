/** Refusals of a payload, with the code that the contract names. */
import type { ErrorCode } from "../../protocol/errors.ts";

/** The codes a payload can be refused with. */
export type PayloadErrorCode = Extract<
  ErrorCode,
  "invalid_payload" | "invalid_json" | "invalid_dill" | "invalid_serialization_format"
>;

/** A payload that cannot be taken in, or a value that cannot be written for a client. */
export class PayloadError extends Error {
  override readonly name = "PayloadError";
  readonly code: PayloadErrorCode;

  constructor(code: PayloadErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A pickle that cannot be read; the message names the byte offset and what was found there. */
export class PickleError extends Error {
  override readonly name = "PickleError";
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(`byte ${offset}: ${what}`);
    this.offset = offset;
  }
}
