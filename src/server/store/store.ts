/**
 * What the server keeps, and no more than it needs: narrow enough that another database can stand behind it. Calls,
 * payloads and the rest have numbers here; names for the outside are made by the views (src/server/record).
 */
import type { StackFrame } from "../../protocol/calls.ts";
import type { SerializationFormat } from "../../protocol/payload.ts";

export interface Payload {
  cid: string;
  format: SerializationFormat;
  bytes: Uint8Array;
}

/** A payload as it lies in the store. `error`: what is kept of an exception, as JSON (`StoredError`). */
export interface StoredPayload {
  id: number;
  cid: string;
  format: SerializationFormat | "error";
  size: number;
  bytes: Uint8Array;
}

/**
 * What calls share and the store knows by a number. Keep one object per text and use it again: one that has its number
 * costs nothing. Start with `id: 0, era: -1`; the store fills them in, and renews them when it has to.
 */
export interface Shared {
  id: number;
  era: number;
}

/** A value of tagged JSON under its CID. */
export interface SharedText extends Shared {
  readonly cid: string;
  readonly text: string;
}

/** A call site: its frames as JSON. */
export interface SharedSite extends Shared {
  readonly json: string;
}

export interface ProcessInfo {
  key: string;
  pid: number;
  startTime: number;
  pageUrl: string | null;
  clientId: string | null;
  program: string | null;
  runtime: string | null;
  library: string | null;
}

export const STATUS = { success: 0, exception: 1, running: 2, abandoned: 3, other: 4 } as const;
export type StatusCode = (typeof STATUS)[keyof typeof STATUS];

export interface StoredError {
  type?: string | null;
  message?: string | null;
  traceback?: unknown;
}

/** What few calls have, as JSON beside the row. */
export interface CallExtra {
  /** Keyword arguments: number of the payload, client_ref. */
  kwargs?: Record<string, [payload: number, ref: number | string | null]>;
  /** client_refs that are texts, by role; numbers of positional arguments are in the row. */
  refs?: Record<string, number | string>;
  /** The parent's call_id, when another client made it. */
  parent?: string;
  /** Further values that belong to it: what was put in place of others. */
  also?: number[];
  /** A status that has no number. */
  status?: string;
  /** Fields that are shown as they came (an event's pretty_args and the like, decisions, signature). */
  fields?: Record<string, unknown>;
}

/** A call of a live client. */
export interface StreamedCall {
  readonly seq: number;
  readonly name: string;
  readonly parent: string | null;
  /** Unix seconds. */
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly status: 0 | 1 | 2;
  readonly args: readonly SharedText[];
  readonly outcome: SharedText | null;
  readonly site?: SharedSite | null;
  readonly target?: SharedText | null;
  readonly exception?: StoredError | null;
  /** client_refs of the arguments in order, 0 for none. */
  readonly refs?: readonly number[] | null;
}

/** Calls of one client. */
export interface CallBatch {
  /** `callIdOf` without its `.seq`. */
  clientKey: string;
  process: ProcessInfo;
  calls: readonly StreamedCall[];
}

/** A value of a call that came with its CID. */
export interface ItemRef {
  cid: string;
  clientRef: number | string | null;
}

/** A call that came over HTTP, or that the engine knows: at its start and again at its end, or at its end alone. */
export interface CallRecord {
  callId: string;
  functionName: string;
  /** `running`, `success`, `exception`, `abandoned`, or an event's own. */
  status: string;
  startedAt: number;
  /** Null while it runs. */
  completedAt: number | null;
  /** Where it differs from the time between: without the time it was paused. */
  durationMs?: number | undefined;
  process: ProcessInfo;
  parentCallId: string | null;
  args: readonly ItemRef[];
  kwargs: ReadonlyMap<string, ItemRef>;
  target: ItemRef | null;
  result: ItemRef | null;
  /** What was thrown, as a value. */
  thrown: ItemRef | null;
  /** CIDs of further values that belong to it, such as those a decision put in place of others. */
  also?: readonly string[];
  exception: StoredError | null;
  frames: readonly StackFrame[];
  /** Shown as they are. */
  fields: Record<string, unknown>;
}

/** How a call ended. */
export type CallEnd = Pick<CallRecord, "status" | "result" | "thrown" | "exception"> & {
  completedAt: number;
};

