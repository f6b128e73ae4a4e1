/** For how long calls are kept, and the state of the record. */

import type { Static } from "@sinclair/typebox";
import type { RecordState, Retention } from "../../protocol/records.ts";
import type { PruneRequest } from "../../protocol/sessions.ts";
import type { Pruned, ReadStore, Store } from "../store/store.ts";

type RetentionSetting = Static<typeof Retention>;

const DEFAULT: RetentionSetting = { max_age_days: 30, max_size_mb: 2_048 };
const DAY_S = 86_400;
const MB = 1024 * 1024;

/** By size somewhat more is removed than must be, so that it does not begin again with the next call. */
const ROOM = 0.9;

export function retentionOf(store: ReadStore): RetentionSetting {
  const kept = store.document("setting", "retention");
  return { ...DEFAULT, ...(typeof kept === "object" ? kept : {}) };
}

export function setRetention(store: Store, change: Partial<RetentionSetting>): void {
  store.putDocument("setting", "retention", { ...retentionOf(store), ...change });
}

export function recordState(store: ReadStore): RecordState {
  const figures = store.figures();
  return {
    location: store.location,
    problem: store.problem,
    size_bytes: figures.sizeBytes,
    calls: figures.calls,
    newest: figures.newest,
    values: figures.values,
    unindexed: figures.unindexed,
    dropped: figures.dropped,
    retention: retentionOf(store),
  };
}

const NOTHING: Pruned = { sessions: 0, calls: 0, values: 0, freedBytes: 0 };

const sum = (a: Pruned, b: Pruned): Pruned => ({
  sessions: a.sessions + b.sessions,
  calls: a.calls + b.calls,
  values: a.values + b.values,
  freedBytes: a.freedBytes + b.freedBytes,
});

/** What a request asks for; without a field, what the retention says. */
export async function prunePlan(
  store: Store,
  request: PruneRequest,
  now = Date.now() / 1000,
): Promise<Pruned> {
  const isBare = request.older_than_days == null && request.larger_than_mb == null;
  const { max_age_days: age, max_size_mb: size } = isBare
    ? retentionOf(store)
    : { max_age_days: request.older_than_days ?? null, max_size_mb: request.larger_than_mb ?? null };
  let pruned = NOTHING;
  if (age !== null) pruned = sum(pruned, await store.prune({ startedBefore: now - age * DAY_S }));
  if (size !== null && store.figures().sizeBytes > size * MB)
    pruned = sum(pruned, await store.prune({ maxBytes: size * MB * (isBare ? ROOM : 1) }));
  return pruned;
}
