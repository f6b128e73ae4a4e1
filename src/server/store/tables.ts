/** The statements over one open database. */
import type { Database, Statement } from "bun:sqlite";
import type { SerializationFormat } from "../../protocol/payload.ts";
import type { CallRecord, Payload } from "./store.ts";

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

export class Tables {
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

  /** Runs several writes as one. */
  together(writes: () => void): void {
    this.#db.transaction(writes).immediate();
  }

  close(): void {
    this.#db.close();
  }
}
