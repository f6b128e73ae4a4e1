/** Removing old calls, their values and what points to them, in steps between which the server answers. */
import { BLOCK, blockOf, valueKey } from "./block-index.ts";
import { valuesOf } from "./call-table.ts";
import { signaturesOf } from "./documents.ts";
import { type Prune, type Pruned, STATUS, type StoredCall } from "./store.ts";
import type { Tables } from "./tables.ts";
import { removeSites } from "./unused-sites.ts";

/** Rows that one step goes through. */
const STEP = BLOCK;

/** So many of the newest values stay even when no call uses them: a call that another server writes may name them. */
const YOUNG_VALUES = 1_000;

/** Rounds in which a file is made smaller; each removes as much as the one before has shown to be needed. */
const ROUNDS = 6;

/** What goes on meanwhile. */
interface Present {
  /** Writes what is buffered: its values must not go. */
  flush: () => void;
  /** Sessions of servers that run. */
  running: readonly number[];
}

/**
 * Removes calls. Pinned calls and sessions stay; so do calls that run, unless their server is gone.
 *
 */
export async function prune(tables: Tables, what: Prune, present: Present): Promise<Pruned> {
  const { flush } = present;
  const before = sizeOf(tables);
  const pruned: Pruned = { sessions: 0, calls: 0, values: 0, freedBytes: 0 };
  if (what.maxBytes === undefined) {
    pruned.calls = await removeCalls(tables, what, present, Number.POSITIVE_INFINITY);
    if (pruned.calls > 0) pruned.values = await removeValues(tables, flush);
  } else {
    for (let round = 0; round < ROUNDS && sizeOf(tables) > what.maxBytes; round++) {
      const share = 1 - what.maxBytes / sizeOf(tables);
      const most = Math.max(STEP, Math.ceil(countOf(tables) * share));
      const removed = await removeCalls(tables, what, present, most);
      if (removed === 0) break;
      pruned.calls += removed;
      pruned.values += await removeValues(tables, flush);
    }
  }
  if (pruned.calls > 0) await removeSites(tables);
  pruned.sessions = tables.transaction(() => removeSessions(tables, what));
  await shrink(tables);
  pruned.freedBytes = Math.max(0, before - sizeOf(tables));
  return pruned;
}

/** Removes the oldest calls that are meant, about `most` of them. */
async function removeCalls(tables: Tables, what: Prune, { running }: Present, most: number): Promise<number> {
  const { sql, values } = condition(tables, what, running);
  const last = tables.calls.newest();
  let removed = 0;
  for (let from = first(tables); from <= last && removed < most; from += STEP) {
    const start = blockOf(from) * BLOCK;
    removed += tables.transaction(() => removeRange(tables, start, start + STEP - 1, sql, values));
    await Bun.sleep(0);
  }
  return removed;
}

function condition(
  tables: Tables,
  what: Prune,
  running: readonly number[],
): { sql: string; values: (number | string)[] } {
  const kept =
    "id NOT IN (SELECT call FROM pins) AND session NOT IN (SELECT id FROM sessions WHERE pinned <> 0)";
  if (what.sessions)
    return {
      sql: `${kept} AND session IN (SELECT value FROM json_each(?)) AND session <> ?`,
      values: [JSON.stringify(what.sessions), tables.session],
    };
  const ended = `${kept} AND (status <> ${STATUS.running} OR session NOT IN (SELECT value FROM json_each(?)))`;
  const sessions = JSON.stringify(running);
  if (what.startedBefore !== undefined)
    return { sql: `${ended} AND started < ?`, values: [sessions, what.startedBefore] };
  return { sql: ended, values: [sessions] };
}

