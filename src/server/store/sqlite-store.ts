/** The store over one SQLite file, or over memory. */
import { existsSync } from "node:fs";
import { DocumentTable } from "./documents.ts";
import { Indexer } from "./indexer.ts";
import { openDatabase } from "./open.ts";
import { Reader } from "./reader.ts";
import { prune } from "./retention.ts";
import { type Later, SqliteReading } from "./sqlite-reading.ts";
import type { CallBatch, CallEnd, CallRecord, Payload, Prune, Pruned, SharedText, Store } from "./store.ts";
import { Tables } from "./tables.ts";

/** What is buffered is written after this, in ms: a crash loses no more. */
const FLUSH_MS = 50;

/** A file that another program locks is tried again after this, in ms. */
const RETRY_MS = 250;

/** How many calls and values wait for a locked file before it is given up. */
const MAX_WAITING = 10_000;

/** Numbers in the memory that goes on for a failed file begin here; those of its calls go on. */
const OVERFLOW_BASE = 2 ** 40;

/**
 * Opens the store for one run of a server, `instanceId`. A file that stops taking writes (a full disk, say) does not
 * stop the server: what comes after goes to memory, and `problem` says so. One that is only locked for a while gets
 * what it missed.
 *
 * @throws StoreError when the file cannot be used at all.
 */
export function openStore(
  path: string,
  instanceId: string,
  options: StoreOptions = {},
): Store & { settle(): void } {
  return new SqliteStore(path, instanceId, options);
}

export interface StoreOptions {
  /** Told when the file takes no more writes. */
  onProblem?: ((message: string) => void) | undefined;
  /** Whether another server still runs, by its instance id. Default: it does. */
  isRunning?: ((instanceId: string) => boolean) | undefined;
}

class SqliteStore extends SqliteReading implements Store {
  readonly location: string;
  problem: string | null = null;
  onWritten: Store["onWritten"] = null;
  prunes = 0;
  readonly #instanceId: string;
  readonly #startedAt = Date.now() / 1000;
  readonly #onProblem: (message: string) => void;
  readonly #file: Reader;
  /** Goes on for a file that failed. */
  #overflow: Reader | null = null;
  #indexer: Indexer;
  readonly #payloads = new Map<string, Payload>();
  readonly #texts: SharedText[] = [];
  readonly #records = new Map<string, () => CallRecord>();
  readonly #batches: CallBatch[] = [];
  readonly #small: Later[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #retryAt = 0;
  #isClosed = false;

  constructor(path: string, instanceId: string, { onProblem = () => {}, isRunning }: StoreOptions) {
    super(isRunning);
    this.location = path;
    this.#instanceId = instanceId;
    this.#onProblem = onProblem;
    this.#file = new Reader(new Tables(openDatabase(path), instanceId, this.#startedAt));
    this.#indexer = this.#newIndexer();
  }

  // Writing

  hasPayload(cid: string): boolean {
    return this.#held.has(cid) || this.payloadId(cid) !== null;
  }

  getPayload(cid: string): Payload | null {
    const waiting = this.#held.get(cid);
    if (waiting) return waiting;
    for (const { tables } of this.readers) {
      const found = this.read(() => {
        tables.payloads.refresh();
        const id = tables.payloads.idOf(cid);
        return id === null ? null : tables.payloads.get(id);
      }, null);
      if (found && found.format !== "error") return { cid, format: found.format, bytes: found.bytes };
    }
    return null;
  }

