/** What the server keeps, and no more than it needs: narrow enough that another database can stand behind it. */
import type { SerializationFormat } from "../../protocol/payload.ts";

export interface Payload {
  cid: string;
  format: SerializationFormat;
  bytes: Uint8Array;
}

/** A finished call as it is kept. */
export interface CallRecord {
  callId: string;
  functionName: string;
  status: string;
  /** Unix seconds. */
  startedAt: number;
  completedAt: number;
  /** The call as plain JSON, in the contract's field names. */
  data: Record<string, unknown>;
}

export interface Store {
  /** Where it keeps things: a path, or `:memory:`. */
  readonly location: string;
  /** Why nothing more can be written, or null. Reads and the present run go on from memory. */
  readonly problem: string | null;
  hasPayload(cid: string): boolean;
  getPayload(cid: string): Payload | null;
  /** Keeps payloads; one already there is left as it is. */
  putPayloads(payloads: readonly Payload[]): void;
  addCall(record: CallRecord): void;
  /** The newest calls of a function in this run, newest last. */
  history(functionName: string, limit: number): CallRecord[];
  /** Looks whether the database is still there, and writes what had to wait. Call it every few seconds. */
  check(): void;
  close(): void;
}

/** A database file that cannot be used. The message names the file, the reason and the remedy. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
