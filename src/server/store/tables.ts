/** Everything over one open database. Knows nothing of files that fail: see sqlite-store.ts. */
import type { Database, Statement } from "bun:sqlite";
import { cidOf } from "../values/cid.ts";
import { BlockIndex } from "./block-index.ts";
import { extraOf } from "./call-extra.ts";
import { httpSource, parseCallId, seqWithin } from "./call-ids.ts";
import { CallTable, type CallValues } from "./call-table.ts";
import { findSeq, groupOf, nearSeq, newestOf } from "./find-call.ts";
import { Names, type Source } from "./names.ts";
import { packArgs } from "./packing.ts";
import { PayloadTable } from "./payload-table.ts";
import {
  type CallBatch,
  type CallEnd,
  type CallRecord,
  type ItemRef,
  type Payload,
  STATUS,
  type StatusCode,
  type StoredError,
  type StreamedCall,
} from "./store.ts";
import { TextIndex } from "./text-index.ts";

/** Where the numbers of a database begin: one that goes on for a file that failed must not use numbers of that. */
export interface Bases {
  calls: number;
  rest: number;
}

/** Eras of different databases never meet. */
let databases = 0;
const ERAS = 2 ** 20;

/** Stands for the calls that are not indexed, among the groups of seqs that were looked up. */
const NEWEST = -1;

export class Tables {
  readonly db: Database;
  readonly calls: CallTable;
  readonly payloads: PayloadTable;
  readonly names: Names;
  readonly blocks: BlockIndex;
  readonly texts: TextIndex;
  readonly #instanceId: string;
  readonly #startedAt: number;
  readonly #base: number;
  #session = 0;
  readonly #era: Statement<{ upto: number }, []>;
  readonly #eraBase: number;
  /** Numbers of the calls this transaction has added, by process; how many errors; when the last began. */
  #added = new Map<number, { first: number; last: number }>();
  #errors = 0;
  #lastAt = 0;
  readonly #addTo: Statement<unknown, [number, string]>;
  /** Rises when what a transaction numbered was undone. */
  #undone = 0;
  #now = 0;
  #next = 0;

  constructor(db: Database, instanceId: string, startedAt: number, bases: Bases = { calls: 0, rest: 0 }) {
    this.db = db;
    this.#instanceId = instanceId;
    this.#startedAt = startedAt;
    this.#base = bases.rest;
    this.#eraBase = databases++ * ERAS;
    this.calls = new CallTable(db, bases.calls);
    this.payloads = new PayloadTable(db, bases.rest);
    this.names = new Names(db, bases.rest);
    this.blocks = new BlockIndex(db, this.calls);
    this.texts = new TextIndex(db, this.payloads);
    this.#era = db.query("SELECT upto FROM done WHERE name = 'era'");
    this.#addTo = db.query("UPDATE done SET upto = upto + ? WHERE name = ?");
  }

