/**
 * Reading over the file, and over the memory that goes on for a file that failed: asks the one, then the other. What is
 * buffered is written first, so that what was put is found.
 */
import type { StackFrame } from "../../protocol/calls.ts";
import { DocumentTable, signaturesOf } from "./documents.ts";
import type { Reader } from "./reader.ts";
import { scan } from "./scan.ts";
import { CUT } from "./searchable.ts";
import type {
  CallReader,
  CallWhere,
  Documents,
  Journal,
  Order,
  ProcessInfo,
  Scanned,
  SessionProcess,
  SessionRow,
  StoredCall,
  StoredPayload,
  StoreFigures,
} from "./store.ts";
import type { Tables } from "./tables.ts";

/** A write of something small, done with the next flush. */
export type Later = (documents: DocumentTable, session: number) => void;

/** For so long is believed that another server runs, in ms. */
const RUNNING_MS = 2_000;

export abstract class SqliteReading implements CallReader, Documents, Journal {
  abstract flush(): void;
  /** Calls that had to go because the file takes none and memory was full. */
  protected dropped = 0;
  readonly #isRunning: (instanceId: string) => boolean;
  /** Sessions of others: until when they are believed to run; 0 for those that are over. */
  readonly #running = new Map<number, number>();

  constructor(isRunning: (instanceId: string) => boolean = () => true) {
    this.#isRunning = isRunning;
  }

  /** The newest first. */
  protected abstract get readers(): Reader[];
  /** The one that is written to. */
  protected abstract get target(): Tables;
  /** Reads; what fails is answered with `otherwise`, and is the problem of the file. */
  protected abstract read<T>(read: () => T, otherwise: T): T;
  protected abstract later(write: Later): void;

  get ownSessions(): readonly number[] {
    return this.readers.flatMap(({ tables }) => this.read(() => [tables.session], []));
  }

  call(number: number): StoredCall | null {
    return this.first(({ tables }) => tables.calls.get(number));
  }

  numberOf(callId: string): number | null {
    return this.first((reader) => reader.numberOf(callId));
  }

  callIdOf(call: StoredCall): string {
    return this.first((reader) => reader.callIdOf(call)) ?? "";
  }

  siblingId(call: StoredCall, seq: number): string | null {
    return this.first((reader) => reader.siblingId(call, seq));
  }

  *scan(where: CallWhere, order: Order, after?: number): Generator<Scanned> {
    this.flush();
    const readers = order === "newest" ? this.readers : this.readers.reverse();
    for (const { tables } of readers) yield* scan(tables, where, order, after);
  }

  children(call: StoredCall, afterSeq = -1): StoredCall[] {
    return (
      this.first((reader) =>
        reader.tables.calls.get(call.number) ? reader.children(call, afterSeq) : null,
      ) ?? []
    );
  }

  payload(id: number): StoredPayload | null {
    return this.first(({ tables }) => tables.payloads.get(id));
  }

