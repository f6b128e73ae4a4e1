/** Whether the server of a record still runs, from evidence alone and without the network. */
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import {
  compareNamespace,
  getProcessStartTicks,
  getProcessStartTime,
  isProcessAlive,
} from "./process-identity.ts";
import type { InstanceRecord } from "./records.ts";

/**
 * `dead` is only ever said on proof: others remove a record on it. `unknown`: another container or machine, or a
 * process we may not look at; only asking the server can tell.
 */
export type Liveness = "alive" | "dead" | "unknown";

/** How far two computations of one start time may be apart, in s: the boot time is whole seconds and moves by one. */
const START_TOLERANCE = 2;

/** Slack of the boot time where only the uptime tells it, in s. */
const BOOT_TOLERANCE = 60;

const REGISTRY = Symbol.for("cideldill.discovery.registered");

/** A server that this process has published, and the folder of its record, which the environment may not name later. */
export interface RegisteredServer {
  record: InstanceRecord;
  folder: string | undefined;
}

/**
 * The servers that this process has published and not taken back, by instance id. On `globalThis`, for a program can
 * hold this module twice (from source and from the package).
 */
export function registeredServers(): Map<string, RegisteredServer> {
  const holder: typeof globalThis & { [REGISTRY]?: Map<string, RegisteredServer> } = globalThis;
  holder[REGISTRY] ??= new Map();
  return holder[REGISTRY];
}

/** Whether anything listens on a port of this network namespace; undefined when the system does not tell. */
function isPortListening(port: number): boolean | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const tables: string[] = [];
  for (const path of ["/proc/self/net/tcp", "/proc/self/net/tcp6"]) {
    try {
      tables.push(readFileSync(path, "latin1"));
    } catch {
      // No IPv6.
    }
  }
  if (tables.length === 0) return undefined;
  return tables.some((table) =>
    table.split("\n").some((line) => {
      const [, local = "", , state] = line.trim().split(/\s+/);
      return state === "0A" && local.endsWith(wanted);
    }),
  );
}

/** Whether the process that has the record's pid now is the one that wrote the record; undefined when untold. */
function isSameProcess(record: InstanceRecord): boolean | undefined {
  const ticks = getProcessStartTicks(record.pid);
  if (ticks !== undefined && record.process_start_ticks !== undefined)
    return ticks === record.process_start_ticks;
  const started = getProcessStartTime(record.pid);
  return started === undefined ? undefined : Math.abs(started - record.process_start_time) <= START_TOLERANCE;
}

/**
 * Judges a record. A pid alone proves nothing: it may belong to another process by now, to this very one after a
 * container restart, or to another container, so the start time and the namespace are compared too.
 *
 * @returns `alive`, `dead` or `unknown`; see {@link Liveness}.
 * @example
 * readRecords().filter((record) => recordLiveness(record) === "alive");
 */
export function recordLiveness(record: InstanceRecord): Liveness {
  if (registeredServers().has(record.instance_id) && record.pid === process.pid) return "alive";
  switch (compareNamespace(record.pid_namespace, record.started_at)) {
    case "rebooted":
      return "dead";
    case "other":
      return "unknown";
    case "same-network":
      // A record is written once its port listens, so a port that does not has lost its server.
      return isPortListening(record.port) === false ? "dead" : "unknown";
    case "same":
      return judgeByPid(record);
  }
}

function judgeByPid(record: InstanceRecord): Liveness {
  if (!isProcessAlive(record.pid)) return "dead";
  const same = isSameProcess(record);
  if (same === false) return "dead";
  if (record.pid === process.pid) {
    // Ours, but never published here: a server in a worker of this process when the start proves it, else one that
    // had our pid before the container was restarted.
    const proven = getProcessStartTicks() === record.process_start_ticks;
    return proven && same === true ? "alive" : "dead";
  }
  if (same === true) return "alive";
  if (process.platform === "linux") return "unknown";
  // Outside Linux the start of another process cannot be had without a subprocess; the boot bounds it.
  return record.started_at < Date.now() / 1000 - uptime() - BOOT_TOLERANCE ? "dead" : "alive";
}