/** A call as it lies in the store; values are numbers of payloads. */
export interface StoredCall {
  number: number;
  session: number;
  source: number;
  seq: number;
  process: number;
  functionId: number;
  status: StatusCode;
  startedAt: number;
  durationMs: number | null;
  /** `seq` of the parent in the same source. */
  parent: number | null;
  args: number[];
  /** client_refs of `args` that are numbers; shorter or empty when there are none. */
  refs: number[];
  outcome: number | null;
  error: number | null;
  target: number | null;
  site: number | null;
  extra: CallExtra | null;
}

/**
 * Conditions that the store checks by its indexes and columns: all of them must hold. It may let through more than fits,
 * never less: whoever asks looks at each call again.
 */
export interface CallWhere {
  /** Each of these must hold: the call has one of the functions, or uses one of the values. */
  anyOf?: readonly { functions: readonly number[]; values: readonly number[] }[];
  functions?: readonly number[];
  /** Call sites. */
  sites?: readonly number[];
  processes?: readonly number[];
  sessions?: readonly number[];
  statuses?: readonly StatusCode[];
  /** Unix seconds. */
  startedFrom?: number;
  startedTo?: number;
  minDurationMs?: number;
  maxDurationMs?: number;
  /** Numbers of calls, both ends included. */
  from?: number;
  to?: number;
  /** Only pinned ones. */
  pinned?: true;
  /** Only those that somebody decided about. */
  decided?: true;
  /** One of these must hold; nothing else stands beside it. */
  either?: readonly CallWhere[];
}

export type Order = "newest" | "oldest";

/** A piece of a scan: what fits among the calls up to number `to` (that one too) that were not told before. */
export interface Scanned {
  calls: StoredCall[];
  to: number;
}

export interface SessionRow {
  id: number;
  instanceId: string;
  startedAt: number;
  endedAt: number | null;
  label: string;
  note: string;
  tags: string[];
  pinned: boolean;
  calls: number;
  errors: number;
  lastAt: number | null;
}

/** A process in a session, with its first and last call there. */
export interface SessionProcess {
  session: number;
  process: number;
  first: number;
  last: number;
}

export interface StoreFigures {
  sizeBytes: number;
  calls: number;
  newest: number;
  values: number;
  unindexed: number;
  dropped: number;
}

/** Writing calls and values. */
export interface CallWriter {
  hasPayload(cid: string): boolean;
  getPayload(cid: string): Payload | null;
  /** Keeps payloads; one already there is left as it is. In the file within 50 ms. */
  putPayloads(payloads: readonly Payload[]): void;
  /** The same for values of tagged JSON; their CIDs are made when somebody looks for them, or when they are written. */
  putTexts(texts: readonly SharedText[]): void;
  /** Keeps a call, in the file within 50 ms. One with the same id that was running is replaced. */
  addCall(record: CallRecord): void;
  /** The same, with the record made when it is written: a program may wait for what comes after this. */
  addCallSoon(callId: string, record: () => CallRecord): void;
  /**
   * Keeps a batch, in one transaction: it is in the file when this returns, unless another program has that locked just
   * now. Calls that are kept already are left out; one that was running is replaced when it has ended.
   */
  record(batch: CallBatch): void;
  /** Ends a call that an earlier run began and that still runs. Says whether it was one. */
  endCall(number: number, end: CallEnd): boolean;
  /** Whether all that was to be kept is in the file (or in memory, when the file failed for good). Tries to write it. */
  isWritten(): boolean;
  /** The newest number. */
  readonly newest: number;
  /** Writes what is buffered. Reading does so by itself. */
  flush(): void;
}