  payloadId(cid: string): number | null {
    return this.first(({ tables }) => {
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
    for (const { tables } of this.readers)
      found.push(...tables.payloads.before(before, limit - found.length));
    return found;
  }

  functionName(id: number): string {
    return this.first((reader) => reader.functionName(id)) ?? "?";
  }

  functions(): Map<number, string> {
    this.flush();
    return new Map(this.readers.flatMap((reader) => reader.functions()));
  }

  functionIds(name: string): number[] {
    this.flush();
    return this.readers.flatMap((reader) => this.read(() => reader.functionId(name), null) ?? []);
  }

  process(id: number): ProcessInfo {
    return this.first((reader) => reader.process(id)) ?? UNKNOWN_PROCESS;
  }

  processes(): Map<number, ProcessInfo> {
    this.flush();
    return new Map(this.readers.flatMap((reader) => reader.processes()));
  }

  frames(site: number): StackFrame[] {
    return this.first((reader) => reader.frames(site)) ?? [];
  }

  sites(limit: number): Map<number, StackFrame | null> | null {
    const ids = this.#all((tables, room) => siteIds(tables, room), limit);
    return ids && new Map(ids.map((id) => [id, this.frames(id).at(-1) ?? null]));
  }

  sessions(): SessionRow[] {
    this.flush();
    // The present one begins with whoever asks, if not with a call.
    void this.ownSessions;
    return this.readers.flatMap((reader) => reader.sessions());
  }

  isOver(session: number): boolean {
    if (this.ownSessions.includes(session)) return false;
    const until = this.#running.get(session);
    if (until !== undefined && (until === 0 || performance.now() < until)) return until === 0;
    const row = this.first((reader) => reader.session(session));
    const runs = row !== null && row.endedAt === null && this.#isRunning(row.instanceId);
    this.#running.set(session, runs ? performance.now() + RUNNING_MS : 0);
    return !runs;
  }

  sessionProcesses(): SessionProcess[] {
    this.flush();
    return this.readers.flatMap((reader) => reader.sessionProcesses());
  }

  isPinned(number: number): boolean {
    return this.readers.some((reader) => reader.isPinned(number));
  }

  figures(): StoreFigures {
    this.flush();
    const sum = (of: (reader: Reader) => number) =>
      this.readers.reduce((total, reader) => total + this.read(() => of(reader), 0), 0);
    return {
      sizeBytes: sum((reader) => reader.sizeBytes()),
      calls: sum((reader) => reader.count("call_count")),
      newest: this.target.calls.newest(),
      values: sum((reader) => reader.count("value_count")),
      unindexed: sum(({ tables }) => tables.texts.waiting()),
      dropped: this.dropped,
    };
  }

  // Documents and journal

  document(kind: string, id: string): unknown {
    this.flush();
    return new DocumentTable(this.target.db).get(kind, id);
  }

  documents(kind: string): Map<string, unknown> {
    this.flush();
    return new DocumentTable(this.target.db).all(kind);
  }

  putDocument(kind: string, id: string, body: unknown): void {
    this.later((documents) => documents.put(kind, id, body));
  }

  keepSignature(functionName: string, signature: string | number): void {
    this.later((documents, session) => documents.put(signaturesOf(session), functionName, signature));
  }

  signature(session: number, functionName: string): string | number | null {
    // What goes on for a file that failed is the same run, and may have been told before.
    const own = this.ownSessions;
    const sessions = own.includes(session) ? own : [session];
    return this.first(({ tables }) => {
      const documents = new DocumentTable(tables.db);
      const found = sessions.map((each) => documents.get(signaturesOf(each), functionName));
      return found.find((each) => typeof each === "string" || typeof each === "number") ?? null;
    });
  }

  addTranscript(repl: string, at: number, body: Record<string, unknown>): void {
    this.later((documents, session) => documents.addTranscript(session, repl, at, body));
  }

  transcript(repl: string) {
    this.flush();
    return this.readers.reverse().flatMap(({ tables }) => new DocumentTable(tables.db).transcript(repl));
  }

  transcripts(limit: number) {
    this.flush();
    return this.readers
      .flatMap(({ tables }) => new DocumentTable(tables.db).transcripts(limit))
      .slice(0, limit);
  }

  addEvent(at: number, kind: string, body: Record<string, unknown>): void {
    this.later((documents, session) => documents.addEvent(session, at, kind, body));
  }

  events(before: number, limit: number) {
    this.flush();
    return this.readers
      .flatMap(({ tables }) => new DocumentTable(tables.db).events(before, limit))
      .slice(0, limit);
  }

  /** The first database that has an answer. What is buffered is written before. */
  protected first<T>(ask: (reader: Reader) => T | null): T | null {
    this.flush();
    for (const reader of this.readers) {
      const found = this.read(() => ask(reader), null);
      if (found !== null) return found;
    }
    return null;
  }

  /** What all databases find together; null when that is more than there is room for. */
  #all(find: (tables: Tables, room: number) => number[] | null, limit: number): number[] | null {
    this.flush();
    const found: number[] = [];
    for (const { tables } of this.readers) {
      const some = this.read(() => find(tables, limit - found.length), null);
      if (!some) return null;
      found.push(...some);
    }
    return found;
  }
}

/** Null when there are more than `limit`. */
function siteIds({ db }: Tables, limit: number): number[] | null {
  const rows = db.query<{ id: number }, [number]>("SELECT id FROM sites LIMIT ?").all(limit + 1);
  return rows.length > limit ? null : rows.map(({ id }) => id);
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
