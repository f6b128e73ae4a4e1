/**
 * Asks the Linux kernel for one TCP socket by its addresses, over NETLINK_SOCK_DIAG (sock_diag(7)): microseconds, where
 * /proc/net/tcp walks the whole table of connections and takes milliseconds. Only asks; null when it cannot.
 */
import { dlopen, type Library, ptr } from "bun:ffi";

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const IPPROTO_TCP = 6;
const MSG_DONTWAIT = 0x40;

/** Sizes and places in `struct nlmsghdr`, `inet_diag_req_v2` and `inet_diag_msg`, all in bytes. */
const HEADER = 16;
const REQUEST = 56;
const SOCKET_ID = 48;
const UID_AT = HEADER + 4 + SOCKET_ID + 12;
const INODE_AT = UID_AT + 4;

const SYMBOLS = {
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  send: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
  recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
  close: { args: ["i32"], returns: "i32" },
} as const;

/** glibc, and musl under the two names it goes by. */
const LIBRARIES = [
  "libc.so.6",
  "libc.so",
  `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
];

let library: Library<typeof SYMBOLS> | null | undefined;

export interface Endpoint {
  /** 4 or 16 bytes. */
  address: Uint8Array;
  port: number;
}

/** A socket's owner. Inode 0: its process has closed it, and the uid says nothing. */
export interface SocketOwner {
  uid: number;
  inode: number;
}

/** The owner of the socket at `local` that is connected to `remote`; null when there is none or nothing can be asked. */
export function socketOwner(local: Endpoint, remote: Endpoint): SocketOwner | null {
  library ??= openLibrary();
  if (!library) return null;
  const { socket, send, recv, close } = library.symbols;
  const descriptor = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
  if (descriptor < 0) return null;
  try {
    const request = requestFor(local, remote);
    const answer = new Uint8Array(4096);
    if (Number(send(descriptor, ptr(request), request.length, 0)) !== request.length) return null;
    // The kernel has answered by the time `send` returns.
    const length = Number(recv(descriptor, ptr(answer), answer.length, MSG_DONTWAIT));
    const view = new DataView(answer.buffer);
    if (length < INODE_AT + 4 || view.getUint16(4, true) !== SOCK_DIAG_BY_FAMILY) return null;
    return { uid: view.getUint32(UID_AT, true), inode: view.getUint32(INODE_AT, true) };
  } finally {
    close(descriptor);
  }
}

function openLibrary(): Library<typeof SYMBOLS> | null {
  for (const name of LIBRARIES) {
    try {
      return dlopen(name, SYMBOLS);
    } catch {
      // Another libc, or a system without this one: the next name.
    }
  }
  return null;
}

/** Every machine that Bun runs on is little-endian; ports and addresses are in network order. */
function requestFor(local: Endpoint, remote: Endpoint): Uint8Array {
  const bytes = new Uint8Array(HEADER + REQUEST);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  view.setUint8(HEADER, local.address.length === 4 ? 2 : 10);
  view.setUint8(HEADER + 1, IPPROTO_TCP);
  // Sockets in every state.
  view.setUint32(HEADER + 4, 0xffffffff, true);
  const id = HEADER + 8;
  view.setUint16(id, local.port);
  view.setUint16(id + 2, remote.port);
  bytes.set(local.address, id + 4);
  bytes.set(remote.address, id + 20);
  // INET_DIAG_NOCOOKIE: by address alone.
  view.setBigUint64(id + 40, 0xffffffffffffffffn, true);
  return bytes;
}
