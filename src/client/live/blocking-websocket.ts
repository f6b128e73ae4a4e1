/** A WebSocket that blocks its thread: for calls that wait, where `LibcSocket` is to be had. */
import { LibcSocket } from "./libc-socket.ts";
import { FrameReader, writeFrame } from "./websocket-frames.ts";
import { Handshake, placeOf } from "./websocket-handshake.ts";

/** How often nothing may come before the other side counts as silent while it is to open; see `LibcSocket.receive`. */
export const MOST_SILENCES = 4;

/** Nothing more comes; or nothing did for a while. */
export const ENDED = Symbol("ended");
export const NOTHING = Symbol("nothing");
export type Heard = string | typeof ENDED | typeof NOTHING;

export class BlockingWebSocket {
  readonly #socket: LibcSocket;
  readonly #reader = new FrameReader();

  private constructor(socket: LibcSocket, rest: Buffer) {
    this.#socket = socket;
    this.#reader.add(rest);
  }

  /** `url` starts with http: or https:. `null` when that is not to be had. */
  static open(url: string): BlockingWebSocket | null {
    const at = new URL(url);
    const { host, port, secure } = placeOf(at);
    const socket = secure ? null : LibcSocket.connect(host, port);
    if (!socket) return null;
    const rest = greeted(socket, new Handshake(at));
    if (rest) return new BlockingWebSocket(socket, rest);
    socket.close();
    return null;
  }

  /** `false` when not all was taken: the connection is good for nothing then. */
  send(text: string): boolean {
    return this.#socket.send(writeFrame(1, text));
  }

  /** Waits for the next message. */
  next(): Heard {
    try {
      for (;;) {
        const frame = this.#reader.next();
        if (frame?.kind === "text") return frame.text;
        if (frame?.kind === "close") return ENDED;
        if (frame?.kind === "ping") this.#socket.send(writeFrame(10, frame.data));
        if (frame) continue;
        const chunk = this.#socket.receive();
        if (chunk === null) return ENDED;
        if (chunk.length === 0) return NOTHING;
        this.#reader.add(chunk);
      }
    } catch {
      // What it says is no WebSocket.
      return ENDED;
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** What came behind the answer to the handshake; `null` when that is none. */
function greeted(socket: LibcSocket, handshake: Handshake): Buffer | null {
  if (!socket.send(handshake.request)) return null;
  for (let silences = 0; silences < MOST_SILENCES; ) {
    const chunk = socket.receive();
    if (chunk === null) return null;
    if (chunk.length === 0) silences++;
    const answer = handshake.read(chunk);
    if (answer) return answer.refusal === null ? answer.rest : null;
  }
  return null;
}
