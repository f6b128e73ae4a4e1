/** Keeps streamed calls in the store. */
import type { HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { CallOutcome, Item } from "../engine/calls.ts";
import type { RecordedCalls } from "../recorded-calls.ts";
import type { ProcessInfo, Store } from "../store/store.ts";
import type { Recording, StreamedCall } from "./recording.ts";
import type { Text } from "./tables.ts";

export class StoreRecording implements Recording {
  readonly #store: Store;
  readonly #recorded: RecordedCalls;
  readonly #newest = new Map<string, number>();

  constructor(store: Store, recorded: RecordedCalls) {
    this.#store = store;
    this.#recorded = recorded;
  }

  newestBatch({ client_id }: HelloFrame): number {
    return this.#newest.get(client_id) ?? 0;
  }

  keep(client: HelloFrame, batch: number, calls: readonly StreamedCall[]): boolean {
    const clientKey = keyOf(client);
    this.#store.record({ clientKey, process: processOf(client), calls });
    this.#newest.set(client.client_id, batch);
    if (calls.length > 0) this.#recorded.add(calls.length, this.#store.newest);
    return true;
  }
}

/** `callIdOf` without the call's number. */
const keyOf = (client: HelloFrame): string => `${client.process_start_time.toFixed(6)}-${client.client_id}`;

const processOf = (client: HelloFrame): ProcessInfo => ({
  key: `${client.process_start_time.toFixed(6)}+${client.process_pid}`,
  pid: client.process_pid,
  startTime: client.process_start_time,
  pageUrl: client.page_url ?? null,
  clientId: client.client_id,
  program: client.program ?? null,
  runtime: client.runtime,
  library: client.library,
});

const item = ({ cid }: Text, clientRef: number | null = null): Item => ({ cid, format: "json", clientRef });

export function outcomeOf(call: StreamedCall): CallOutcome {
  const value = call.outcome && item(call.outcome);
  const threw = call.status === 1;
  return {
    status: threw ? "exception" : "success",
    result: threw ? null : value,
    exception: threw
      ? {
          type: call.exception?.type ?? null,
          message: call.exception?.message ?? null,
          traceback: call.exception?.traceback ?? null,
          item: value,
        }
      : null,
    completedAt: call.startedAt + (call.durationMs ?? 0) / 1000,
  };
}
