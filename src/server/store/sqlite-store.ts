/** The store over one SQLite file, or over memory. */
import { existsSync } from "node:fs";
import type { StackFrame } from "../../protocol/calls.ts";
import { DocumentTable } from "./documents.ts";
import { Indexer } from "./indexer.ts";
import { openDatabase } from "./open.ts";
import { Reader } from "./reader.ts";
import { prune } from "./retention.ts";
import { scan } from "./scan.ts";
import { CUT } from "./searchable.ts";
import type {
  CallBatch,
  CallRecord,
  CallWhere,
  Order,
  Payload,
  ProcessInfo,
  Prune,
  Pruned,
  Scanned,
  SessionProcess,
  SessionRow,
  Store,
  StoredCall,
  StoredPayload,
  StoreFigures,
} from "./store.ts";
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
  onProblem: (message: string) => void = () => {},
  startedAt: number = Date.now() / 1000,
): Store & { settle(): void } {
  return new SqliteStore(path, instanceId, onProblem, startedAt);
}

type Later = (documents: DocumentTable, session: number) => void;

class SqliteStore implements Store {
  readonly location: string;
  problem: string | null = null;
  onWritten: Store["onWritten"] = null;
  prunes = 0;
  readonly #instanceId: string;
  readonly #startedAt: number;
  readonly #onProblem: (message: string) => void;
  readonly #file: Reader;
  /** Goes on for a file that failed. */
  #overflow: Reader | null = null;
  #indexer: Indexer;
  readonly #payloads = new Map<string, Payload>();
  readonly #records = new Map<string, CallRecord>();
  readonly #batches: CallBatch[] = [];
  readonly #later: Later[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #retryAt = 0;
  #isClosed = false;

  constructor(path: string, instanceId: string, onProblem: (message: string) => void, startedAt: number) {
    this.location = path;
    this.#instanceId = instanceId;
    this.#startedAt = startedAt;
    this.#onProblem = onProblem;
    this.#file = new Reader(new Tables(openDatabase(path), instanceId, startedAt));
    this.#indexer = this.#newIndexer();
  }

  get ownSessions(): readonly number[] {
    return this.#readers.map(({ tables }) => tables.session);
  }

  // Writing

  hasPayload(cid: string): boolean {
    return this.#payloads.has(cid) || this.payloadId(cid) !== null;
  }

