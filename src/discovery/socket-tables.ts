/** The TCP sockets of this machine as Linux lists them in /proc/net/tcp and /proc/net/tcp6; see proc(5). */
import { readFileSync } from "node:fs";

/** State "listening". */
export const LISTENING = "0A";

export interface SocketEntry {
  /** Address and port as hex: each 32-bit word in host order, then `:` and the port. */
  local: string;
  remote: string;
  state: string;
  uid: number;
  inode: string;
}

export const IPV4_TABLE = "/proc/net/tcp";
export const IPV6_TABLE = "/proc/net/tcp6";

/** A table's text; empty where there is none: no IPv6, a sandbox, another system. */
export function readSocketTable(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** The lines of a table: local and remote address, state, and as eighth and tenth field the uid and the inode. */
export function socketsIn(table: string): SocketEntry[] {
  const lines = table.split("\n").slice(1);
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    const [, local = "", remote = "", state = "", , , , uid, , inode = ""] = fields;
    return { local, remote, state, uid: Number(uid), inode };
  });
}

/** How a port ends an address in the tables. */
export const portSuffix = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
