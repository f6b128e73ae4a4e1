/** Requests as no library would send them: bytes on a socket. */
import { connect } from "node:net";

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  head: string;
  body: string;
  /** The parsed body's `error`, or undefined. */
  error: string | undefined;
}

/** Sends bytes and waits for one whole answer, or for the end of the connection. */
export function raw(
  port: number,
  bytes: string | Uint8Array,
  host = "127.0.0.1",
  limitMs = 5_000,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, host, () => socket.write(bytes));
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parse(received));
    };
    const timer = setTimeout(finish, limitMs);
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (isWhole(received)) finish();
    });
    socket.on("close", finish);
    socket.on("error", finish);
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  if (/^HTTP\/1\.1 (101|204)/.test(text)) return true;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return length !== null && text.length - end - 4 >= Number(length[1]);
}

function parse(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [head, body] = end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 4)];
  let error: string | undefined;
  try {
    error = (JSON.parse(body) as { error?: string }).error;
  } catch {
    // Not ours: the HTTP server itself refused.
  }
  return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0), head, body, error };
}

/** A request line and headers, each given as it is to stand there, with a body and its length. */
export function request(line: string, headers: readonly string[], body = ""): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return `${[`${line} HTTP/1.1`, ...headers, ...length].join("\r\n")}\r\n\r\n${body}`;
}

export const WEBSOCKET = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
];
export const JSON_TYPE = "Content-Type: application/json";
