/** Finds a call by who numbered it: through the index where there is one, in the newest rows otherwise. */
import { groupOf, parentKey, seqKey } from "./block-index.ts";
import { type CallRow, storedCall } from "./call-table.ts";
import type { StoredCall } from "./store.ts";
import type { Tables } from "./tables.ts";

export { groupOf };

type Indexed = Pick<Tables, "db" | "calls" | "blocks">;

const ALL = Number.MAX_SAFE_INTEGER;

export function findSeq(tables: Indexed, source: number, seq: number): StoredCall | null {
  const row = tables.db
    .query<CallRow, [number, number, number]>(
      "SELECT * FROM calls WHERE id > ? AND source = ? AND seq = ? LIMIT 1",
    )
    .get(tables.blocks.upto(), source, seq);
  if (row) return storedCall(row);
  return nearSeq(tables, source, seq).find((call) => call.seq === seq) ?? null;
}

/** Indexed calls of a source whose seq is in the same group. */
export function nearSeq({ calls, blocks }: Indexed, source: number, seq: number): StoredCall[] {
  const found: StoredCall[] = [];
  for (const numbers of blocks.numbers([seqKey(source, seq)], 0, ALL).values())
    for (const number of numbers) {
      const call = calls.get(number);
      if (call?.source === source && groupOf(call.seq) === groupOf(seq)) found.push(call);
    }
  return found;
}

/** Calls of a source that are not indexed. */
export function newestOf({ db, blocks }: Indexed, source: number): StoredCall[] {
  return db
    .query<CallRow, [number, number]>("SELECT * FROM calls WHERE id > ? AND source = ?")
    .all(blocks.upto(), source)
    .map(storedCall);
}

/** Calls of a source whose parent has a seq, in the order they began, after one. */
export function childrenOf(tables: Indexed, source: number, parent: number, afterSeq: number): StoredCall[] {
  const { db, calls, blocks } = tables;
  const found: StoredCall[] = [];
  for (const numbers of blocks.numbers([parentKey(source, parent)], 0, ALL).values())
    for (const number of numbers) {
      const call = calls.get(number);
      if (call?.source === source && call.parent === parent && call.seq > afterSeq) found.push(call);
    }
  const newest = db
    .query<CallRow, [number, number, number, number]>(
      "SELECT * FROM calls WHERE id > ? AND source = ? AND parent = ? AND seq > ?",
    )
    .all(blocks.upto(), source, parent, afterSeq);
  for (const row of newest) found.push(storedCall(row));
  return found.sort((a, b) => a.seq - b.seq);
}
