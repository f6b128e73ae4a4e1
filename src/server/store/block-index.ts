/**
 * The index over calls, made block by block after they were written: for each function, value, parent and group of seqs,
 * which calls of the block have it; statuses too, but the usual one. A block is 2048 numbers; `ids` are places in it,
 * two bytes each.
 */
import type { Database, Statement } from "bun:sqlite";
import { type CallTable, valuesOf } from "./call-table.ts";
import { type CallWhere, STATUS, type StoredCall } from "./store.ts";

export const BLOCK = 2048;
export const blockOf = (number: number): number => Math.floor(number / BLOCK);

/** Kinds of keys, in the high bits. What follows is a number of up to 48 bits. */
const KIND = 2 ** 48;
export const functionKey = (id: number): number => KIND + id;
export const valueKey = (id: number): number => 2 * KIND + id;
/** Seqs that are near share a key. */
export const groupOf = (seq: number): number => Math.floor(seq / 256);
export const seqKey = (source: number, seq: number): number =>
  3 * KIND + ((source * 2 ** 24 + groupOf(seq)) % KIND);
/** Calls that one call made; others may share the key. */
export const parentKey = (source: number, parent: number): number =>
  4 * KIND + ((source * 2 ** 28 + parent) % KIND);

/** Calls with a status other than success. */
export const statusKey = (status: number): number => 5 * KIND + status;

interface Posting {
  key: number;
  block: number;
  ids: Uint8Array;
}

export class BlockIndex {
  readonly #db: Database;
  readonly #calls: CallTable;
  readonly #insert: Statement<unknown, [number, number, Uint8Array]>;
  readonly #one: Statement<{ ids: Uint8Array }, [number, number]>;
  readonly #done: Statement<{ upto: number }, []>;

  constructor(db: Database, calls: CallTable) {
    this.#db = db;
    this.#calls = calls;
    this.#insert = db.query("INSERT OR REPLACE INTO postings VALUES (?, ?, ?)");
    this.#one = db.query("SELECT ids FROM postings WHERE key = ? AND block = ?");
    this.#done = db.query("SELECT upto FROM done WHERE name = 'calls'");
  }

  /** Calls up to this number are indexed. It is the last of a block. */
  upto(): number {
    return this.#done.get()?.upto ?? 0;
  }

  /** Indexes one block as it is now. Only inside a transaction. */
  index(block: number): void {
    const postings = new Map<number, number[]>();
    const add = (key: number, place: number) => {
      const places = postings.get(key);
      if (places === undefined) postings.set(key, [place]);
      else if (places.at(-1) !== place) places.push(place);
    };
    const range = new Range();
    const from = block * BLOCK;
    for (const call of this.#calls.range(from, from + BLOCK - 1, {}, false, BLOCK)) {
      for (const key of keysOf(call)) add(key, call.number - from);
      range.add(call);
    }
    const keys = Float64Array.from(postings.keys()).sort();
    for (const key of keys) this.#insert.run(key, block, bytesOf(postings.get(key) ?? []));
    if (keys.length > 0)
      this.#db
        .query("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .run(block, ...range.values());
    this.#db.query("UPDATE done SET upto = max(upto, ?) WHERE name = 'calls'").run(from + BLOCK - 1);
  }

  /** A call of an indexed block has changed: what is new about it is added. Only inside a transaction. */
  update(call: StoredCall): void {
    const block = blockOf(call.number);
    if (call.number > this.upto()) return;
    const place = call.number - block * BLOCK;
    for (const key of keysOf(call)) {
      const ids = this.places(key, block);
      if (ids.includes(place)) continue;
      this.#insert.run(key, block, bytesOf([...ids, place].sort((a, b) => a - b)));
    }
    this.#db
      .query("UPDATE blocks SET duration_max = max(duration_max, ?) WHERE block = ?")
      .run(durationOf(call), block);
  }

  /** Calls of an indexed block are gone. Only inside a transaction. */
  remove(block: number, gone: readonly StoredCall[]): void {
    const remove = this.#db.query<unknown, [number, number]>(
      "DELETE FROM postings WHERE key = ? AND block = ?",
    );
    for (const key of new Set(gone.flatMap(keysOf))) remove.run(key, block);
    this.#db.query("DELETE FROM blocks WHERE block = ?").run(block);
    this.index(block);
  }

