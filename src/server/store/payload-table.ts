/** Payloads once each: found by CID, numbered for everything else. Their index is written later, and sorted (schema.ts). */
import type { Database, Statement } from "bun:sqlite";
import type { SerializationFormat } from "../../protocol/payload.ts";
import type { SharedText, StoredPayload } from "./store.ts";

const FORMATS = ["json", "dill", "error"] as const;

/** Not indexed payloads that are held by their key; then they are indexed at once. */
const MAX_TAIL = 16_384;

interface PayloadRow {
  id: number;
  cid: Uint8Array;
  format: number;
  size: number;
  packed: number;
  bytes: Uint8Array | string;
}

/** The first 52 bits of a CID: as much as a number holds. */
const keyOf = (cid: string): number => Number.parseInt(cid.slice(0, 13), 16);

export class PayloadTable {
  readonly #db: Database;
  readonly #base: number;
  readonly #find: Statement<{ payload: number }, [number]>;
  readonly #get: Statement<PayloadRow, [number]>;
  readonly #cid: Statement<{ cid: Uint8Array }, [number]>;
  readonly #insert: Statement<unknown, [number, Uint8Array, number, number, Uint8Array | string]>;
  readonly #insertKey: Statement<unknown, [number, number]>;
  readonly #newest: Statement<{ id: number }, []>;
  /** What `cids` does not have yet. */
  readonly #tail = new Map<number, number>();
  /** Newest payload that is known to be in `cids` or the tail. */
  #seen = 0;
  /** Payloads that were put, ever. */
  added = 0;

  /** @param base Numbers begin above it. */
  constructor(db: Database, base: number) {
    this.#db = db;
    this.#base = base;
    this.#find = db.query("SELECT payload FROM cids WHERE key = ?");
    this.#get = db.query("SELECT * FROM payloads WHERE id = ?");
    this.#cid = db.query("SELECT cid FROM payloads WHERE id = ?");
    this.#insert = db.query("INSERT INTO payloads (id, cid, format, size, bytes) VALUES (?, ?, ?, ?, ?)");
    this.#insertKey = db.query("INSERT OR IGNORE INTO cids VALUES (?, ?)");
    this.#newest = db.query(
      "SELECT max(coalesce((SELECT max(id) FROM payloads), 0), (SELECT upto FROM done WHERE name = 'texts'), (SELECT upto FROM done WHERE name = 'cids')) AS id",
    );
    this.#seen = Math.max(this.#upto(), base);
  }

  newest(): number {
    return this.#newest.get()?.id ?? 0;
  }

  get tailSize(): number {
    return this.#tail.size;
  }

  /** Takes note of what other servers wrote to the file, or what a rolled-back transaction did not. */
  refresh(reload = false): void {
    if (reload) {
      this.#tail.clear();
      this.#seen = Math.max(this.#upto(), this.#base);
    }
    const newest = this.newest();
    if (newest <= this.#seen) return;
    const rows = this.#db
      .query<{ id: number; cid: Uint8Array }, [number]>("SELECT id, cid FROM payloads WHERE id > ?")
      .all(this.#seen);
    for (const { id, cid } of rows) this.#tail.set(keyOf(hex(cid)), id);
    this.#seen = newest;
  }

  idOf(cid: string): number | null {
    const key = keyOf(cid);
    const recent = this.#tail.get(key);
    if (recent !== undefined && this.#is(recent, cid)) return recent;
    for (const { payload } of this.#find.all(key)) if (this.#is(payload, cid)) return payload;
    return null;
  }

  /** Payloads whose CID begins with this; null when more than `limit`. */
  named(prefix: string, limit: number): number[] | null {
    this.refresh();
    const from = keyOf(prefix.padEnd(13, "0"));
    const to = keyOf(prefix.padEnd(13, "f"));
    const found = this.#db
      .query<{ payload: number }, [number, number, number]>(
        "SELECT payload FROM cids WHERE key BETWEEN ? AND ? LIMIT ?",
      )
      .all(from, to, limit + 1)
      .map(({ payload }) => payload);
    for (const [key, id] of this.#tail) if (key >= from && key <= to) found.push(id);
    return found.length > limit ? null : found;
  }

  get(id: number): StoredPayload | null {
    const row = this.#get.get(id);
    if (!row) return null;
    const bytes = typeof row.bytes === "string" ? Buffer.from(row.bytes) : row.bytes;
    return {
      id,
      cid: hex(row.cid),
      format: FORMATS[row.format] ?? "json",
      size: row.size,
      bytes: row.packed === 0 ? bytes : Bun.zstdDecompressSync(bytes),
    };
  }

  /** The number of a payload, which is kept when it is new. Only inside a transaction. */
  put(cid: string, format: SerializationFormat | "error", content: Uint8Array | string): number {
    const known = this.idOf(cid);
    if (known !== null) return known;
    const id = ++this.#seen;
    this.added++;
    const size = typeof content === "string" ? Buffer.byteLength(content) : content.length;
    this.#insert.run(id, Uint8Array.fromHex(cid), FORMATS.indexOf(format), size, content);
    const key = keyOf(cid);
    if (this.#tail.has(key) || this.#tail.size >= MAX_TAIL) this.index();
    this.#tail.set(key, id);
    return id;
  }

  /** Payloads larger than this, in bytes, may be worth packing. */
  readonly packable = 1_024;

  /** Compresses a payload where that saves a fifth. Only inside a transaction. */
  pack({ id, bytes }: StoredPayload): void {
    const packed = Bun.zstdCompressSync(bytes);
    if (packed.length > bytes.length * 0.8) return;
    this.#db.query("UPDATE payloads SET packed = 1, bytes = ? WHERE id = ? AND packed = 0").run(packed, id);
  }

  /** Only inside a transaction. */
  remove(id: number): void {
    const row = this.#cid.get(id);
    if (!row) return;
    const key = keyOf(hex(row.cid));
    if (this.#tail.get(key) === id) this.#tail.delete(key);
    this.#db.query("DELETE FROM cids WHERE key = ? AND payload = ?").run(key, id);
    this.#db.query("DELETE FROM texts WHERE rowid = ?").run(id);
    this.#db.query("DELETE FROM payloads WHERE id = ?").run(id);
  }

  /** Payloads below a number, the newest first. */
  before(number: number, limit: number): StoredPayload[] {
    return this.#db
      .query<{ id: number }, [number, number]>(
        "SELECT id FROM payloads WHERE id < ? AND format < 2 ORDER BY id DESC LIMIT ?",
      )
      .all(number, limit)
      .flatMap(({ id }) => this.get(id) ?? []);
  }

  /** The number of a value of tagged JSON. Only inside a transaction. */
  share(text: SharedText, era: number): number {
    if (text.era === era) return text.id;
    text.id = this.put(text.cid, "json", text.text);
    text.era = era;
    return text.id;
  }

  /** Moves the tail into the index, sorted: that is what makes it cheap. Only inside a transaction. */
  index(): void {
    const keys = Float64Array.from(this.#tail.keys()).sort();
    for (const key of keys) this.#insertKey.run(key, this.#tail.get(key) ?? 0);
    this.#db.query("UPDATE done SET upto = ? WHERE name = 'cids'").run(this.#seen);
    this.#tail.clear();
  }

  #upto(): number {
    return this.#db.query<{ upto: number }, []>("SELECT upto FROM done WHERE name = 'cids'").get()?.upto ?? 0;
  }

  #is(id: number, cid: string): boolean {
    const row = this.#cid.get(id);
    return row !== null && hex(row.cid) === cid;
  }
}

const hex = (bytes: Uint8Array): string => bytes.toHex();
