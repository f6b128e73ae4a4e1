/**
 * The connection under a WebSocket: bytes there and back. In Bun over its own sockets, because a round trip through its
 * `node:net` takes half as long again; in Node, and for TLS, over `node:net` and `node:tls`.
 */
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

export interface WireListener {
  opened(): void;
  data(chunk: Buffer): void;
  /** May come more than once. */
  closed(reason: string): void;
}

export interface Wire {
  /** Bytes that were not taken yet. */
  readonly waiting: number;
  /** Afterwards the bytes are the caller's again. */
  write(bytes: Buffer): void;
  /** Nothing more is written: what was goes out, and the other side is told. */
  end(): void;
  destroy(): void;
  ref(): void;
  unref(): void;
}

export const openWire = (place: Place, listener: WireListener): Wire =>
  typeof Bun === "undefined" || place.secure ? nodeWire(place, listener) : new BunWire(place, listener);

function nodeWire({ secure, ...at }: Place, listener: WireListener): Wire {
  const socket = secure ? connectTls({ ...at, servername: at.host }) : connectTcp(at);
  socket.setNoDelay(true);
  socket.on(secure ? "secureConnect" : "connect", () => listener.opened());
  socket.on("data", (chunk: Buffer) => listener.data(chunk));
  socket.on("error", (error: Error) => listener.closed(error.message));
  socket.on("close", () => listener.closed(CLOSED));
  return {
    get waiting() {
      return socket.writableLength;
    },
    write: (bytes) => void socket.write(Buffer.from(bytes)),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    ref: () => void socket.ref(),
    unref: () => void socket.unref(),
  };
}

const CLOSED = "the connection was closed";

class BunWire implements Wire {
  #socket: Bun.Socket<undefined> | null = null;
  /** What the system did not take yet, in order. */
  readonly #queue: Buffer[] = [];
  waiting = 0;
  #ends = false;
  #isGone = false;
  #isRef = true;

  constructor({ host, port }: Place, listener: WireListener) {
    const gone = (reason: string): void => {
      this.#isGone = true;
      listener.closed(reason);
    };
    Bun.connect({
      hostname: host,
      port,
      socket: {
        open: (socket) => {
          if (this.#isGone) return void socket.terminate();
          this.#socket = socket;
          socket.setNoDelay(true);
          if (!this.#isRef) socket.unref();
          listener.opened();
        },
        data: (_, chunk) => listener.data(chunk),
        drain: () => this.#drain(),
        error: (_, error) => gone(error.message),
        close: (_, error) => gone(error?.message ?? CLOSED),
      },
    }).catch((error: unknown) => gone(error instanceof Error ? error.message : String(error)));
  }

  write(bytes: Buffer): void {
    if (this.#isGone) return;
    const taken = this.waiting > 0 ? 0 : this.#give(bytes);
    if (taken === bytes.length) return;
    this.#queue.push(Buffer.from(bytes.subarray(taken)));
    this.waiting += bytes.length - taken;
  }

  end(): void {
    this.#ends = true;
    if (this.waiting === 0) this.#socket?.shutdown();
  }

  destroy(): void {
    this.#isGone = true;
    this.#socket?.terminate();
  }

  ref(): void {
    this.#isRef = true;
    this.#socket?.ref();
  }

  unref(): void {
    this.#isRef = false;
    this.#socket?.unref();
  }

  /** How much of it was taken; a connection that ends takes nothing, and says so by itself. */
  #give(bytes: Buffer): number {
    return Math.max(0, this.#socket?.write(bytes) ?? 0);
  }

  #drain(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const taken = this.#give(next);
      this.waiting -= taken;
      if (taken < next.length) {
        this.#queue[0] = next.subarray(taken);
        return;
      }
      this.#queue.shift();
    }
    if (this.#ends) this.#socket?.shutdown();
  }
}