  putPayloads(payloads: readonly Payload[]): void {
    for (const payload of payloads)
      if (!this.#payloads.has(payload.cid)) this.#payloads.set(payload.cid, payload);
    this.#soon();
  }

  putTexts(texts: readonly SharedText[]): void {
    this.#texts.push(...texts);
    this.#soon();
  }

  /** The values that wait to be written. */
  get #held(): Map<string, Payload> {
    for (const { cid, text } of this.#texts) {
      if (!this.#payloads.has(cid))
        this.#payloads.set(cid, { cid, format: "json", bytes: Buffer.from(text) });
    }
    this.#texts.length = 0;
    return this.#payloads;
  }

  addCall(record: CallRecord): void {
    this.addCallSoon(record.callId, () => record);
  }

  addCallSoon(callId: string, record: () => CallRecord): void {
    this.#records.set(callId, record);
    this.#soon();
  }

  record(batch: CallBatch): void {
    this.#batches.push(batch);
    this.flush();
    if (this.#batches.length > 0) this.#soon();
  }

  endCall(number: number, end: CallEnd): boolean {
    this.flush();
    let ran = false;
    this.#write(() => {
      this.target.putPayloads(this.#held.values());
      ran = this.target.endCall(number, end);
    });
    if (ran) this.onWritten?.(this.target.newest, 1);
    return ran;
  }

  isWritten(): boolean {
    this.flush();
    return this.#waiting === 0;
  }

  get newest(): number {
    return this.target.newest;
  }

  flush(): void {
    if (this.#waiting === 0 || performance.now() < this.#retryAt) return;
    const calls = this.#records.size;
    const write = () => {
      const target = this.target;
      target.putPayloads(this.#held.values());
      for (const record of this.#records.values()) target.addRecord(record());
      for (const batch of this.#batches) target.addBatch(batch);
      const documents = new DocumentTable(target.db);
      for (const later of this.#small) later(documents, target.session);
    };
    if (!this.#write(write) && (this.problem === null || !this.#write(write))) return;
    this.#payloads.clear();
    this.#records.clear();
    this.#small.length = 0;
    this.#indexer.wrote(calls + countOf(this.#batches));
    this.#batches.length = 0;
    if (calls > 0) this.onWritten?.(this.target.newest, calls);
  }

  // Keeping it small

  pin(number: number, pinned: boolean): void {
    const { db } = this.target;
    if (pinned) db.query("INSERT OR IGNORE INTO pins VALUES (?)").run(number);
    else
      for (const { tables } of this.readers) tables.db.query("DELETE FROM pins WHERE call = ?").run(number);
  }

  changeSession(id: number, change: Parameters<Store["changeSession"]>[1]): void {
    const { label = null, note = null, tags, pinned } = change;
    for (const { tables } of this.readers)
      tables.db
        .query(
          "UPDATE sessions SET label = coalesce(?, label), note = coalesce(?, note), tags = coalesce(?, tags), pinned = coalesce(?, pinned) WHERE id = ?",
        )
        .run(
          label,
          note,
          tags ? JSON.stringify(tags) : null,
          pinned === undefined ? null : Number(pinned),
          id,
        );
  }

  async prune(what: Prune): Promise<Pruned> {
    this.flush();
    // At once and at the end: it goes by steps, and what is put meanwhile may go with them.
    this.prunes += 1;
    try {
      const pruned = await prune(this.target, what, {
        flush: () => this.flush(),
        running: this.sessions().flatMap(({ id }) => (this.isOver(id) ? [] : [id])),
      });
      if (this.problem !== null) this.dropped += pruned.calls;
      return pruned;
    } finally {
      this.prunes += 1;
    }
  }

  // Life

  check(): void {
    if (this.problem === null && this.location !== ":memory:" && !existsSync(this.location)) {
      this.#giveUp("the file was removed");
    }
    this.flush();
  }

  /** Writes and indexes everything now. */
  settle(): void {
    this.flush();
    this.#indexer.finish();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#retryAt = 0;
    this.flush();
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#indexer.close();
    const { target } = this;
    const end = Date.now() / 1000;
    if (target.hasSession)
      this.read(
        () => target.db.query("UPDATE sessions SET ended_at = ? WHERE id = ?").run(end, target.session),
        null,
      );
    for (const { tables } of this.readers) tables.db.close();
  }

  protected get target(): Tables {
    return (this.#overflow ?? this.#file).tables;
  }

  /** The newest first. */
  protected get readers(): Reader[] {
    return this.#overflow ? [this.#overflow, this.#file] : [this.#file];
  }

  get #waiting(): number {
    return (
      this.#payloads.size +
      this.#texts.length +
      this.#records.size +
      this.#small.length +
      countOf(this.#batches)
    );
  }

  protected later(later: Later): void {
    this.#small.push(later);
    this.#soon();
  }

  #soon(): void {
    if (this.#isClosed) return;
    if (this.#waiting > MAX_WAITING) {
      this.flush();
      if (this.#waiting > MAX_WAITING) this.#giveUp("another program keeps it locked");
    }
    if (this.#timer !== null) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.flush();
        if (this.#waiting > 0) this.#soon();
      },
      Math.max(FLUSH_MS, this.#retryAt - performance.now()),
    );
    this.#timer.unref();
  }

  protected read<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (!isBusy(error)) this.#giveUp(reasonOf(error));
      return otherwise;
    }
  }

  /** Whether it was written. */
  #write(write: () => void): boolean {
    try {
      this.target.transaction(write);
      return true;
    } catch (error) {
      if (isBusy(error)) this.#retryAt = performance.now() + RETRY_MS;
      else if (this.problem !== null) throw error;
      else this.#giveUp(reasonOf(error));
      return false;
    }
  }

  #giveUp(reason: string): void {
    if (this.problem !== null || this.#isClosed) return;
    this.problem = `Cannot use ${this.location} any more (${reason}). What passes from now on is kept in memory only.`;
    const newest = this.#file.tables.newest;
    this.#indexer.close();
    this.#overflow = new Reader(
      new Tables(openDatabase(":memory:"), this.#instanceId, this.#startedAt, {
        calls: newest,
        rest: OVERFLOW_BASE,
      }),
    );
    this.#indexer = this.#newIndexer();
    this.#onProblem(this.problem);
  }

  #newIndexer(): Indexer {
    return new Indexer(this.target, (error) => {
      if (!isBusy(error)) this.#giveUp(reasonOf(error));
    });
  }
}

const countOf = (batches: readonly CallBatch[]): number =>
  batches.reduce((count, { calls }) => count + calls.length + 1, 0);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("SQLITE_BUSY");
