/** Rows of calls: written, and read as StoredCall. */
import type { Database, Statement } from "bun:sqlite";
import { unpackArgs } from "./packing.ts";
import type { CallExtra, CallWhere, StatusCode, StoredCall } from "./store.ts";

/** A row's columns in order, without the number. */
export type CallValues = [
  session: number,
  source: number,
  seq: number,
  process: number,
  functionId: number,
  status: number,
  started: number,
  /** Microseconds. */
  duration: number | null,
  parent: number | null,
  args: Uint8Array | null,
  outcome: number | null,
  error: number | null,
  target: number | null,
  site: number | null,
  extra: string | null,
];

export interface CallRow {
  id: number;
  session: number;
  source: number;
  seq: number;
  process: number;
  function: number;
  status: number;
  started: number;
  duration: number | null;
  parent: number | null;
  args: Uint8Array | null;
  outcome: number | null;
  error: number | null;
  target: number | null;
  site: number | null;
  extra: string | null;
}

type Value = number | string | null;

/** Rows that one statement writes: alone, a row costs twice as much. */
const TOGETHER = 16;
const COLUMNS = 16;
const ROW = `(${new Array(COLUMNS).fill("?").join(", ")})`;

export class CallTable {
  readonly #db: Database;
  readonly #base: number;
  readonly #insert: Statement<unknown, CallValues[number][]>;
  readonly #insertMany: Statement<unknown, CallValues[number][]>;
  /** Rows that wait for others, one value after the other, and how many values these are. */
  readonly #waiting: CallValues[number][] = new Array(TOGETHER * COLUMNS).fill(null);
  #end = 0;
  readonly #replace: Statement<unknown, [...CallValues, number]>;
  readonly #get: Statement<CallRow, [number]>;
  readonly #newest: Statement<{ id: number }, []>;

  /** @param base Numbers begin above it. */
  constructor(db: Database, base: number) {
    this.#db = db;
    this.#base = base;
    this.#insert = db.query(`INSERT INTO calls VALUES ${ROW}`);
    this.#insertMany = db.query(`INSERT INTO calls VALUES ${new Array(TOGETHER).fill(ROW).join(",")}`);
    this.#replace = db.query(
      "UPDATE calls SET session = ?, source = ?, seq = ?, process = ?, function = ?, status = ?, started = ?, duration = ?, parent = ?, args = ?, outcome = ?, error = ?, target = ?, site = ?, extra = ? WHERE id = ?",
    );
    this.#get = db.query("SELECT * FROM calls WHERE id = ?");
    this.#newest = db.query(
      "SELECT max(coalesce((SELECT max(id) FROM calls), 0), (SELECT upto FROM done WHERE name = 'calls')) AS id",
    );
  }

  newest(): number {
    return Math.max(this.#newest.get()?.id ?? 0, this.#base);
  }

  /** A new row. Before the transaction ends, and before rows are read in it, they are to be written by `flush`. */
  insert(number: number, values: CallValues): void {
    const waiting = this.#waiting;
    waiting[this.#end++] = number;
    for (let column = 0; column < values.length; column++) waiting[this.#end++] = values[column] ?? null;
    if (this.#end < waiting.length) return;
    this.#end = 0;
    this.#insertMany.run(...waiting);
  }

  /** Writes the rows that wait for others. */
  flush(): void {
    const end = this.#end;
    this.#end = 0;
    for (let at = 0; at < end; at += COLUMNS) this.#insert.run(...this.#waiting.slice(at, at + COLUMNS));
  }

  /** The transaction they were of is undone. */
  forget(): void {
    this.#end = 0;
  }

  /** The row of a call that was running, now that it has ended. */
  replace(number: number, values: CallValues): void {
    this.#replace.run(...values, number);
  }

  /** Writes how a call ended over a row that was running. */
  end(
    number: number,
    end: { status: StatusCode; duration: number; outcome: number | null; error: number | null },
    extra: CallExtra | null,
  ): void {
    this.#db
      .query("UPDATE calls SET status = ?, duration = ?, outcome = ?, error = ?, extra = ? WHERE id = ?")
      .run(end.status, end.duration, end.outcome, end.error, extra && JSON.stringify(extra), number);
  }

  get(number: number): StoredCall | null {
    const row = this.#get.get(number);
    return row && storedCall(row);
  }

  /** Calls from one number to another (both included) that fit the conditions columns can tell, at most `limit`. */
  range(from: number, to: number, where: CallWhere, newestFirst: boolean, limit: number): StoredCall[] {
    const { sql, values } = columnConditions(where);
    const rows = this.#db
      .query<CallRow, Value[]>(
        `SELECT * FROM calls WHERE id BETWEEN ? AND ?${sql} ORDER BY id ${newestFirst ? "DESC" : "ASC"} LIMIT ?`,
      )
      .all(from, to, ...values, limit);
    return rows.map(storedCall);
  }
}

export function storedCall(row: CallRow): StoredCall {
  const { ids, refs } = unpackArgs(row.args);
  return {
    number: row.id,
    session: row.session,
    source: row.source,
    seq: row.seq,
    process: row.process,
    functionId: row.function,
    status: row.status as StatusCode,
    startedAt: row.started,
    durationMs: row.duration === null ? null : row.duration / 1000,
    parent: row.parent,
    args: ids,
    refs,
    outcome: row.outcome,
    error: row.error,
    target: row.target,
    site: row.site,
    extra: row.extra === null ? null : (JSON.parse(row.extra) as CallExtra),
  };
}

/** Values of a call, each once. */
export function valuesOf(call: StoredCall): number[] {
  const values = [...call.args];
  for (const id of [call.outcome, call.error, call.target]) if (id !== null) values.push(id);
  for (const [id] of Object.values(call.extra?.kwargs ?? {})) values.push(id);
  for (const id of call.extra?.also ?? []) values.push(id);
  return values;
}

function columnConditions(where: CallWhere): { sql: string; values: Value[] } {
  let sql = "";
  const values: Value[] = [];
  const among = (column: string, list: readonly number[] | undefined) => {
    if (list === undefined) return;
    if (list.length === 1) {
      sql += ` AND ${column} = ?`;
      values.push(list[0] ?? null);
    } else {
      sql += ` AND ${column} IN (SELECT value FROM json_each(?))`;
      values.push(JSON.stringify(list));
    }
  };
  const bound = (condition: string, value: number | undefined) => {
    if (value === undefined) return;
    sql += ` AND ${condition} ?`;
    values.push(value);
  };
  among("function", where.functions);
  among("site", where.sites);
  among("process", where.processes);
  among("session", where.sessions);
  among("status", where.statuses);
  bound("started >=", where.startedFrom);
  bound("started <=", where.startedTo);
  // Stored in whole microseconds.
  bound(
    "duration >=",
    where.minDurationMs === undefined ? undefined : Math.floor(where.minDurationMs * 1000),
  );
  if (where.decided) sql += ` AND instr(extra, '"decisions"') > 0`;
  bound("duration <=", where.maxDurationMs === undefined ? undefined : Math.ceil(where.maxDurationMs * 1000));
  return { sql, values };
}