  /** The number of this run's session, which begins with its first call: opening writes nothing. */
  get session(): number {
    if (this.#session === 0) this.#session = this.#newSession();
    return this.#session;
  }

  /** Whether this run has a session yet. */
  get hasSession(): boolean {
    return this.#session !== 0;
  }

  #newSession(): number {
    this.db
      .query(
        "INSERT OR IGNORE INTO sessions (id, instance_id, started_at) VALUES ((SELECT max(coalesce(max(id), 0), ?) + 1 FROM sessions), ?, ?)",
      )
      .run(this.#base, this.#instanceId, this.#startedAt);
    const row = this.db
      .query<{ id: number }, [string]>("SELECT id FROM sessions WHERE instance_id = ?")
      .get(this.#instanceId);
    return row?.id ?? 0;
  }

  /** Runs writes as one transaction. What they numbered is void when it fails. */
  transaction<T>(writes: () => T): T {
    this.db.run("BEGIN IMMEDIATE");
    try {
      const result = this.within(writes);
      this.db.run("COMMIT");
      return result;
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.db.inTransaction) this.db.run("ROLLBACK");
      this.#undone++;
      this.#session = 0;
      this.names.forget();
      this.calls.forget();
      this.payloads.refresh(true);
      throw error;
    }
  }

  /** Runs writes inside a transaction of somebody else. */
  within<T>(writes: () => T): T {
    this.payloads.refresh();
    this.#next = this.calls.newest();
    const era = this.era();
    if (era !== this.#now) this.names.forgetSites();
    this.#now = era;
    this.#added = new Map();
    this.#errors = 0;
    const [number, added] = [this.#next, this.payloads.added];
    const result = writes();
    this.calls.flush();
    this.#count(this.#next - number, this.payloads.added - added);
    return result;
  }

  #count(calls: number, values: number): void {
    if (calls > 0) this.addTo("call_count", calls);
    if (calls > 0 || this.#errors > 0)
      this.db
        .query(
          "UPDATE sessions SET calls = calls + ?, errors = errors + ?, last_at = max(coalesce(last_at, 0), ?) WHERE id = ?",
        )
        .run(calls, this.#errors, this.#lastAt, this.session);
    for (const [process, { first, last }] of this.#added)
      this.db
        .query(
          "INSERT INTO session_processes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_call = excluded.last_call",
        )
        .run(this.session, process, first, last);
    if (values > 0) this.addTo("value_count", values);
  }

  /** Counting rows would mean to go through them. Only inside a transaction. */
  addTo(what: "call_count" | "value_count" | "era", count: number): void {
    this.#addTo.run(count, what);
  }

  /** What numbers of shared texts are good for: as long as this stays the same. */
  era(): number {
    return this.#eraBase + (this.#era.get()?.upto ?? 0) + this.#undone;
  }

  /** The newest number. */
  get newest(): number {
    return this.#next;
  }

  // Inside a transaction

  putPayloads(payloads: Iterable<Payload>): void {
    for (const { cid, format, bytes } of payloads) this.payloads.put(cid, format, bytes);
  }

  /** Keeps the calls of a batch; those that were kept before are left out. */
  addBatch(batch: CallBatch): void {
    const source = this.names.source(batch.clientKey);
    const process = this.names.processId(batch.process);
    for (const call of batch.calls) this.#addStreamed(call, batch.clientKey, source, process);
    this.names.saveSource(source);
  }

  addRecord(record: CallRecord): void {
    const id = parseCallId(record.callId);
    const isLive = id !== null && "client" in id;
    const key = isLive ? id.client : id ? httpSource(this.#instanceId) : `other:${this.#instanceId}`;
    const source = this.names.source(key);
    const seq = id?.seq ?? source.maxSeq + 1;
    const parent = record.parentCallId;
    const near = parent === null ? null : isLive ? seqWithin(parent, key) : httpSeq(parent);
    const status = statusOf(record.status);
    const extra = extraOf(record, status, near === null, {
      idOf: (item) => this.#itemId(item),
      known: (cid) => this.payloads.idOf(cid),
    });
    const outcome = record.result ?? record.thrown;
    this.#put(
      source,
      seq,
      status,
      [
        this.session,
        source.id,
        seq,
        this.names.processId(record.process),
        this.names.functionId(record.functionName),
        status,
        record.startedAt,
        durationOf(record),
        near,
        packArgs(
          record.args.map((item) => this.#itemId(item)),
          record.args.map(({ clientRef }) =>
            typeof clientRef === "number" && clientRef > 0 ? clientRef : 0,
          ),
        ),
        outcome && this.#itemId(outcome),
        record.exception && this.#errorId(record.exception),
        record.target && this.#itemId(record.target),
        record.frames.length > 0 ? this.names.siteId(JSON.stringify(record.frames)) : null,
        extra,
      ],
      record,
    );
    this.names.saveSource(source);
  }

  /** Says whether it ran. Only inside a transaction. */
  endCall(number: number, end: CallEnd): boolean {
    this.calls.flush();
    const call = this.calls.get(number);
    if (call?.status !== STATUS.running) return false;
    const value = end.result ?? end.thrown;
    const status = statusOf(end.status);
    const outcome = value && this.#itemId(value);
    const error = end.exception && this.#errorId(end.exception);
    const ref = value?.clientRef ?? null;
    const extra =
      ref === null
        ? call.extra
        : { ...call.extra, refs: { ...call.extra?.refs, [end.result ? "result" : "exception"]: ref } };
    const duration = Math.round((end.completedAt - call.startedAt) * 1e6);
    this.calls.end(number, { status, duration, outcome, error }, extra);
    const ended = this.calls.get(number);
    if (ended) this.blocks.update(ended);
    if (status === STATUS.exception)
      this.db.query("UPDATE sessions SET errors = errors + 1 WHERE id = ?").run(call.session);
    return true;
  }

  #addStreamed(call: StreamedCall, clientKey: string, source: Source, process: number): void {
    const { payloads, names } = this;
    const era = this.#now;
    const { seq, parent, outcome, exception, target, site } = call;
    const near = parent === null ? null : seqWithin(parent, clientKey);
    const ids: number[] = [];
    for (const arg of call.args) ids.push(arg.era === era ? arg.id : payloads.share(arg, era));
    const resultId = outcome && payloads.share(outcome, era);
    const errorId = exception ? this.#errorId(exception) : null;
    const targetId = target ? payloads.share(target, era) : null;
    const siteId = site ? names.shareSite(site, era) : null;
    this.#put(source, seq, call.status, [
      this.session,
      source.id,
      seq,
      process,
      names.functionId(call.name),
      call.status,
      call.startedAt,
      call.durationMs === null ? null : Math.round(call.durationMs * 1000),
      near,
      packArgs(ids, call.refs),
      resultId,
      errorId,
      targetId,
      siteId,
      parent !== null && near === null ? JSON.stringify({ parent }) : null,
    ]);
  }

  /**
   * Writes a row: a new one, or over that of the same call when it was running. What the engine tells (`record`) is
   * remembered, for it may come again in a batch, and counts more than what was there.
   */
  #put(
    source: Source,
    seq: number,
    status: number,
    values: CallValues,
    record: CallRecord | null = null,
  ): void {
    const mayBeThere = seq <= source.before || (record !== null && ranLong(record));
    const known = source.known.get(seq) ?? (mayBeThere ? this.#lookUp(source, seq) : undefined);
    if (known === undefined) {
      const number = ++this.#next;
      this.calls.insert(number, values);
      this.#note(number, values);
      if (status === STATUS.running) source.known.set(seq, number);
      else if (record) source.known.set(seq, -number);
      if (seq > source.maxSeq) source.maxSeq = seq;
      return;
    }
    // It has ended before, or has begun before.
    if (!record && (known < 0 || status === STATUS.running)) return;
    const number = Math.abs(known);
    this.calls.flush();
    this.#move(number);
    this.calls.replace(number, values);
    if (known > 0 && status === STATUS.exception) this.#errors++;
    source.known.set(seq, status === STATUS.running ? number : -number);
    const call = this.calls.get(number);
    if (call) this.blocks.update(call);
  }

  /** A call that an earlier run began is one of this run from now on. */
  #move(number: number): void {
    const before = this.calls.get(number);
    if (!before || before.session === this.session) return;
    const count = this.db.query<unknown, [number, number]>(
      "UPDATE sessions SET calls = calls + ? WHERE id = ?",
    );
    count.run(-1, before.session);
    count.run(1, this.session);
  }

  #note(number: number, values: CallValues): void {
    const [, , , process, , status, started] = values;
    const range = this.#added.get(process);
    if (range) range.last = number;
    else this.#added.set(process, { first: number, last: number });
    if (status === STATUS.exception) this.#errors++;
    if (started > this.#lastAt) this.#lastAt = started;
  }

  /** A call that an earlier run may have kept. Its neighbours are looked up with it: they are likely to come too. */
  #lookUp(source: Source, seq: number): number | undefined {
    if (seq > source.before) {
      this.calls.flush();
      const found = findSeq(this, source.id, seq);
      return found ? (found.status === STATUS.running ? found.number : -found.number) : undefined;
    }
    for (const group of [NEWEST, groupOf(seq)]) {
      if (source.lookedUp.has(group)) continue;
      source.lookedUp.add(group);
      this.calls.flush();
      const found = group === NEWEST ? newestOf(this, source.id) : nearSeq(this, source.id, seq);
      for (const call of found)
        source.known.set(call.seq, call.status === STATUS.running ? call.number : -call.number);
    }
    return source.known.get(seq);
  }

  #itemId({ cid }: ItemRef): number {
    const id = this.payloads.idOf(cid);
    if (id !== null) return id;
    return this.#errorId({ message: `The value ${cid} is not kept here.` });
  }

  #errorId(error: StoredError): number {
    const text = JSON.stringify(error);
    return this.payloads.put(cidOf(text), "error", text);
  }
}

function statusOf(status: string): StatusCode {
  return Object.hasOwn(STATUS, status) ? STATUS[status as keyof typeof STATUS] : STATUS.other;
}

/** So long that it may be forgotten that its beginning was kept. */
const LONG_S = 10;
const ranLong = ({ startedAt, completedAt }: CallRecord): boolean =>
  completedAt !== null && completedAt - startedAt > LONG_S;

function httpSeq(id: string): number | null {
  const parsed = parseCallId(id);
  return parsed && "startedAt" in parsed ? parsed.seq : null;
}

function durationOf({ startedAt, completedAt, durationMs }: CallRecord): number | null {
  if (durationMs !== undefined) return Math.round(durationMs * 1000);
  return completedAt === null ? null : Math.round((completedAt - startedAt) * 1e6);
}
