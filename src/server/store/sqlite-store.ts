/** The store over one SQLite file, or over memory. */
import type { Database, Statement } from "bun:sqlite";
import type { SerializationFormat } from "../../protocol/payload.ts";
import { openDatabase } from "./open.ts";
import type { CallRecord, Payload, Store } from "./store.ts";

interface PayloadRow {
  cid: string;
  format: string;
  bytes: Uint8Array;
}

interface CallRow {
  call_id: string;
  function_name: string;
  status: string;
  started_at: number;
  completed_at: number;
  data: string;
}

/**
 * Opens the store for one run of a server, `instanceId`. A file that stops taking writes (a full disk, say) does not stop the server: what comes after
 * goes to memory, and `problem` says so.
 *
 * @throws StoreError when the file cannot be used at all.
 */
export function openStore(
  path: string,
  instanceId: string,
  onProblem: (message: string) => void = () => {},
): Store {
  return new SqliteStore(path, instanceId, onProblem);
}

class SqliteStore implements Store {
  readonly location: string;
  problem: string | null = null;
  readonly #instanceId: string;
  readonly #onProblem: (message: string) => void;
  readonly #main: Tables;
  #overflow: Tables | null = null;

  constructor(path: string, instanceId: string, onProblem: (message: string) => void) {
    this.location = path;
    this.#instanceId = instanceId;
    this.#onProblem = onProblem;
    this.#main = new Tables(openDatabase(path));
  }

  hasPayload(cid: string): boolean {
    return this.#main.hasPayload(cid) || (this.#overflow?.hasPayload(cid) ?? false);
  }

  getPayload(cid: string): Payload | null {
    return this.#main.getPayload(cid) ?? this.#overflow?.getPayload(cid) ?? null;
  }

  putPayloads(payloads: readonly Payload[]): void {
    if (payloads.length > 0) this.#write((tables) => tables.putPayloads(payloads));
  }

  addCall(record: CallRecord): void {
    this.#write((tables) => tables.addCall(this.#instanceId, record));
  }

  history(functionName: string, limit: number): CallRecord[] {
    const kept = this.#main.history(this.#instanceId, functionName, limit);
    if (!this.#overflow) return kept;
    return [...kept, ...this.#overflow.history(this.#instanceId, functionName, limit)].slice(-limit);
  }

  close(): void {
    this.#main.close();
    this.#overflow?.close();
  }

  #write(write: (tables: Tables) => void): void {
    if (!this.#overflow) {
      try {
        write(this.#main);
        return;
      } catch (error) {
        this.problem = `Cannot write to ${this.location} (${error instanceof Error ? error.message : error}). What passes from now on is kept in memory only.`;
        this.#onProblem(this.problem);
        this.#overflow = new Tables(openDatabase(":memory:"));
      }
    }
    write(this.#overflow);
  }
}

/** The statements over one open database. */
class Tables {
  readonly #db: Database;
  readonly #has: Statement<{ n: number }, [string]>;
  readonly #get: Statement<PayloadRow, [string]>;
  readonly #put: Statement<unknown, [string, string, Uint8Array]>;
  readonly #addCall: Statement<unknown, [string, string, string, string, number, number, string]>;
  readonly #history: Statement<CallRow, [string, string, number]>;
  readonly #putAll: (payloads: readonly Payload[]) => void;

  constructor(db: Database) {
    this.#db = db;
    this.#has = db.query("SELECT 1 AS n FROM payloads WHERE cid = ?");
    this.#get = db.query("SELECT cid, format, bytes FROM payloads WHERE cid = ?");
    this.#put = db.query("INSERT OR IGNORE INTO payloads (cid, format, bytes) VALUES (?, ?, ?)");
    this.#addCall = db.query(
      "INSERT INTO calls (instance_id, call_id, function_name, status, started_at, completed_at, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#history = db.query(
      "SELECT * FROM calls WHERE instance_id = ? AND function_name = ? ORDER BY id DESC LIMIT ?",
    );
    this.#putAll = db.transaction((payloads: readonly Payload[]) => {
      for (const { cid, format, bytes } of payloads) this.#put.run(cid, format, bytes);
    });
  }

  hasPayload(cid: string): boolean {
    return this.#has.get(cid) !== null;
  }

  getPayload(cid: string): Payload | null {
    const row = this.#get.get(cid);
    return row && { cid: row.cid, format: row.format as SerializationFormat, bytes: row.bytes };
  }

  putPayloads(payloads: readonly Payload[]): void {
    this.#putAll(payloads);
  }

  addCall(instanceId: string, record: CallRecord): void {
    const { callId, functionName, status, startedAt, completedAt, data } = record;
    this.#addCall.run(instanceId, callId, functionName, status, startedAt, completedAt, JSON.stringify(data));
  }

  history(instanceId: string, functionName: string, limit: number): CallRecord[] {
    const rows = this.#history.all(instanceId, functionName, limit).reverse();
    return rows.map((row) => ({
      callId: row.call_id,
      functionName: row.function_name,
      status: row.status,
      startedAt: row.started_at,
      completedAt: row.completed_at,
      data: JSON.parse(row.data) as Record<string, unknown>,
    }));
  }

  close(): void {
    this.#db.close();
  }
}
