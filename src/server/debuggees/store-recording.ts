/** Keeps streamed calls in the store. */
import { callIdOf, type HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { Call, CallOutcome, Item } from "../engine/calls.ts";
import type { RecordedCalls } from "../recorded-calls.ts";
import type { Store } from "../store/store.ts";
import { callRecord } from "../views.ts";
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
    const fresh = calls.flatMap(textsOf).filter((text) => !text.kept);
    this.#store.putPayloads(
      fresh.map(({ cid, text }) => ({ cid, format: "json" as const, bytes: Buffer.from(text) })),
    );
    for (const text of fresh) text.kept = true;
    const ended = calls.filter(({ status }) => status !== 2);
    for (const call of ended)
      this.#store.addCall(callRecord(this.#store, asCall(client, call), outcomeOf(call)));
    this.#newest.set(client.client_id, batch);
    if (ended.length > 0) this.#recorded.add(ended.length);
    return true;
  }
}

function textsOf({ args, outcome, target }: StreamedCall): Text[] {
  return [...args, ...(outcome ? [outcome] : []), ...(target ? [target] : [])];
}

const item = ({ cid }: Text, clientRef: number | null = null): Item => ({ cid, format: "json", clientRef });

function asCall(client: HelloFrame, call: StreamedCall): Call {
  return {
    id: callIdOf(client, call.seq),
    methodName: call.name,
    target: call.target && item(call.target),
    args: call.args.map((text, index) => item(text, call.refs?.[index] || null)),
    kwargs: new Map(),
    callSite: { timestamp: call.startedAt, stack_trace: call.site?.frames ?? null },
    callType: "proxy",
    signature: null,
    preferredFormat: "json",
    parentCallId: call.parent,
    process: {
      pid: client.process_pid,
      startTime: client.process_start_time,
      pageUrl: client.page_url ?? null,
    },
    startedAt: call.startedAt,
  };
}

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
