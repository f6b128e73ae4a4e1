/**
 * A WebSocket client (RFC 6455) for Bun and Node: text messages. Of our own for three reasons no library
 * met at once: Node 20 has none, an open one must never keep a program alive (`unref`, which Bun's own lacks), and one
 * code has to run on both. It speaks what a live channel needs: text, pings, closing. No extensions, no binary messages;
 * whatever else the other side says ends the connection.
 */
import { createHash, getRandomValues, randomBytes } from "node:crypto";
import { BROKEN_OFF, type LiveSocket, NO_ANSWER, REFUSED, type SocketListener } from "./socket.ts";
import { FrameReader, writeFrame } from "./websocket-frames.ts";
import { openWire, type Wire } from "./wire.ts";

/** How long a server may take to answer the handshake, in ms. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

/** Longest answer to a handshake, in bytes. */
const MOST_HEADER_BYTES = 16_384;

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class WebSocketClient implements LiveSocket {
  readonly #wire: Wire;
  readonly #listener: SocketListener;
  readonly #key = randomBytes(16).toString("base64");
  readonly #timer: ReturnType<typeof setTimeout>;
  #reader: FrameReader | null = null;
  #head: Buffer = Buffer.alloc(0);
  #closed = false;
  readonly #masks = new Int32Array(1_024);
  #maskAt = this.#masks.length;

  /** `url` starts with http: or https:. */
  constructor(url: string, listener: SocketListener) {
    this.#listener = listener;
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const secure = protocol === "https:";
    const place = {
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || (secure ? 443 : 80)),
      secure,
    };
    const hello =
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${this.#key}\r\nSec-WebSocket-Version: 13\r\n\r\n`;
    this.#wire = openWire(place, {
      opened: () => this.#wire.write(Buffer.from(hello)),
      data: (chunk) => this.#data(chunk),
      closed: (reason) => this.#end(this.#brokenCode, reason),
    });
    this.#timer = setTimeout(
      () => this.#end(NO_ANSWER, `no answer to the handshake for ${HANDSHAKE_TIMEOUT_MS} ms`),
      HANDSHAKE_TIMEOUT_MS,
    );
    this.#timer.unref();
  }

  get #brokenCode(): number {
    return this.#reader ? BROKEN_OFF : NO_ANSWER;
  }

  get waiting(): number {
    return this.#wire.waiting;
  }

  send(text: string): void {
    if (!this.#closed) this.#wire.write(writeFrame(1, text, this.#mask()));
  }

  ref(): void {
    this.#wire.ref();
  }

  unref(): void {
    this.#wire.unref();
  }

  close(): void {
    if (this.#closed) return;
    if (this.#reader) {
      this.#wire.write(writeFrame(8, "", this.#mask()));
      this.#wire.end();
    }
    this.#end(1000, "closed here", false);
  }

  destroy(reason: string): void {
    this.#end(BROKEN_OFF, reason);
  }

  #data(chunk: Buffer): void {
    if (this.#closed) return;
    if (this.#reader) {
      this.#read(this.#reader, chunk);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#head.length > MOST_HEADER_BYTES) this.#end(NO_ANSWER, "an endless answer");
      return;
    }
    const head = this.#head.toString("latin1", 0, end);
    const refusal = this.#check(head);
    // A server that is just stopping (503) may be back in a moment.
    if (refusal !== null) {
      this.#end(/^HTTP\/1\.1 5/.test(head) ? NO_ANSWER : REFUSED, refusal);
      return;
    }
    const rest = this.#head.subarray(end + 4);
    this.#head = Buffer.alloc(0);
    clearTimeout(this.#timer);
    this.#reader = new FrameReader();
    this.#listener.opened();
    if (rest.length > 0) this.#read(this.#reader, rest);
  }

  /** What is wrong with the answer to the handshake. */
  #check(head: string): string | null {
    const [status = "", ...lines] = head.split("\r\n");
    if (!/^HTTP\/1\.1 101\b/.test(status)) return `it answered ${status.slice(0, 100)}`;
    const accept = lines.find((line) => /^sec-websocket-accept:/i.test(line))?.replace(/^[^:]*:\s*/, "");
    const expected = createHash("sha1")
      .update(this.#key + GUID)
      .digest("base64");
    return accept?.trim() === expected ? null : "its answer to the handshake is wrong";
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    try {
      reader.add(chunk);
      for (let frame = reader.next(); frame && !this.#closed; frame = reader.next()) {
        if (frame.kind === "text") this.#listener.text(frame.text);
        else if (frame.kind === "ping") this.#wire.write(writeFrame(10, frame.data, this.#mask()));
        else if (frame.kind === "close") {
          this.#wire.write(writeFrame(8, frame.data, this.#mask()));
          this.#wire.end();
          this.#end(frame.code, frame.reason, false);
        }
      }
    } catch (error) {
      this.#end(BROKEN_OFF, error instanceof Error ? error.message : String(error));
    }
  }

  #end(code: number, reason: string, destroy = true): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    if (destroy) this.#wire.destroy();
    else {
      // The farewell goes out; a server that never closes its side must not keep anything.
      this.#wire.unref();
      setTimeout(() => this.#wire.destroy(), 1_000).unref();
    }
    this.#listener.closed(code, reason);
  }

  /** Four bytes nobody can predict, taken from a stock of them. */
  #mask(): number {
    if (this.#maskAt === this.#masks.length) {
      getRandomValues(this.#masks);
      this.#maskAt = 0;
    }
    return this.#masks[this.#maskAt++] ?? 0;
  }
}