/** Finding calls and values again. */
export interface CallReader {
  call(number: number): StoredCall | null;
  /** The number of a call by its id. */
  numberOf(callId: string): number | null;
  callIdOf(call: StoredCall): string;
  /** The id of the call with another seq of the same source; null when it cannot be told. */
  siblingId(call: StoredCall, seq: number): string | null;
  /** Calls that fit, piece by piece and lazily: take no more than you need. `after` is a number, itself left out. */
  scan(where: CallWhere, order: Order, after?: number): Iterable<Scanned>;
  /** Calls made by a call, in the order of their seq, after `afterSeq`. */
  children(call: StoredCall, afterSeq?: number): StoredCall[];
  payload(id: number): StoredPayload | null;
  payloadId(cid: string): number | null;
  /**
   * Numbers of payloads whose text may contain `text` (lower case), the newest first; null when there are more than
   * `limit`, or when it cannot be told in a moment.
   */
  payloadsLike(text: string, limit: number): number[] | null;
  /** Numbers of payloads whose CID begins with this; null when more than `limit`. */
  payloadsNamed(prefix: string, limit: number): number[] | null;
  /** Numbers of payloads of which `payloadsLike` knows only the beginning; null when more than `limit`. */
  payloadsCut(limit: number): number[] | null;
  /** Payloads below `before`, the newest first. */
  payloads(before: number, limit: number): StoredPayload[];
  functionName(id: number): string;
  /** Its numbers: two, when memory goes on for a file that failed. */
  functionIds(name: string): number[];
  /** What a function took in a session, as its program said it then; null when none did. */
  signature(session: number, functionName: string): string | number | null;
  /** Functions that have calls, by their number. */
  functions(): Map<number, string>;
  process(id: number): ProcessInfo;
  processes(): Map<number, ProcessInfo>;
  frames(site: number): StackFrame[];
  /** The innermost frame of every call site; null when there are more than `limit`. */
  sites(limit: number): Map<number, StackFrame | null> | null;
  /** The newest first. */
  sessions(): SessionRow[];
  /** Whether the run of the server that a session was has ended: calls of it that run have lost it. */
  isOver(session: number): boolean;
  sessionProcesses(): SessionProcess[];
  isPinned(number: number): boolean;
  figures(): StoreFigures;
}

/** Small things that outlive the server: settings, rules, breakpoints. `kind` and `id` name one. */
export interface Documents {
  document(kind: string, id: string): unknown;
  documents(kind: string): Map<string, unknown>;
  /** Null removes it. In the file within 50 ms. */
  putDocument(kind: string, id: string, body: unknown): void;
}

/** What was said at pauses, and what happened in the server. */
export interface Journal {
  /** What a function takes, as its program said it in this run. In the file within 50 ms. */
  keepSignature(functionName: string, signature: string | number): void;
  addTranscript(repl: string, at: number, body: Record<string, unknown>): void;
  transcript(repl: string): { at: number; body: Record<string, unknown> }[];
  /** Transcripts by their REPL session, those written to last first. */
  transcripts(limit: number): { repl: string; session: number; from: number; to: number; entries: number }[];
  addEvent(at: number, kind: string, body: Record<string, unknown>): void;
  events(
    before: number,
    limit: number,
  ): { id: number; at: number; kind: string; body: Record<string, unknown> }[];
}

/** Keeping the record small. */
export interface Keeper {
  pin(number: number, pinned: boolean): void;
  changeSession(id: number, change: Partial<Pick<SessionRow, "label" | "note" | "tags" | "pinned">>): void;
  /** Removes calls in steps, so that the server answers meanwhile. */
  prune(what: Prune): Promise<Pruned>;
  /** How often values were removed: what was known to be kept before may have to be put again. */
  readonly prunes: number;
}

/** Which calls go: of these sessions, or all that began before, or the oldest until the file is small. Pinned ones stay. */
export interface Prune {
  sessions?: readonly number[];
  startedBefore?: number;
  maxBytes?: number;
}
export interface Pruned {
  sessions: number;
  calls: number;
  values: number;
  freedBytes: number;
}

/** What can be asked of a record, also of a file that no server has. */
export interface ReadStore extends CallReader, Pick<Documents, "document" | "documents"> {
  /** Where it keeps things: a path, or `:memory:`. */
  readonly location: string;
  /** The session of this run; two numbers, when memory goes on for a file that failed; none where nothing is written. */
  readonly ownSessions: readonly number[];
  /** Why nothing more can be written, or null. Reads and the present run go on from memory. */
  readonly problem: string | null;
}

export interface Store extends ReadStore, CallWriter, Documents, Journal, Keeper {
  /** Told when calls were written: the newest number, and how many. Only those of `addCall`. */
  onWritten: ((newest: number, count: number) => void) | null;
  /** Looks whether the database is still there, and writes what had to wait. Call it every few seconds. */
  check(): void;
  close(): void;
}

/** A database file that cannot be used. The message names the file, the reason and the remedy. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
