/** One file a running server, `<home>/servers/<instance_id>.json`: the truth that the port file mirrors. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  unlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ensureFolder, isOwnedByUs, makePrivate, writeAtomically } from "./atomic-write.ts";
import { DiscoveryError, explainWriteError, systemErrorCode } from "./errors.ts";
import { getServersFolder } from "./paths.ts";
import { isPort } from "./port-file.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** A running server, as its file describes it. */
export interface InstanceRecord extends ProcessIdentity {
  /** New with every start; what `/api/health` answers. Letters, digits, `-` and `_`. */
  instance_id: string;
  /** Where clients reach it. */
  url: string;
  port: number;
  /** The host it was told to listen on. */
  host: string;
  version: string;
  cwd: string;
  /** Path of its database, or `:memory:`. */
  db: string;
  /** The port file it publishes to; null when it has none. */
  port_file: string | null;
  /** Unix seconds. */
  started_at: number;
  /** What requests must carry; only when it listens beyond loopback. */
  token?: string | undefined;
}

/** A record is some 600 bytes; a bigger file is none of ours. */
const MAX_BYTES = 64 * 1024;

const INSTANCE_ID = /^[A-Za-z0-9_-]{1,128}$/;

const text = (value: unknown): value is string => typeof value === "string";
const time = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const textOrNull = (value: unknown): value is string | null => value === null || text(value);

function isHttpUrl(value: unknown): value is string {
  return text(value) && /^https?:\/\//.test(value) && URL.canParse(value);
}

/** The record in a parsed JSON value, field by field; undefined when anything is missing or of the wrong type. */
function parseRecord(value: unknown): InstanceRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Partial<Record<string, unknown>> = { ...value };
  const { instance_id, url, port, host, pid, process_start_time, process_start_ticks, pid_namespace } =
    fields;
  const { version, cwd, db, port_file, started_at, token } = fields;
  if (!text(instance_id) || !INSTANCE_ID.test(instance_id) || !isHttpUrl(url) || !isPort(port))
    return undefined;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (!time(process_start_time) || !time(started_at)) return undefined;
  if (process_start_ticks !== undefined && !time(process_start_ticks)) return undefined;
  if (!text(host) || !text(version) || !text(cwd) || !text(db)) return undefined;
  if (!textOrNull(pid_namespace) || !textOrNull(port_file)) return undefined;
  if (token !== undefined && !text(token)) return undefined;
  return {
    instance_id,
    url,
    port,
    host,
    pid,
    process_start_time,
    ...(process_start_ticks === undefined ? {} : { process_start_ticks }),
    pid_namespace,
    version,
    cwd,
    db,
    port_file,
    started_at,
    ...(token === undefined ? {} : { token }),
  };
}

/** Reads one record; undefined for whatever is no regular, small, well-formed file of our own. */
function readRecord(path: string, instanceId: string): InstanceRecord | undefined {
  let descriptor: number | undefined;
  try {
    if (!lstatSync(path).isFile()) return undefined;
    descriptor = openSync(
      path,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MAX_BYTES || !isOwnedByUs(stats)) return undefined;
    const buffer = Buffer.alloc(Math.min(stats.size, MAX_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    const record = parseRecord(JSON.parse(buffer.toString("utf8", 0, length)));
    return record?.instance_id === instanceId ? record : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Orders records newest first; of the same instant, by id, so that every process agrees. */
export function byNewest(a: InstanceRecord, b: InstanceRecord): number {
  if (a.started_at !== b.started_at) return b.started_at - a.started_at;
  return a.instance_id < b.instance_id ? 1 : -1;
}

/**
 * All readable records, newest first, of live servers and dead ones alike. Never throws: half files, garbage, huge
 * files, folders, links and other users' files are skipped.
 *
 * @param folder Default: {@link getServersFolder}.
 * @example
 * for (const record of readRecords()) console.log(record.url, recordLiveness(record));
 */
export function readRecords(folder: string | undefined = getServersFolder()): InstanceRecord[] {
  if (folder === undefined) return [];
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const records: InstanceRecord[] = [];
  for (const name of names) {
    const instanceId = name.endsWith(".json") ? name.slice(0, -".json".length) : "";
    if (!INSTANCE_ID.test(instanceId)) continue;
    const record = readRecord(join(folder, name), instanceId);
    if (record !== undefined) records.push(record);
  }
  return records.sort(byNewest);
}

/** Path of a record; an id that could leave the folder is refused. */
function recordPath(instanceId: string, folder: string | undefined): { folder: string; path: string } {
  if (!INSTANCE_ID.test(instanceId)) {
    throw new DiscoveryError(
      "invalid_instance_id",
      `${JSON.stringify(instanceId)} is not an instance id: use 1 to 128 letters, digits, "-" or "_".`,
    );
  }
  if (folder === undefined) {
    throw new DiscoveryError(
      "no_home",
      "There is no home folder to keep the server's record in: set HOME or CIDELDILL_HOME.",
    );
  }
  return { folder, path: join(folder, `${instanceId}.json`) };
}

/**
 * Writes a server's record in one step (0600, in a folder of 0700). Uses `Bun.write`, so it runs in Bun only.
 *
 * @param folder Default: {@link getServersFolder}.
 * @throws DiscoveryError `invalid_instance_id`, `no_home`, `not_a_folder`, `foreign_owner`, `not_a_file`,
 * `not_writable`.
 * @example
 * await writeRecord({ ...describeOwnProcess(), ...server });
 */
export async function writeRecord(
  record: InstanceRecord,
  folder: string | undefined = getServersFolder(),
): Promise<void> {
  const target = recordPath(record.instance_id, folder);
  ensureFolder(dirname(target.folder), { trusted: true });
  ensureFolder(target.folder, { trusted: true });
  makePrivate(target.folder);
  await writeAtomically(target.path, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Removes a server's record. Does not wait, so that it also works while a process exits.
 *
 * @param folder Default: {@link getServersFolder}.
 * @returns False when there was none.
 * @throws DiscoveryError `invalid_instance_id`, `no_home`, `not_writable`.
 * @example
 * removeRecord(record.instance_id);
 */
export function removeRecord(instanceId: string, folder: string | undefined = getServersFolder()): boolean {
  const target = recordPath(instanceId, folder);
  try {
    unlinkSync(target.path);
    return true;
  } catch (error) {
    // A folder that is missing, or is none, holds no record either.
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return false;
    throw explainWriteError(error, target.path);
  }
}
