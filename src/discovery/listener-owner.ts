/**
 * Whose server it is. A server can have expressions evaluated in the programs that report to it, so a program must not
 * report to one of another user of the machine, whatever it says of itself: it may have taken a port that a server of
 * ours left behind.
 */
import { readFileSync } from "node:fs";

/** State "listening" in /proc/net/tcp. */
const LISTENING = "0A";

/**
 * The users who listen on a TCP port of this machine, by the tables of proc(5): local address and port as hex, the
 * state as fourth field, the uid as eighth. Empty where the system has no such tables (all but Linux).
 */
export function listenerUids(port: number, tables: readonly string[] = readTables()): number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const uids = tables
    .flatMap((table) => table.split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING && fields[1]?.endsWith(suffix))
    .map((fields) => Number(fields[7]));
  return [...new Set(uids)].filter(Number.isInteger);
}

/**
 * The other user who listens on this port, or undefined when it is ours, root's, or cannot be told. `CIDELDILL_SERVER_UID`
 * names one more user to trust: in a container the same person may have another number.
 */
export function foreignListener(port: number): number | undefined {
  const own = process.getuid?.();
  if (own === undefined || process.platform !== "linux") return undefined;
  const trusted = [own, 0, Number(process.env.CIDELDILL_SERVER_UID || own)];
  return listenerUids(port).find((uid) => !trusted.includes(uid));
}

function readTables(): string[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      // No IPv6, or a sandbox without these tables.
      return "";
    }
  });
}
