/**
 * A TCP socket that blocks its thread, by the system's own library: a thread that has to wait for an answer waits for
 * nobody else then. In Bun, on Linux and macOS, to this machine; elsewhere there is none.
 */
import type { Pointer } from "bun:ffi";
import { isIPv4 } from "node:net";

/** A wait comes back after so long without anything, so that whoever waits can look around. In ms. */
const SLICE_MS = 500;

/** More is not read at once. */
const ROOM_BYTES = 64 * 1024;

const INET = 2;
const STREAM = 1;
const TCP = 6;
const NO_DELAY = 1;
const BOTH_WAYS = 2;

/** What systems call differently. A wait that was in vain and an error both give -1; what follows an error is the end. */
interface System {
  readonly libraries: readonly string[];
  readonly inet6: number;
  /** Of `socket`: children must not have it. On macOS Bun starts them without what is open. */
  readonly closeOnExec: number;
  readonly socketLevel: number;
  readonly receiveTimeout: number;
  readonly sendTimeout: number;
  /** A connection that is gone must not end the program: as a flag of `send`, or an option. */
  readonly noSignalFlag: number;
  readonly noSignalOption: number | null;
  /** Addresses begin with their length. */
  readonly tellsLength: boolean;
}

const SYSTEMS: Partial<Record<NodeJS.Platform, System>> = {
  linux: {
    libraries: ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`],
    ...{ inet6: 10, closeOnExec: 0x80000, socketLevel: 1, receiveTimeout: 20, sendTimeout: 21 },
    ...{ noSignalFlag: 0x4000, noSignalOption: null, tellsLength: false },
  },
  darwin: {
    libraries: ["libSystem.B.dylib"],
    ...{ inet6: 30, closeOnExec: 0, socketLevel: 0xffff, receiveTimeout: 0x1006, sendTimeout: 0x1005 },
    ...{ noSignalFlag: 0, noSignalOption: 0x1022, tellsLength: true },
  },
};

interface Libc {
  readonly system: System;
  socket(family: number, type: number, protocol: number): number;
  connect(socket: number, address: Buffer, length: number): number;
  setsockopt(socket: number, level: number, name: number, value: Buffer, length: number): number;
  send(socket: number, bytes: Buffer, length: number, flags: number): number | bigint;
  recv(socket: number, bytes: Buffer, length: number, flags: number): number | bigint;
  close(socket: number): number;
  shutdown(socket: number, how: number): number;
  hold(socket: number): Held | null;
}

/** A socket that is closed when this goes: also with its thread, which may be terminated at any time. */
interface Held {
  readonly socket: number;
  /** The library's file of it, as memory: a thread gives that back however it ends, and closing it is the giving back. */
  readonly file: ArrayBuffer;
}

let opened: Libc | null | undefined;

/** The library; `null` where there is none, or none that we know. */
function libc(): Libc | null {
  if (opened !== undefined) return opened;
  opened = null;
  const system = SYSTEMS[process.platform];
  if (typeof Bun === "undefined" || !system) return null;
  for (const name of system.libraries) {
    try {
      // Not an import: Node has no such module, and bundlers would look for it.
      const { dlopen, FFIType, toArrayBuffer } = process.getBuiltinModule(
        "bun:ffi" as "bun",
      ) as unknown as Ffi;
      const { i32, u32, u64, ptr, i64_fast } = FFIType;
      const { symbols } = dlopen(name, {
        socket: { args: [i32, i32, i32], returns: i32 },
        connect: { args: [i32, ptr, u32], returns: i32 },
        setsockopt: { args: [i32, i32, i32, ptr, u32], returns: i32 },
        send: { args: [i32, ptr, u64, i32], returns: i64_fast },
        recv: { args: [i32, ptr, u64, i32], returns: i64_fast },
        close: { args: [i32], returns: i32 },
        shutdown: { args: [i32, i32], returns: i32 },
        fdopen: { args: [i32, ptr], returns: ptr },
        fclose: { args: [ptr], returns: i32 },
      });
      const { fdopen, fclose, ...calls } = symbols as typeof symbols & { fclose: { ptr: Pointer } };
      const hold = (socket: number): Held | null => {
        const file = fdopen(socket, Buffer.from("r+\0"));
        return file ? { socket, file: toArrayBuffer(file, 0, 1, fclose.ptr) } : null;
      };
      opened = { system, hold, ...calls };
      return opened;
    } catch {
      // Another name may do; without any there is another way to wait.
    }
  }
  return null;
}

/** Bun's types leave out what the documentation of `toArrayBuffer` has: who frees the memory. */
type Ffi = Omit<typeof import("bun:ffi"), "toArrayBuffer"> & {
  toArrayBuffer(pointer: Pointer | bigint, offset: number, length: number, free: Pointer): ArrayBuffer;
};

export class LibcSocket {
  readonly #libc: Libc;
  /** Once this is collected the number may be another's. */
  readonly #held: Held;
  readonly #room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #isOpen = true;

  private constructor(library: Libc, held: Held) {
    this.#libc = library;
    this.#held = held;
  }

  /** Whether there is any here. */
  static get isHere(): boolean {
    return libc() !== null;
  }

  /** Connects to this machine; `null` when that is not to be had, or the host is another. */
  static connect(host: string, port: number): LibcSocket | null {
    const addresses = loopbackAddresses(host);
    const library = addresses.length > 0 ? libc() : null;
    if (!library) return null;
    for (const address of addresses) {
      const socket = connected(library, address, port);
      if (socket === null) continue;
      const held = library.hold(socket);
      if (held) return new LibcSocket(library, held);
      library.close(socket);
    }
    return null;
  }

  /** `false` when not all was taken: the connection is good for nothing then. */
  send(bytes: Buffer): boolean {
    const { send, system } = this.#libc;
    for (let rest = bytes; rest.length > 0; ) {
      const taken = Number(send(this.#held.socket, rest, rest.length, system.noSignalFlag));
      if (taken <= 0) return false;
      rest = rest.subarray(taken);
    }
    return true;
  }

  /** What has come; empty when nothing did for a while; `null` when the other side is gone. */
  receive(): Buffer | null {
    const count = Number(this.#libc.recv(this.#held.socket, this.#room, ROOM_BYTES, 0));
    return count === 0 ? null : Buffer.from(this.#room.subarray(0, Math.max(0, count)));
  }

  /** Both sides are told at once; the socket itself goes when this is collected. */
  close(): void {
    if (this.#isOpen) this.#libc.shutdown(this.#held.socket, BOTH_WAYS);
    this.#isOpen = false;
  }
}

type Address = { v6: boolean; bytes: readonly number[] };

function loopbackAddresses(host: string): Address[] {
  const v4 = (text: string): Address => ({ v6: false, bytes: text.split(".").map(Number) });
  const v6: Address = { v6: true, bytes: [...new Array(15).fill(0), 1] };
  if (host === "localhost") return [v4("127.0.0.1"), v6];
  if (host === "::1") return [v6];
  return isIPv4(host) && host.startsWith("127.") ? [v4(host)] : [];
}

function connected({ system, ...library }: Libc, address: Address, port: number): number | null {
  const family = address.v6 ? system.inet6 : INET;
  const socket = library.socket(family, STREAM | system.closeOnExec, 0);
  if (socket < 0) return null;
  const place = Buffer.alloc(address.v6 ? 28 : 16);
  if (system.tellsLength) place.set([place.length, family]);
  else place.writeUInt16LE(family);
  place.writeUInt16BE(port, 2);
  place.set(address.bytes, address.v6 ? 8 : 4);

  const set = (level: number, name: number, value: Buffer) =>
    library.setsockopt(socket, level, name, value, value.length);
  const on = Buffer.from([1, 0, 0, 0]);
  const slice = Buffer.alloc(16);
  slice.writeUInt32LE(SLICE_MS * 1_000, 8);
  set(system.socketLevel, system.receiveTimeout, slice);
  set(system.socketLevel, system.sendTimeout, slice);
  if (system.noSignalOption !== null) set(system.socketLevel, system.noSignalOption, on);
  if (library.connect(socket, place, place.length) !== 0) {
    library.close(socket);
    return null;
  }
  set(TCP, NO_DELAY, on);
  return socket;
}
