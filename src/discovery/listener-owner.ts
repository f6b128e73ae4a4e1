/**
 * Whose server it is. A server can have expressions evaluated in the programs that report to it, so a program must not
 * report to one of another user of the machine, whatever it says of itself: it may have taken a port that a server of
 * ours left behind.
 */
import {
  IPV4_TABLE,
  IPV6_TABLE,
  LISTENING,
  portSuffix,
  readSocketTable,
  socketsIn,
} from "./socket-tables.ts";

/** The users who listen on a TCP port of this machine. Empty where the system does not tell (all but Linux). */
export function listenerUids(port: number, tables: readonly string[] = readTables()): number[] {
  const suffix = portSuffix(port);
  const uids = tables
    .flatMap(socketsIn)
    .filter((socket) => socket.state === LISTENING && socket.local.endsWith(suffix))
    .map((socket) => socket.uid);
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

const readTables = (): string[] => [IPV4_TABLE, IPV6_TABLE].map(readSocketTable);
