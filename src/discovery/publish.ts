/** A server makes itself known, and takes itself back. Neither ever fails the server: the result says what went wrong. */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { sweepTemporaryFiles } from "./atomic-write.ts";
import { recordLiveness, registeredServers } from "./liveness.ts";
import { getDiscoveryFilePath, getServersFolder } from "./paths.ts";
import { writePortFile, writePortFileSync } from "./port-file.ts";
import { isSamePortFile, type ReconcileTask, reconcile } from "./reconcile.ts";
import { type InstanceRecord, readRecords, removeRecord, writeRecord } from "./records.ts";

/** What became of it. Both fields are set when the port file was written but the record was not, or the reverse. */
export interface PublishResult {
  /** Absolute path of the port file that is now right; absent when it could not be written. */
  portFile?: string;
  /** What went wrong and what to do, for a person to read. */
  problem?: string;
}

const UNSETTLED = "Other servers keep changing the port file; it may name one of them.";

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Collects what went wrong; the same trouble in two steps is told once. */
class Report {
  readonly #problems = new Set<string>();
  #portFile: string | undefined;

  /** Runs a step that may fail without stopping the others. */
  async attempt(step: () => Promise<void> | void): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#problems.add(message(error));
    }
  }

  settled(portFile: string, right: boolean): void {
    if (right) this.#portFile = portFile;
    else this.#problems.add(UNSETTLED);
  }

  attemptSync(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#problems.add(message(error));
    }
  }

  result(): PublishResult {
    const problem = [...this.#problems].join(" ");
    return {
      ...(this.#portFile === undefined ? {} : { portFile: this.#portFile }),
      ...(problem === "" ? {} : { problem }),
    };
  }
}

async function settle(task: ReconcileTask): Promise<boolean> {
  const rounds = reconcile(task);
  let step = rounds.next();
  while (!step.done) {
    await writePortFile(step.value, task.portFile);
    step = rounds.next();
  }
  return step.value;
}

function settleSync(task: ReconcileTask): boolean {
  const rounds = reconcile(task);
  let step = rounds.next();
  while (!step.done) {
    writePortFileSync(step.value, task.portFile);
    step = rounds.next();
  }
  return step.value;
}

/** Removes what killed servers left: their records, what their own port files still say, half-written files. */
async function cleanUp(portFile: string | undefined, folder: string | undefined): Promise<void> {
  for (const record of readRecords(folder)) {
    if (recordLiveness(record) !== "dead") continue;
    try {
      if (record.port_file !== null && !isSamePortFile(record.port_file, portFile)) {
        await settle({ portFile: record.port_file, folder, ownPorts: [record.port], overwrite: false });
      }
      // Last, so that a clean-up that is cut short is finished by the next one.
      removeRecord(record.instance_id, folder);
    } catch {
      // Whatever stands in the way is the dead server's, and no problem of this one.
    }
  }
  if (folder !== undefined) sweepTemporaryFiles(folder, (target) => target.endsWith(".json"));
  if (portFile !== undefined) {
    const own = basename(portFile);
    sweepTemporaryFiles(dirname(portFile), (target) => target === own);
  }
}

/**
 * Publishes a server that already listens: writes its record, makes the port file name the newest live server that
 * publishes to that file, and clears away what killed servers left. Safe while any number of servers start and stop,
 * in this process and others.
 *
 * @param record The server; its `port_file` is set to `portFile`.
 * @param portFile Default the record's own, else {@link getDiscoveryFilePath}.
 * @returns Where the port was published, and what went wrong; never throws. Whatever the port file held before is
 * replaced, except a folder, a FIFO or a device, and the port of a newer server.
 * @example
 * const { portFile, problem } = await publish({ ...describeOwnProcess(), ...server });
 */
export async function publish(
  record: InstanceRecord,
  portFile: string | undefined = record.port_file ?? getDiscoveryFilePath(),
): Promise<PublishResult> {
  const folder = getServersFolder();
  const file = portFile === undefined ? undefined : resolve(portFile);
  const own: InstanceRecord = { ...record, port_file: file ?? null };
  const report = new Report();
  registeredServers().set(own.instance_id, { record: own, folder });
  await report.attempt(async () => {
    await writeRecord(own, folder);
    // Taken back while it was being written.
    if (!registeredServers().has(own.instance_id)) removeRecord(own.instance_id, folder);
  });
  await report.attempt(async () => {
    // Without a place, this throws the error that says so.
    if (file === undefined) return writePortFile(own.port, file);
    report.settled(file, await settle({ portFile: file, folder, ownPorts: [own.port], overwrite: true }));
  });
  await cleanUp(file, folder);
  return report.result();
}

/**
 * Whether a published server's own files are still where they were put: its record, and a port file, whoever it names.
 *
 * @example
 * if (!isPublished(record)) await publish(record);
 */
export function isPublished(record: InstanceRecord): boolean {
  const folder = getServersFolder();
  const isRecorded = folder !== undefined && existsSync(join(folder, `${record.instance_id}.json`));
  return isRecorded && (record.port_file === null || existsSync(record.port_file));
}

/** Takes the record back; what is then to be done about the port file, if anything. */
function withdraw(record: InstanceRecord, report: Report): ReconcileTask | undefined {
  // As it was published: the environment and the working directory may have changed since.
  const published = registeredServers().get(record.instance_id);
  const folder = published === undefined ? getServersFolder() : published.folder;
  const named = published === undefined ? record.port_file : published.record.port_file;
  registeredServers().delete(record.instance_id);
  report.attemptSync(() => {
    if (folder !== undefined) removeRecord(record.instance_id, folder);
  });
  if (named === null) return undefined;
  return { portFile: resolve(named), folder, ownPorts: [record.port], overwrite: false };
}

/**
 * Takes a server back: removes its record and nobody else's, then lets the port file name the newest server that is
 * still alive. When there is none, the file goes, provided it names a server we know to be gone; a number that
 * belongs to no record was written by a person and stays.
 *
 * @returns The port file when it is right, and what went wrong; never throws.
 * @example
 * await unpublish(record);
 */
export async function unpublish(record: InstanceRecord): Promise<PublishResult> {
  const report = new Report();
  const task = withdraw(record, report);
  if (task !== undefined) {
    await report.attempt(async () => report.settled(task.portFile, await settle(task)));
  }
  return report.result();
}

/**
 * {@link unpublish} for the moment a process ends and no promise runs any more.
 *
 * @example
 * process.on("exit", () => unpublishSync(record));
 */
export function unpublishSync(record: InstanceRecord): PublishResult {
  const report = new Report();
  const task = withdraw(record, report);
  if (task !== undefined) report.attemptSync(() => report.settled(task.portFile, settleSync(task)));
  return report.result();
}
