/** Who is at the other end of a loopback connection, where the system tells: Linux, in /proc/net/tcp. */
import {
  IPV4_TABLE,
  IPV6_TABLE,
  LISTENING,
  portSuffix,
  readSocketTable,
  socketsIn,
} from "../../discovery/socket-tables.ts";
import { isLoopbackAddress } from "./access.ts";
import { socketOwner } from "./sock-diag.ts";

/**
 * The user id at the other end, `"closed"` when its socket is no longer anybody's, or null when the system does not
 * tell (another system, a peer of another machine, a sandbox without these tables).
 */
export type PeerUid = number | "closed" | null;

/**
 * Whose socket is at the other end of a connection to us.
 *
 * @param address The peer's address as Bun gives it, e.g. `127.0.0.1` or `::1`.
 */
export function peerUid(address: string, peerPort: number, ownPort: number): PeerUid {
  if (process.platform !== "linux" || !isLoopbackAddress(address)) return null;
  return (
    askKernel(address, peerPort, ownPort) ?? findPeerUid(readTables(address), address, peerPort, ownPort)
  );
}

/** The quick way; null when it finds nothing, as for a connection to one of the other 127.x addresses. */
function askKernel(address: string, peerPort: number, ownPort: number): number | "closed" | null {
  for (const [local, remote] of inBytes(address)) {
    const owner = socketOwner({ address: local, port: peerPort }, { address: remote, port: ownPort });
    if (owner) return owner.inode === 0 ? "closed" : owner.uid;
  }
  return null;
}

/** The likelier table first; the other is read only when it is needed, for each takes milliseconds. */
function* readTables(address: string): Generator<string> {
  const files = address.includes(":") ? [IPV6_TABLE, IPV4_TABLE] : [IPV4_TABLE, IPV6_TABLE];
  for (const file of files) yield readSocketTable(file);
}

/**
 * Looks a connection up in the tables' texts. A socket that its process has closed has inode 0 and then says uid 0
 * whoever it was: it is never taken for root's.
 */
export function findPeerUid(
  tables: Iterable<string>,
  address: string,
  peerPort: number,
  ownPort: number,
): PeerUid {
  const local = inTable(address).map((hex) => `${hex}${portSuffix(peerPort)}`);
  const remotePort = portSuffix(ownPort);
  let showsUs = false;
  for (const table of tables) {
    for (const socket of socketsIn(table)) {
      if (socket.state === LISTENING && socket.local.endsWith(remotePort)) showsUs = true;
      if (!local.includes(socket.local) || !socket.remote.endsWith(remotePort) || socket.inode === "0")
        continue;
      if (Number.isInteger(socket.uid)) return socket.uid;
    }
  }
  return showsUs ? "closed" : null;
}

const LOOPBACK_V4 = [127, 0, 0, 1];
const LOOPBACK_V6 = [...Array<number>(15).fill(0), 1];
const mapped = (ipv4: readonly number[]): number[] => [...Array<number>(10).fill(0), 0xff, 0xff, ...ipv4];

/** The ends of a connection to us as bytes: IPv4 also as it looks to a client that speaks IPv6 and maps it. */
function inBytes(address: string): [peer: Uint8Array, us: Uint8Array][] {
  const ipv4 = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  const pairs = ipv4
    ? [
        [ipv4, LOOPBACK_V4],
        [mapped(ipv4), mapped(LOOPBACK_V4)],
      ]
    : [[LOOPBACK_V6, LOOPBACK_V6]];
  return pairs.map(([peer = [], us = []]) => [Uint8Array.from(peer), Uint8Array.from(us)]);
}

/** A loopback address as the tables spell it. */
const inTable = (address: string): string[] => inBytes(address).map(([peer]) => hexWords(peer));

function hexWords(bytes: Uint8Array): string {
  const words = new Uint32Array(bytes.buffer);
  return [...words].map((word) => word.toString(16).toUpperCase().padStart(8, "0")).join("");
}
