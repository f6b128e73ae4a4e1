/** The WebSocket of a page, with the face of `WebSocketClient`. */
import { BROKEN_OFF, REFUSED, type SocketListener } from "./socket.ts";

export class PageSocket {
  readonly #socket: WebSocket;

  /** `url` starts with http: or https:. */
  constructor(url: string, listener: SocketListener) {
    let opened = false;
    this.#socket = new WebSocket(url.replace(/^http/, "ws"));
    this.#socket.addEventListener("open", () => {
      opened = true;
      listener.opened();
    });
    this.#socket.addEventListener("message", (event: MessageEvent) => {
      if (typeof event.data === "string") listener.text(event.data);
    });
    // A page is not told why: 1006 is whatever went wrong. The server answered just before: it has no channel for us.
    this.#socket.addEventListener("close", ({ code, reason }) => {
      const unknown = code === ABNORMAL;
      listener.closed(unknown ? (opened ? BROKEN_OFF : REFUSED) : code, reason);
    });
  }

  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.close();
  }

  /** A page lives as long as its tab. */
  ref(): void {}
  unref(): void {}
}

const ABNORMAL = 1006;
