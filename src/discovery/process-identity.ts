/**
 * Which process is meant by a pid: pids are reused, and mean nothing outside their namespace, machine and boot.
 * No subprocess anywhere: a server publishes within a few milliseconds of its start.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemErrorCode } from "./errors.ts";

const LINUX = process.platform === "linux";

/** Clock ticks a second in /proc: USER_HZ, which Linux fixes at 100 for user space on every architecture we run on. */
const TICKS_PER_SECOND = 100;

/** The fields of an instance record that say which process wrote it. */
export interface ProcessIdentity {
  pid: number;
  /** Unix seconds, as a float. */
  process_start_time: number;
  /**
   * Start in clock ticks after boot, on Linux. Unlike the Unix time above it does not move when the clock is set, so
   * a corrected clock never makes a live server look like another process.
   */
  process_start_ticks?: number | undefined;
  /** `<hostname>/<boot id>/<pid namespace>/<network namespace>` on Linux, else null. */
  pid_namespace: string | null;
}

/** State letter and start of a process from /proc; undefined when it is gone or may not be seen. */
function readProcStat(pid: number): { state: string; startTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in brackets, and the name may hold spaces and brackets itself.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const startTicks = Number(fields[19]);
    const state = fields[0];
    return state !== undefined && Number.isFinite(startTicks) ? { state, startTicks } : undefined;
  } catch {
    return undefined;
  }
}

/** Unix time of the boot in seconds. Read anew each time: it moves whenever the clock is set. */
function readBootTime(): number | undefined {
  try {
    const match = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}

/** Computed once: where the system does not tell, every answer about this process must be the same. */
const OWN_START = Date.now() / 1000 - process.uptime();

/**
 * When a process was started.
 *
 * @param pid Process id in this process's own namespace; default this process.
 * @returns Unix seconds as a float, or undefined when the process is gone or the platform does not tell (other
 * processes outside Linux).
 * @example
 * getProcessStartTime(); // 1790000000.25
 */
export function getProcessStartTime(pid: number = process.pid): number | undefined {
  if (LINUX) {
    const ticks = readProcStat(pid)?.startTicks;
    const boot = ticks === undefined ? undefined : readBootTime();
    if (ticks !== undefined && boot !== undefined) return boot + ticks / TICKS_PER_SECOND;
  }
  return pid === process.pid ? OWN_START : undefined;
}

/**
 * When a process was started, counted from the boot: exact, and untouched by the clock.
 *
 * @param pid Process id in this process's own namespace; default this process.
 * @returns Hundredths of a second after boot, or undefined outside Linux and for a process that is gone.
 * @example
 * getProcessStartTicks(); // 108097
 */
export function getProcessStartTicks(pid: number = process.pid): number | undefined {
  return LINUX ? readProcStat(pid)?.startTicks : undefined;
}

/**
 * Whether a process of this machine and namespace runs. A zombie does not: it serves nobody.
 *
 * @param pid Process id; anything but a positive integer is never alive.
 * @returns True also when it belongs to another user.
 * @example
 * isProcessAlive(process.pid); // true
 */
export function isProcessAlive(pid: number): boolean {
  // 0 and negative numbers would address process groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (LINUX) {
    const stat = readProcStat(pid);
    if (stat !== undefined) return !["Z", "X", "x"].includes(stat.state);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

let ownNamespace: string | null | undefined;

/**
 * Where this process's pids mean something.
 *
 * @returns `<hostname>/<boot id>/<pid namespace>/<network namespace>` on Linux; null elsewhere.
 * @example
 * getPidNamespace(); // "laptop/b6e5.../pid:[4026531836]/net:[4026531833]"
 */
export function getPidNamespace(): string | null {
  if (ownNamespace !== undefined) return ownNamespace;
  ownNamespace = null;
  if (LINUX) {
    try {
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
      const pids = readlinkSync("/proc/self/ns/pid");
      const network = readlinkSync("/proc/self/ns/net");
      ownNamespace = [hostname().replaceAll("/", "_"), boot, pids, network].join("/");
    } catch {
      // Without /proc there is nothing to tell namespaces apart by.
    }
  }
  return ownNamespace;
}

/**
 * What an instance record says about the process that writes it.
 *
 * @returns Fields to spread into an `InstanceRecord`.
 * @example
 * const record = { ...describeOwnProcess(), instance_id, url, port };
 */
export function describeOwnProcess(): ProcessIdentity {
  const ticks = getProcessStartTicks();
  return {
    pid: process.pid,
    process_start_time: getProcessStartTime() ?? OWN_START,
    ...(ticks === undefined ? {} : { process_start_ticks: ticks }),
    pid_namespace: getPidNamespace(),
  };
}

/** How another process's namespace relates to ours. */
export type NamespaceRelation =
  /** Its pids are our pids. */
  | "same"
  /** The same kernel and network, other pids: its ports can be looked up, its pids cannot. */
  | "same-network"
  /** This machine before it was started again: whatever ran then is gone. */
  | "rebooted"
  /** Another container or another machine (a home folder on a network drive). */
  | "other";

/** Names that many machines share, so that they do not tell that it is this one. */
const COMMON_NAMES = new Set(["", "localhost", "localhost.localdomain"]);

/**
 * Compares a record's namespace with our own.
 *
 * @param theirs `pid_namespace` of a record.
 * @param startedAt Unix seconds at which the record's server started.
 * @returns See {@link NamespaceRelation}; "other" whenever there is doubt.
 * @example
 * compareNamespace(getPidNamespace(), Date.now() / 1000); // "same"
 */
export function compareNamespace(theirs: string | null, startedAt: number): NamespaceRelation {
  const ours = getPidNamespace();
  if (ours === theirs) return "same";
  if (ours === null || theirs === null) return "other";
  const [ourHost = "", ourBoot, ourPids, ourNetwork] = ours.split("/");
  const [theirHost, theirBoot, theirPids, theirNetwork] = theirs.split("/");
  if (ourBoot === theirBoot) {
    if (ourPids === theirPids) return "same";
    return ourNetwork === theirNetwork ? "same-network" : "other";
  }
  // Another boot under the same name is this machine earlier, unless the server started after we booted: then it is
  // another machine of that name. A minute's slack for a clock that was set meanwhile.
  const boot = readBootTime();
  const before = boot !== undefined && startedAt < boot - 60;
  return ourHost === theirHost && !COMMON_NAMES.has(ourHost) && before ? "rebooted" : "other";
}
