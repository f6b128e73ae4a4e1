/** Who is at the other end of a loopback connection, where the system tells: Linux, in /proc/net/tcp. */
import { readFileSync } from "node:fs";

/**
 * The user id that owns the peer's socket, or null when unknown. The table's format is that of proc(5): local and
 * remote address as hex (bytes of each 32-bit word in host order), state, queues, timers, and the uid as eighth field.
 *
 * @param address The peer's address as Bun gives it, e.g. `127.0.0.1` or `::1`.
 */
export function peerUid(address: string, peerPort: number, ownPort: number): number | null {
  if (process.platform !== "linux") return null;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const uid = lookUp(table, address, peerPort, ownPort);
    if (uid !== null) return uid;
  }
  return null;
}

function lookUp(table: string, address: string, peerPort: number, ownPort: number): number | null {
  const local = `:${hexPort(peerPort)}`;
  const remote = `:${hexPort(ownPort)}`;
  try {
    for (const line of readFileSync(table, "latin1").split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (!fields[1]?.endsWith(local) || !fields[2]?.endsWith(remote)) continue;
      if (isIpv4(address) !== isIpv4Entry(fields[1])) continue;
      const uid = Number(fields[7]);
      if (Number.isInteger(uid)) return uid;
    }
  } catch {
    // No such table (no IPv6, a sandbox): unknown.
  }
  return null;
}

const hexPort = (port: number) => port.toString(16).toUpperCase().padStart(4, "0");
const isIpv4 = (address: string) => address.includes(".");
/** An IPv4 entry has 8 hex digits, or sits in the IPv6 table as ::ffff:a.b.c.d. */
const isIpv4Entry = (entry: string) => entry.length === 13 || entry.startsWith("0000000000000000FFFF0000");
