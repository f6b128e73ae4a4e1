/**
 * Keeps the port file a mirror of the records while many servers start and stop at once, without a lock that a
 * killed process could leave behind. Everyone who changes the records or the file looks again afterwards, until what
 * the file says is what the records say: whoever wrote last has also looked last, so the last word is right.
 */
import { realpathSync, unlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { explainWriteError, systemErrorCode } from "./errors.ts";
import { recordLiveness, registeredServers } from "./liveness.ts";
import { inspectPortFile } from "./port-file.ts";
import { byNewest, type InstanceRecord, readRecords } from "./records.ts";

/** Every round but the last answers someone else's change; hundreds of servers at once stay below this. */
const MAX_ROUNDS = 500;

/** What to bring in line. */
export interface ReconcileTask {
  /** Absolute path. */
  portFile: string;
  /** Folder of the records, if there is one. */
  folder: string | undefined;
  /** Ports that are ours to take out of the file. */
  ownPorts: Iterable<number>;
  /**
   * Whether a number nobody has a record of is overwritten. A starting server does: it publishes. A stopping one
   * leaves it: a person wrote it there on purpose.
   */
  overwrite: boolean;
}

/** One spelling for a path whose folder may be a link. */
function canonical(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

/** Whether two paths are the same port file. */
export function isSamePortFile(a: string | null | undefined, b: string | null | undefined): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return false;
  return a === b || canonical(a) === canonical(b);
}

/** The records that publish to this port file, newest first; ours too when their files could not be written. */
function recordsFor(portFile: string, folder: string | undefined): InstanceRecord[] {
  const records = new Map(readRecords(folder).map((record) => [record.instance_id, record]));
  for (const [id, { record }] of registeredServers()) records.set(id, record);
  return [...records.values()].filter((record) => isSamePortFile(record.port_file, portFile)).sort(byNewest);
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw explainWriteError(error, path);
  }
}

/**
 * The rounds of one reconciliation. Yields each port that must be written into the file, and goes on when the caller
 * has done so: a starting server writes with `Bun.write`, an exiting process synchronously.
 *
 * @returns True when the file is right, false when others changed it faster than we could look.
 * @throws DiscoveryError `not_writable` when the file cannot be removed.
 * @example
 * for (const port of reconcile(task)) writePortFileSync(port, task.portFile);
 */
export function* reconcile(task: ReconcileTask): Generator<number, boolean, void> {
  const { portFile, folder } = task;
  // Ports of servers we have seen, and those we wrote ourselves: when such a server goes while we write its port, its
  // own clean-up may have looked before us, so taking it out is up to us.
  const ours = new Set(task.ownPorts);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let newest: InstanceRecord | undefined;
    const unknown: InstanceRecord[] = [];
    for (const record of recordsFor(portFile, folder)) {
      const liveness = recordLiveness(record);
      if (liveness === "unknown") unknown.push(record);
      else ours.add(record.port);
      if (liveness === "alive") newest ??= record;
    }
    const content = inspectPortFile(portFile);
    if (content.kind === "port") {
      if (content.port === newest?.port) return true;
      const isOurs = ours.has(content.port);
      // A newer server of another container that shares this folder: neither to be judged nor fought over.
      const elsewhere = unknown.find((record) => record.port === content.port);
      if (elsewhere !== undefined && !isOurs && (newest === undefined || byNewest(elsewhere, newest) < 0))
        return true;
      if (!isOurs && !task.overwrite) return true;
      if (newest === undefined) {
        if (!isOurs) return true;
        removeFile(portFile);
        continue;
      }
    } else if (newest === undefined) {
      return true;
    }
    yield newest.port;
    ours.add(newest.port);
  }
  return false;
}
