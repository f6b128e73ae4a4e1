import type { ErrorCode } from "../../protocol/errors.ts";

/**
 * A request the server understood and will not do. `code` is the contract's, `message` names the input and the
 * remedy, `extra` are further fields of the answer (`missing_cids`, ...). The HTTP status follows from the code.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}