  getPayload(cid: string): Payload | null {
    const waiting = this.#payloads.get(cid);
    if (waiting) return waiting;
    for (const { tables } of this.#readers) {
      const found = this.#read(() => {
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

  addCall(record: CallRecord): void {
    this.#records.set(record.callId, record);
    this.#soon();
  }

  record(batch: CallBatch): void {
    this.#batches.push(batch);
    this.flush();
    if (this.#batches.length > 0) this.#soon();
  }

  isWritten(): boolean {
    this.flush();
    return this.#waiting === 0;
  }

  get newest(): number {
    return this.#target.newest;
  }

  flush(): void {
    if (this.#waiting === 0 || performance.now() < this.#retryAt) return;
    const calls = this.#records.size;
    const write = () => {
      const target = this.#target;
      target.putPayloads(this.#payloads.values());
      for (const record of this.#records.values()) target.addRecord(record);
      for (const batch of this.#batches) target.addBatch(batch);
      const documents = new DocumentTable(target.db);
      for (const later of this.#later) later(documents, target.session);
    };
    if (!this.#write(write) && (this.problem === null || !this.#write(write))) return;
    this.#payloads.clear();
    this.#records.clear();
    this.#later.length = 0;
    this.#indexer.wrote(calls + countOf(this.#batches));
    this.#batches.length = 0;
    if (calls > 0) this.onWritten?.(this.#target.newest, calls);
  }

  // Reading

  call(number: number): StoredCall | null {
    return this.#first(({ tables }) => tables.calls.get(number));
  }

  numberOf(callId: string): number | null {
    return this.#first((reader) => reader.numberOf(callId));
  }

  callIdOf(call: StoredCall): string {
    return (
      this.#first((reader) => (reader.tables.calls.get(call.number) ? reader.callIdOf(call) : null)) ?? ""
    );
  }

  siblingId(call: StoredCall, seq: number): string | null {
    return this.#first((reader) => reader.siblingId(call, seq));
  }

  *scan(where: CallWhere, order: Order, after?: number): Generator<Scanned> {
    this.flush();
    const readers = order === "newest" ? this.#readers : this.#readers.reverse();
    for (const { tables } of readers) yield* scan(tables, where, order, after);
  }

  children(call: StoredCall, afterSeq = -1): StoredCall[] {
    return (
      this.#first((reader) =>
        reader.tables.calls.get(call.number) ? reader.children(call, afterSeq) : null,
      ) ?? []
    );
  }

  payload(id: number): StoredPayload | null {
    return this.#first(({ tables }) => tables.payloads.get(id));
  }

  payloadId(cid: string): number | null {
    return this.#first(({ tables }) => {
      tables.payloads.refresh();
      return tables.payloads.idOf(cid);
    });
  }

  payloadsLike(text: string, limit: number): number[] | null {
    return this.#all(({ texts }, room) => texts.like(text, room), limit);
  }

  payloadsNamed(prefix: string, limit: number): number[] | null {
    return this.#all(({ payloads }, room) => payloads.named(prefix, room), limit);
  }

  payloadsCut(limit: number): number[] | null {
    return this.#all(({ texts }, room) => texts.like(CUT, room), limit);
  }

  payloads(before: number, limit: number): StoredPayload[] {
    this.flush();
    const found: StoredPayload[] = [];
    for (const { tables } of this.#readers)
      found.push(...tables.payloads.before(before, limit - found.length));
    return found;
  }

  functionName(id: number): string {
    return this.#first((reader) => reader.functionName(id)) ?? "?";
  }

  functions(): Map<number, string> {
    this.flush();
    return new Map(this.#readers.flatMap((reader) => reader.functions()));
  }

  functionIds(name: string): number[] {
    this.flush();
    return this.#readers.flatMap((reader) => this.#read(() => reader.functionId(name), null) ?? []);
  }

  process(id: number): ProcessInfo {
    return this.#first((reader) => reader.process(id)) ?? UNKNOWN_PROCESS;
  }

  processes(): Map<number, ProcessInfo> {
    this.flush();
    return new Map(this.#readers.flatMap((reader) => reader.processes()));
  }

  frames(site: number): StackFrame[] {
    return this.#first((reader) => reader.frames(site)) ?? [];
  }

  sessions(): SessionRow[] {
    this.flush();
    return this.#readers.flatMap((reader) => reader.sessions());
  }

  sessionProcesses(): SessionProcess[] {
    this.flush();
    return this.#readers.flatMap((reader) => reader.sessionProcesses());
  }

  isPinned(number: number): boolean {
    return this.#readers.some((reader) => reader.isPinned(number));
  }

  figures(): StoreFigures {
    this.flush();
    const sum = (of: (reader: Reader) => number) =>
      this.#readers.reduce((total, reader) => total + this.#read(() => of(reader), 0), 0);
    return {
      sizeBytes: sum((reader) => reader.sizeBytes()),
      calls: sum((reader) => reader.count("call_count")),
      newest: this.#target.calls.newest(),
      values: sum((reader) => reader.count("value_count")),
      unindexed: sum(({ tables }) => tables.texts.waiting()),
      dropped: 0,
    };
  }

  // Documents and journal

  document(kind: string, id: string): unknown {
    this.flush();
    return new DocumentTable(this.#target.db).get(kind, id);
  }

  documents(kind: string): Map<string, unknown> {
    this.flush();
    return new DocumentTable(this.#target.db).all(kind);
  }

  putDocument(kind: string, id: string, body: unknown): void {
    this.#do((documents) => documents.put(kind, id, body));
  }

  addTranscript(repl: string, at: number, body: Record<string, unknown>): void {
    this.#do((documents, session) => documents.addTranscript(session, repl, at, body));
  }

  transcript(repl: string) {
    this.flush();
    return this.#readers.reverse().flatMap(({ tables }) => new DocumentTable(tables.db).transcript(repl));
  }

  transcripts(limit: number) {
    this.flush();
    return this.#readers
      .flatMap(({ tables }) => new DocumentTable(tables.db).transcripts(limit))
      .slice(0, limit);
  }

  addEvent(at: number, kind: string, body: Record<string, unknown>): void {
    this.#do((documents, session) => documents.addEvent(session, at, kind, body));
  }

  events(before: number, limit: number) {
    this.flush();
    return this.#readers
      .flatMap(({ tables }) => new DocumentTable(tables.db).events(before, limit))
      .slice(0, limit);
  }

  // Keeping it small

  pin(number: number, pinned: boolean): void {
    const { db } = this.#target;
    if (pinned) db.query("INSERT OR IGNORE INTO pins VALUES (?)").run(number);
    else
      for (const { tables } of this.#readers) tables.db.query("DELETE FROM pins WHERE call = ?").run(number);
  }

  changeSession(id: number, change: Parameters<Store["changeSession"]>[1]): void {
    const { label = null, note = null, tags, pinned } = change;
    for (const { tables } of this.#readers)
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

  prune(what: Prune): Promise<Pruned> {
    this.flush();
    // At once and at the end: it goes by steps, and what is put meanwhile may go with them.
    this.prunes += 1;
    return prune(this.#target, what).finally(() => {
      this.prunes += 1;
    });
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
    const { db, session } = this.#target;
    const end = Date.now() / 1000;
    this.#read(() => db.query("UPDATE sessions SET ended_at = ? WHERE id = ?").run(end, session), null);
    for (const { tables } of this.#readers) tables.db.close();
  }

  get #target(): Tables {
    return (this.#overflow ?? this.#file).tables;
  }

  /** The newest first. */
  get #readers(): Reader[] {
    return this.#overflow ? [this.#overflow, this.#file] : [this.#file];
  }

  get #waiting(): number {
    return this.#payloads.size + this.#records.size + this.#later.length + countOf(this.#batches);
  }

  #do(later: Later): void {
    this.#later.push(later);
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

  /** The first database that has an answer. What is buffered is written before. */
  #first<T>(ask: (reader: Reader) => T | null): T | null {
    this.flush();
    for (const reader of this.#readers) {
      const found = this.#read(() => ask(reader), null);
      if (found !== null) return found;
    }
    return null;
  }

  /** What all databases find together; null when that is more than there is room for. */
  #all(find: (tables: Tables, room: number) => number[] | null, limit: number): number[] | null {
    this.flush();
    const found: number[] = [];
    for (const { tables } of this.#readers) {
      const some = this.#read(() => find(tables, limit - found.length), null);
      if (!some) return null;
      found.push(...some);
    }
    return found;
  }

  #read<T>(read: () => T, otherwise: T): T {
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
      this.#target.transaction(write);
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
    return new Indexer(this.#target, (error) => {
      if (!isBusy(error)) this.#giveUp(reasonOf(error));
    });
  }
}

const UNKNOWN_PROCESS: ProcessInfo = {
  key: "",
  pid: 0,
  startTime: 0,
  pageUrl: null,
  clientId: null,
  program: null,
  runtime: null,
  library: null,
};

const countOf = (batches: readonly CallBatch[]): number =>
  batches.reduce((count, { calls }) => count + calls.length + 1, 0);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("SQLITE_BUSY");
