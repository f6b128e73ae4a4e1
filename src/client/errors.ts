/**
 * What this library throws. Every class extends {@link DebugError}, so one `catch` tells our failures from those of
 * the program. Messages say what happened and what to do about it; stacks begin in the program.
 */
import { beginInProgram } from "./core/call-site.ts";

/**
 * Base of everything the client throws by itself. An exception that a person chose at a breakpoint is not one of
 * these: it is built as the type they named.
 *
 * @example
 * ```ts
 * try { withDebug("ON"); } catch (error) {
 *   if (error instanceof DebugError) console.error("debugging is not available:", error.message);
 *   else throw error;
 * }
 * ```
 */
export class DebugError extends Error {
  override name = "DebugError";

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    beginInProgram(this, new.target.name);
  }
}

/** No breakpoint server could be found or reached, or it went away. */
export class DebugServerError extends DebugError {
  override name = "DebugServerError";
}

/** The server, or the helper thread that talks to it, did not answer in time. */
export class DebugTimeoutError extends DebugError {
  override name = "DebugTimeoutError";
}

/** The server answered with something the contract does not allow, or refused a request. */
export class DebugProtocolError extends DebugError {
  override name = "DebugProtocolError";
  /** The server's error code, e.g. `pause_not_found`; `null` when it gave none. */
  readonly code: string | null;
  /** HTTP status of the answer; 0 when the answer itself was fine but meant nothing. */
  readonly status: number;

  constructor(message: string, details: { code?: string | null; status?: number } = {}) {
    super(message);
    this.code = details.code ?? null;
    this.status = details.status ?? 0;
  }
}

/** One side referred to a value by its CID, and the other does not hold it. */
export class DebugCidNotFoundError extends DebugError {
  override name = "DebugCidNotFoundError";
  readonly missingCids: readonly string[];

  constructor(message: string, missingCids: readonly string[] = []) {
    super(message);
    this.missingCids = missingCids;
  }
}

/** A payload does not hash to the CID it was sent under: it was changed on the way. */
export class DebugCidMismatchError extends DebugError {
  override name = "DebugCidMismatchError";
}

/** A value the server sent cannot be rebuilt here, e.g. a function that was only ever text. */
export class DebugSerializationError extends DebugError {
  override name = "DebugSerializationError";
}

/** `true` for failures that another attempt, perhaps at another address, may cure. */
export const isConnectionFailure = (error: unknown): error is DebugServerError | DebugTimeoutError =>
  error instanceof DebugServerError || error instanceof DebugTimeoutError;

/** The text of anything that was thrown, whatever it is. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "something that cannot be shown was thrown";
  }
}
