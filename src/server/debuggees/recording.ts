/** Keeps streamed calls in the store, and knows what of them is in the file. */
import type { HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { CallOutcome, Item } from "../engine/calls.ts";
import type { RecordedCalls } from "../recorded-calls.ts";
import type { ProcessInfo, Store, StreamedCall as StoredCall, StoredError } from "../store/store.ts";
import { itemOf, type Site, type Text } from "./tables.ts";

/** A row of a batch with its numbers looked up. */
export interface StreamedCall extends StoredCall {
  readonly args: readonly Text[];
  readonly outcome: Text | null;
  readonly site: Site | null;
  readonly target: Text | null;
}

export class Recording {
  readonly #store: Store;
  readonly #recorded: RecordedCalls;

  constructor(store: Store, recorded: RecordedCalls) {
    this.#store = store;
    this.#recorded = recorded;
  }

  /** Keeps the calls of a batch; those that are kept already are left out. */
  keep(source: Source, calls: readonly StreamedCall[]): void {
    this.#store.record({ ...source, calls });
    if (calls.length > 0) this.#recorded.add(calls.length, this.#store.newest);
  }

  /** Whether all that was to be kept is in the file: another program may have it locked. */
  isInFile(): boolean {
    return this.#store.isWritten();
  }
}

/** Whose calls they are, as the store knows it. */
export interface Source {
  /** `callIdOf` without the call's number. */
  readonly clientKey: string;
  readonly process: ProcessInfo;
}

export function sourceOf(client: HelloFrame): Source {
  const start = client.process_start_time.toFixed(6);
  return {
    clientKey: `${start}-${client.client_id}`,
    process: {
      key: `${start}+${client.process_pid}`,
      pid: client.process_pid,
      startTime: client.process_start_time,
      pageUrl: client.page_url ?? null,
      clientId: client.client_id,
      program: client.program ?? null,
      runtime: client.runtime,
      library: client.library,
    },
  };
}

/** How a streamed call ended, in the engine's words. */
export const outcomeOf = (call: StreamedCall): CallOutcome => ({
  ...endOf(call.status === 1, call.outcome && itemOf(call.outcome), call.exception),
  completedAt: call.startedAt + (call.durationMs ?? 0) / 1000,
  ...(call.durationMs === null ? {} : { durationMs: call.durationMs }),
});

/** A result, or what was thrown. */
export function endOf(
  threw: boolean,
  value: Item | null,
  exception: StoredError | null | undefined,
): Pick<CallOutcome, "status" | "result" | "exception"> {
  if (!threw) return { status: "success", result: value, exception: null };
  const { type = null, message = null, traceback = null } = exception ?? {};
  return { status: "exception", result: null, exception: { type, message, traceback, item: value } };
}
