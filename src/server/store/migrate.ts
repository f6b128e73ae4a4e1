/** From the first format of the file to the present one: in one transaction, so that it happens whole or not at all. */
import type { Database } from "bun:sqlite";
import { own } from "../own-property.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import type { CallRecord, ItemRef } from "./store.ts";
import { Tables } from "./tables.ts";

interface OldCall {
  id: number;
  instance_id: string;
  call_id: string;
  function_name: string;
  status: string;
  started_at: number;
  completed_at: number;
  data: string;
}

export function migrate(db: Database): void {
  db.run("BEGIN IMMEDIATE");
  try {
    const version = db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version;
    // Another server was faster.
    if (version !== SCHEMA_VERSION) fromFirst(db);
    db.run("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.run("ROLLBACK");
    throw error;
  }
}

function fromFirst(db: Database): void {
  db.run("ALTER TABLE calls RENAME TO old_calls; ALTER TABLE payloads RENAME TO old_payloads");
  db.run("DROP INDEX calls_by_function");
  db.run(SCHEMA);
  const sessions = db
    .query<{ instance_id: string; started_at: number }, []>(
      "SELECT instance_id, min(started_at) AS started_at FROM old_calls GROUP BY instance_id ORDER BY min(id)",
    )
    .all();
  const tables = new Map(
    sessions.map((row) => [row.instance_id, new Tables(db, row.instance_id, row.started_at)] as const),
  );
  const [first = new Tables(db, "before", 0)] = tables.values();
  first.within(() => {
    const payloads = db.query<{ cid: string; format: string; bytes: Uint8Array }, []>(
      "SELECT * FROM old_payloads",
    );
    for (const { cid, format, bytes } of payloads.iterate())
      first.payloads.put(cid, format === "dill" ? "dill" : "json", bytes);
  });
  for (const [instanceId, own] of tables)
    own.within(() => {
      const calls = db.query<OldCall, [string]>("SELECT * FROM old_calls WHERE instance_id = ? ORDER BY id");
      for (const call of calls.iterate(instanceId)) own.addRecord(recordOf(call));
    });
  db.run("DROP TABLE old_calls; DROP TABLE old_payloads");
}

/** Fields of the old record that have a place of their own now. */
const PLACED = new Set([
  "call_id",
  "method_name",
  "target",
  "args",
  "kwargs",
  "parent_call_id",
  "process_pid",
  "process_start_time",
  "process_key",
  "page_url",
  "status",
  "started_at",
  "completed_at",
  "result_cid",
  "exception_cid",
  "pretty_target",
  "exception",
]);

interface OldData {
  target?: OldItem | null;
  args?: OldItem[];
  kwargs?: Record<string, OldItem>;
  parent_call_id?: string | null;
  process_pid?: number;
  process_start_time?: number;
  process_key?: string;
  page_url?: string | null;
  result_cid?: string | null;
  exception_cid?: string | null;
  exception?: { type?: string | null; message?: string | null; traceback?: unknown };
  call_site?: { stack_trace?: CallRecord["frames"] | null };
}
interface OldItem {
  cid: string;
  client_ref: number | string | null;
}

function recordOf(row: OldCall): CallRecord {
  const data = JSON.parse(row.data) as OldData & Record<string, unknown>;
  const item = ({ cid, client_ref }: OldItem): ItemRef => ({ cid, clientRef: client_ref });
  const named = (cid: string | null | undefined): ItemRef | null => (cid ? { cid, clientRef: null } : null);
  const fields: Record<string, unknown> = {};
  const hasValues = (data.args?.length ?? 0) > 0 || Object.keys(data.kwargs ?? {}).length > 0;
  for (const [name, value] of Object.entries(data)) {
    const isShown = name.startsWith("pretty_") && (hasValues || data.result_cid != null);
    if (!PLACED.has(name) && !isShown) own(fields, name, value);
  }
  const { exception } = data;
  return {
    callId: row.call_id,
    functionName: row.function_name,
    status: row.status,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    process: {
      key: data.process_key ?? "",
      pid: data.process_pid ?? 0,
      startTime: data.process_start_time ?? 0,
      pageUrl: data.page_url ?? null,
      clientId: null,
      program: null,
      runtime: null,
      library: null,
    },
    parentCallId: data.parent_call_id ?? null,
    args: (data.args ?? []).map(item),
    kwargs: new Map(Object.entries(data.kwargs ?? {}).map(([name, value]) => [name, item(value)])),
    target: data.target ? item(data.target) : null,
    result: named(data.result_cid),
    thrown: named(data.exception_cid),
    exception: exception
      ? {
          type: exception.type ?? null,
          message: exception.message ?? null,
          traceback: exception.traceback ?? null,
        }
      : null,
    frames: data.call_site?.stack_trace ?? [],
    fields,
  };
}
