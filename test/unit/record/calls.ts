/** Calls for tests of the record, said briefly. */
import { openStore } from "../../../src/server/store/sqlite-store.ts";
import type { CallBatch, SharedText, StreamedCall } from "../../../src/server/store/store.ts";
import { cidOf } from "../../../src/server/values/index.ts";

export const CLIENT = "1.000000-c";

/** A value as a shared text; a new one for each store. */
export function value(content: unknown): SharedText {
  const text = JSON.stringify(content);
  return { text, cid: cidOf(text), id: 0, era: -1 };
}

let seq = 0;
export function call(name: string, args: unknown[], fields: Partial<StreamedCall> = {}): StreamedCall {
  seq++;
  return {
    seq,
    name,
    parent: null,
    startedAt: 1_000 + seq,
    durationMs: 1,
    status: 0,
    args: args.map(value),
    outcome: value(null),
    site: null,
    target: null,
    exception: null,
    refs: null,
    ...fields,
  };
}

export function batch(calls: StreamedCall[], client = CLIENT, pid = 7): CallBatch {
  return {
    clientKey: client,
    process: {
      key: `1.000000+${pid}`,
      pid,
      startTime: 1,
      pageUrl: null,
      clientId: client,
      program: `/app/program-${pid}.ts`,
      runtime: "bun 1.4.5",
      library: "test",
    },
    calls,
  };
}

/** A store in memory with calls, indexed or not. */
export function storeOf(calls: StreamedCall[], settled: boolean, path = ":memory:") {
  const store = openStore(path, crypto.randomUUID());
  store.record(batch(calls));
  if (settled) store.settle();
  return store;
}