  /** Places in a block that have a key. */
  places(key: number, block: number): number[] {
    const row = this.#one.get(key, block);
    return row ? placesOf(row.ids) : [];
  }

  /** Numbers of calls by block for any of the keys, within some blocks. */
  numbers(keys: readonly number[], fromBlock: number, toBlock: number): Map<number, number[]> {
    const rows = this.#db
      .query<Posting, [string, number, number]>(
        "SELECT postings.* FROM json_each(?) AS wanted JOIN postings ON postings.key = wanted.value AND block BETWEEN ? AND ?",
      )
      .all(JSON.stringify(keys), fromBlock, toBlock);
    const found = new Map<number, number[]>();
    for (const { block, ids } of rows) {
      const numbers = found.get(block) ?? [];
      for (const place of placesOf(ids)) numbers.push(block * BLOCK + place);
      found.set(block, numbers);
    }
    for (const [block, numbers] of found)
      found.set(
        block,
        [...new Set(numbers)].sort((a, b) => a - b),
      );
    return found;
  }

  /** Blocks that may have calls that fit, the lowest first; null when the conditions leave out none. */
  blocksFor(where: CallWhere): number[] | null {
    const conditions: string[] = [];
    const values: number[] = [];
    const add = (condition: string, value: number | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add("started_max >= ?", where.startedFrom);
    add("started_min <= ?", where.startedTo);
    if (where.minDurationMs) add("duration_max >= ?", Math.floor(where.minDurationMs * 1000));
    for (const [column, list] of [
      ["session", where.sessions],
      ["process", where.processes],
    ] as const) {
      if (!list) continue;
      add(`${column}_max >= ?`, Math.min(...list));
      add(`${column}_min <= ?`, Math.max(...list));
    }
    if (conditions.length === 0) return null;
    return this.#db
      .query<{ block: number }, number[]>(
        `SELECT block FROM blocks WHERE ${conditions.join(" AND ")} ORDER BY block`,
      )
      .all(...values)
      .map(({ block }) => block);
  }
}

/** What the calls of a block have in common. */
class Range {
  #startedMin = Number.POSITIVE_INFINITY;
  #startedMax = 0;
  #durationMax = 0;
  #sessionMin = Number.POSITIVE_INFINITY;
  #sessionMax = 0;
  #processMin = Number.POSITIVE_INFINITY;
  #processMax = 0;

  add(call: StoredCall): void {
    this.#startedMin = Math.min(this.#startedMin, call.startedAt);
    this.#startedMax = Math.max(this.#startedMax, call.startedAt);
    this.#durationMax = Math.max(this.#durationMax, durationOf(call));
    this.#sessionMin = Math.min(this.#sessionMin, call.session);
    this.#sessionMax = Math.max(this.#sessionMax, call.session);
    this.#processMin = Math.min(this.#processMin, call.process);
    this.#processMax = Math.max(this.#processMax, call.process);
  }

  /** In the order of the table. */
  values(): [number, number, number, number, number, number, number] {
    return [
      this.#startedMin,
      this.#startedMax,
      this.#durationMax,
      this.#sessionMin,
      this.#sessionMax,
      this.#processMin,
      this.#processMax,
    ];
  }
}

function keysOf(call: StoredCall): number[] {
  const keys = [functionKey(call.functionId), seqKey(call.source, call.seq)];
  if (call.status !== STATUS.success) keys.push(statusKey(call.status));
  if (call.parent !== null) keys.push(parentKey(call.source, call.parent));
  for (const value of valuesOf(call)) keys.push(valueKey(value));
  return keys;
}

const durationOf = ({ durationMs }: StoredCall): number =>
  durationMs === null ? 0 : Math.max(0, Math.round(durationMs * 1000));

function bytesOf(places: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(places.length * 2);
  let at = 0;
  for (const place of places) {
    bytes[at++] = place & 0xff;
    bytes[at++] = place >> 8;
  }
  return bytes;
}

function placesOf(bytes: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2)
    places.push((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return places;
}