function removeRange(
  tables: Tables,
  from: number,
  to: number,
  sql: string,
  values: (number | string)[],
): number {
  const { db, blocks, calls } = tables;
  const ids = db
    .query<{ id: number }, (number | string)[]>(`SELECT id FROM calls WHERE id BETWEEN ? AND ? AND ${sql}`)
    .all(from, to, ...values);
  if (ids.length === 0) return 0;
  const gone: StoredCall[] = ids.flatMap(({ id }) => calls.get(id) ?? []);
  const remove = db.query<unknown, [number]>("DELETE FROM calls WHERE id = ?");
  for (const { number } of gone) remove.run(number);
  if (to <= blocks.upto()) blocks.remove(blockOf(from), gone);
  tables.addTo("call_count", -gone.length);
  const forget = db.query<unknown, [number, number]>(
    "UPDATE sessions SET calls = calls - 1, errors = errors - ? WHERE id = ?",
  );
  for (const { session, status } of gone) forget.run(status === STATUS.exception ? 1 : 0, session);
  return gone.length;
}

/** Removes values that no call uses any more, and that are not young. */
async function removeValues(tables: Tables, flush: () => void): Promise<number> {
  const { db, payloads, calls, blocks } = tables;
  const last = payloads.newest() - YOUNG_VALUES;
  let removed = 0;
  for (let from = 1; from <= last; from += STEP) {
    flush();
    const recent = new Set<number>();
    for (let number = blocks.upto() + 1; number <= calls.newest(); number += STEP)
      for (const call of calls.range(number, number + STEP - 1, {}, false, STEP))
        for (const value of valuesOf(call)) recent.add(value);
    removed += tables.transaction(() => {
      const unused = db
        .query<{ id: number }, [number, number, number]>(
          "SELECT id FROM payloads WHERE id BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM postings WHERE key = ? + payloads.id)",
        )
        .all(from, Math.min(last, from + STEP - 1), valueKey(0))
        .filter(({ id }) => !recent.has(id));
      for (const { id } of unused) payloads.remove(id);
      if (unused.length > 0) {
        tables.addTo("value_count", -unused.length);
        // Numbers that texts of clients were given may be void now.
        tables.addTo("era", 1);
      }
      return unused.length;
    });
    await Bun.sleep(0);
  }
  return removed;
}

/** Removes sessions that were named, and others when nothing is left of them. */
function removeSessions({ db, session }: Tables, { sessions }: Prune): number {
  const ids =
    sessions ??
    db
      .query<{ id: number }, []>("SELECT id FROM sessions WHERE pinned = 0 AND label = '' AND note = ''")
      .all()
      .map(({ id }) => id);
  let removed = 0;
  const left = new Set(
    db
      .query<{ id: number }, []>("SELECT id FROM sessions WHERE calls > 0")
      .all()
      .map((row) => row.id),
  );
  for (const id of ids) {
    if (id === session || left.has(id)) continue;
    db.query("DELETE FROM transcripts WHERE session = ?").run(id);
    db.query("DELETE FROM events WHERE session = ?").run(id);
    db.query("DELETE FROM documents WHERE kind = ?").run(signaturesOf(id));
    db.query("DELETE FROM session_processes WHERE session = ?").run(id);
    removed += db.query("DELETE FROM sessions WHERE id = ? AND pinned = 0").run(id).changes;
  }
  return removed;
}

/** Gives freed pages back to the disk, a few thousand at a time. */
async function shrink({ db }: Tables): Promise<void> {
  for (;;) {
    const free = db.query<{ freelist_count: number }, []>("PRAGMA freelist_count").get()?.freelist_count ?? 0;
    if (free === 0) break;
    db.run("PRAGMA incremental_vacuum(2000)");
    const left = db.query<{ freelist_count: number }, []>("PRAGMA freelist_count").get()?.freelist_count ?? 0;
    if (left >= free) break;
    await Bun.sleep(0);
  }
  db.run("PRAGMA wal_checkpoint(PASSIVE)");
}

const first = ({ db }: Tables): number =>
  db.query<{ id: number }, []>("SELECT coalesce(min(id), 1) AS id FROM calls").get()?.id ?? 1;

const countOf = ({ db }: Tables): number =>
  db.query<{ upto: number }, []>("SELECT upto FROM done WHERE name = 'call_count'").get()?.upto ?? 0;

export function sizeOf({ db }: Pick<Tables, "db">): number {
  return (
    db
      .query<{ size: number }, []>(
        "SELECT (page_count - freelist_count) * page_size AS size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
      )
      .get()?.size ?? 0
  );
}
