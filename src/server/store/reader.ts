/** What one database answers about calls; sqlite-store.ts asks one or two of them. */
import type { StackFrame } from "../../protocol/calls.ts";
import { Cache } from "./cache.ts";
import { httpCallId, httpSource, parseCallId } from "./call-ids.ts";
import { childrenOf, findSeq } from "./find-call.ts";
import { sizeOf } from "./retention.ts";
import type { ProcessInfo, SessionProcess, SessionRow, StoredCall } from "./store.ts";
import type { Tables } from "./tables.ts";

interface ProcessRow {
  id: number;
  key: string;
  pid: number;
  start_time: number;
  page_url: string | null;
  client_id: string | null;
  program: string | null;
  runtime: string | null;
  library: string | null;
}

interface SessionTableRow {
  id: number;
  instance_id: string;
  started_at: number;
  ended_at: number | null;
  label: string;
  note: string;
  tags: string;
  pinned: number;
  calls: number;
  errors: number;
  last_at: number | null;
}

/** Names that are held for rows to come. */
const HELD = 2_000;

export class Reader {
  readonly tables: Tables;
  readonly #sources = new Cache<number, string>(HELD);
  readonly #functions = new Cache<number, string>(HELD);
  readonly #frames = new Cache<number, StackFrame[]>(HELD);

  constructor(tables: Tables) {
    this.tables = tables;
  }

  numberOf(callId: string): number | null {
    const id = parseCallId(callId);
    if (!id) return null;
    if ("client" in id) {
      const source = this.#sourceId(id.client);
      return source === null ? null : (findSeq(this.tables, source, id.seq)?.number ?? null);
    }
    for (const { instanceId } of this.sessions()) {
      const source = this.#sourceId(httpSource(instanceId));
      const call = source === null ? null : findSeq(this.tables, source, id.seq);
      if (call && call.startedAt.toFixed(6) === id.startedAt) return call.number;
    }
    return null;
  }

  /** Null when it is of another database. */
  callIdOf(call: StoredCall): string | null {
    const key = this.sourceKey(call.source);
    if (key === "") return null;
    return key.startsWith("http:") ? httpCallId(call.startedAt, call.seq) : `${key}.${call.seq}`;
  }

  siblingId({ source }: StoredCall, seq: number): string | null {
    const key = this.sourceKey(source);
    if (key === "") return null;
    if (!key.startsWith("http:")) return `${key}.${seq}`;
    const call = findSeq(this.tables, source, seq);
    return call && httpCallId(call.startedAt, call.seq);
  }

  sourceKey(id: number): string {
    return this.#held(this.#sources, id, () => this.#sourceKey(id)) ?? "";
  }

  /** What does not change once it is there. */
  #held<T>(cache: Cache<number, T>, id: number, read: () => T | null): T | null {
    const before = cache.get(id);
    if (before !== undefined) return before;
    const found = read();
    if (found !== null) cache.set(id, found);
    return found;
  }

  #sourceKey(id: number): string | null {
    return (
      this.tables.db.query<{ key: string }, [number]>("SELECT key FROM sources WHERE id = ?").get(id)?.key ??
      null
    );
  }

  children(call: StoredCall, afterSeq: number): StoredCall[] {
    return childrenOf(this.tables, call.source, call.seq, afterSeq);
  }

  functionName(id: number): string | null {
    return this.#held(this.#functions, id, () => this.#functionName(id));
  }

  #functionName(id: number): string | null {
    return (
      this.tables.db.query<{ name: string }, [number]>("SELECT name FROM functions WHERE id = ?").get(id)
        ?.name ?? null
    );
  }

  functionId(name: string): number | null {
    return (
      this.tables.db.query<{ id: number }, [string]>("SELECT id FROM functions WHERE name = ?").get(name)
        ?.id ?? null
    );
  }

  functions(): [number, string][] {
    return this.tables.db
      .query<{ id: number; name: string }, []>("SELECT id, name FROM functions")
      .all()
      .map(({ id, name }) => [id, name]);
  }

  processes(): [number, ProcessInfo][] {
    return this.tables.db
      .query<ProcessRow, []>("SELECT * FROM processes")
      .all()
      .map((row) => [row.id, processOf(row)]);
  }

  process(id: number): ProcessInfo | null {
    const row = this.tables.db.query<ProcessRow, [number]>("SELECT * FROM processes WHERE id = ?").get(id);
    return row && processOf(row);
  }

  frames(site: number): StackFrame[] | null {
    return this.#held(this.#frames, site, () => this.#readFrames(site));
  }

  #readFrames(site: number): StackFrame[] | null {
    const row = this.tables.db
      .query<{ frames: string }, [number]>("SELECT frames FROM sites WHERE id = ?")
      .get(site);
    return row && (JSON.parse(row.frames) as StackFrame[]);
  }

  sessions(): SessionRow[] {
    return this.tables.db
      .query<SessionTableRow, []>("SELECT * FROM sessions ORDER BY id DESC")
      .all()
      .map(sessionOf);
  }

  session(id: number): SessionRow | null {
    const row = this.tables.db
      .query<SessionTableRow, [number]>("SELECT * FROM sessions WHERE id = ?")
      .get(id);
    return row && sessionOf(row);
  }

  sessionProcesses(): SessionProcess[] {
    return this.tables.db
      .query<SessionProcess, []>(
        "SELECT session, process, first_call AS first, last_call AS last FROM session_processes",
      )
      .all();
  }

  isPinned(number: number): boolean {
    return this.tables.db.query("SELECT 1 FROM pins WHERE call = ?").get(number) !== null;
  }

  count(what: "call_count" | "value_count"): number {
    return (
      this.tables.db.query<{ upto: number }, [string]>("SELECT upto FROM done WHERE name = ?").get(what)
        ?.upto ?? 0
    );
  }

  sizeBytes(): number {
    return sizeOf(this.tables);
  }

  #sourceId(key: string): number | null {
    return (
      this.tables.db.query<{ id: number }, [string]>("SELECT id FROM sources WHERE key = ?").get(key)?.id ??
      null
    );
  }
}

const sessionOf = (row: SessionTableRow): SessionRow => ({
  id: row.id,
  instanceId: row.instance_id,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  label: row.label,
  note: row.note,
  tags: JSON.parse(row.tags) as string[],
  pinned: row.pinned !== 0,
  calls: row.calls,
  errors: row.errors,
  lastAt: row.last_at,
});

const processOf = (row: ProcessRow): ProcessInfo => ({
  key: row.key,
  pid: row.pid,
  startTime: row.start_time,
  pageUrl: row.page_url,
  clientId: row.client_id,
  program: row.program,
  runtime: row.runtime,
  library: row.library,
});
