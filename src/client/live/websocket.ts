/**
 * A WebSocket client (RFC 6455) for Bun and Node: text messages. Of our own for three reasons no library
 * met at once: Node 20 has none, an open one must never keep a program alive (`unref`, which Bun's own lacks), and one
 * code has to run on both. It speaks what a live channel needs: text, pings, closing. No extensions, no binary messages;
 * whatever else the other side says ends the connection.
 */

import { clearTimeout, setTimeout } from "../time.ts";
import { BROKEN_OFF, type LiveSocket, NO_ANSWER, REFUSED, type SocketListener } from "./socket.ts";
import { FrameReader, writeFrame } from "./websocket-frames.ts";
import { Handshake, placeOf } from "./websocket-handshake.ts";
import { openWire, type Wire } from "./wire.ts";

/** How long a server may take to answer the handshake, in ms. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

export class WebSocketClient implements LiveSocket {
  readonly #wire: Wire;
  readonly #listener: SocketListener;
  readonly #handshake: Handshake;
  readonly #timer: ReturnType<typeof setTimeout>;
  #reader: FrameReader | null = null;
  #closed = false;

  /** `url` starts with http: or https:. */
  constructor(url: string, listener: SocketListener) {
    this.#listener = listener;
    const at = new URL(url);
    this.#handshake = new Handshake(at);
    this.#wire = openWire(placeOf(at), {
      opened: () => this.#wire.write(this.#handshake.request),
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
    if (!this.#closed) this.#wire.write(writeFrame(1, text));
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
      this.#wire.write(writeFrame(8, ""));
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
    const answer = this.#handshake.read(chunk);
    if (!answer) return;
    const { refusal, isForNow, rest } = answer;
    if (refusal !== null) {
      this.#end(isForNow ? NO_ANSWER : REFUSED, refusal);
      return;
    }
    clearTimeout(this.#timer);
    this.#reader = new FrameReader();
    this.#listener.opened();
    if (rest.length > 0) this.#read(this.#reader, rest);
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    try {
      reader.add(chunk);
      for (let frame = reader.next(); frame && !this.#closed; frame = reader.next()) {
        if (frame.kind === "text") this.#listener.text(frame.text);
        else if (frame.kind === "ping") this.#wire.write(writeFrame(10, frame.data));
        else if (frame.kind === "close") {
          this.#wire.write(writeFrame(8, frame.data));
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
}
