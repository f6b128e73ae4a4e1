/** The opening handshake of a WebSocket, from the client's side (RFC 6455, section 4.1). */
import { createHash, randomBytes } from "node:crypto";

/** Longest answer, in bytes. */
const MOST_BYTES = 16_384;

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export interface HandshakeAnswer {
  /** What is wrong with it. */
  refusal: string | null;
  /** Asked again, it may say something else. */
  isForNow: boolean;
  /** What came after it. */
  rest: Buffer;
}

export class Handshake {
  readonly request: Buffer;
  readonly #key = randomBytes(16).toString("base64");
  #head: Buffer = Buffer.alloc(0);

  constructor({ pathname, search, host }: URL) {
    this.request = Buffer.from(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${this.#key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  }

  /** The answer, once all of it has come. */
  read(chunk: Buffer): HandshakeAnswer | null {
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) {
      if (this.#head.length <= MOST_BYTES) return null;
      return { refusal: "an endless answer", isForNow: true, rest: Buffer.alloc(0) };
    }
    const head = this.#head.toString("latin1", 0, end);
    const rest = this.#head.subarray(end + 4);
    this.#head = Buffer.alloc(0);
    // A server that is just stopping (503) may be back in a moment.
    return { refusal: this.#check(head), isForNow: /^HTTP\/1\.1 5/.test(head), rest };
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
}

/** Where a server is; `url` starts with http: or https:. */
export function placeOf({ protocol, hostname, port }: URL): { host: string; port: number; secure: boolean } {
  const secure = protocol === "https:";
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (secure ? 443 : 80)), secure };
}
