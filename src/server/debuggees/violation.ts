import type { RefusedFrame } from "../../protocol/debuggee-frames.ts";

/** A frame that is refused. `fatal` ones break the protocol: the connection is closed after the answer. */
export class Violation extends Error {
  override readonly name = "Violation";

  constructor(
    readonly code: RefusedFrame["error"],
    message: string,
    readonly fatal: boolean = true,
  ) {
    super(message);
  }
}
