/** Streamed calls on their way to the store: what has to be kept, in the words of the channel. */
import type { CallRow, HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { Site, Text } from "./tables.ts";

/** A row of a batch with its numbers looked up. */
export interface StreamedCall {
  /** Its client's number of it. */
  readonly seq: number;
  readonly name: string;
  readonly parent: string | null;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Null for a call that has not ended. */
  readonly durationMs: number | null;
  readonly status: CallRow[5];
  readonly args: readonly Text[];
  /** The result, or what was thrown; null for a call that has not ended. */
  readonly outcome: Text | null;
  readonly site: Site | null;
  readonly target: Text | null;
  readonly exception: Thrown | null;
  readonly refs: readonly number[] | null;
}

type Thrown = NonNullable<CallRow[10]>;

/** Where streamed calls are kept. */
export interface Recording {
  /** The newest batch of a client that is in the file; 0 when there is none. */
  newestBatch(client: HelloFrame): number;
  /**
   * Keeps the calls of one batch and its number, or nothing: false when that cannot be done just now. A call whose id is
   * there already is kept once: a finished one replaces one that had only begun.
   */
  keep(client: HelloFrame, batch: number, calls: readonly StreamedCall[]): boolean;
}
