/** A program on the live channel, played by a test: sends frames, waits for what comes back. */
import type { ClientFrame, HelloFrame, ServerFrame } from "../../src/protocol/debuggee-frames.ts";

type Frame<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;

let clients = 0;

/** A hello of a new client of this process. */
export function helloOf(fields: Partial<HelloFrame> = {}): HelloFrame {
  clients += 1;
  return {
    t: "hello",
    protocol: 1,
    client_id: `test${process.pid}x${clients}`,
    channel: "stream",
    library: "test 1",
    runtime: "bun",
    process_pid: process.pid,
    process_start_time: 1_700_000_000.25,
    program: "/home/me/shop.ts",
    features: ["pause_after", "change_outcome", "call_again", "mutation"],
    ...fields,
  };
}

/**
 * @example
 * const program = await ChannelClient.connect(server.url);
 * program.send({ t: "calls", batch: 1, rows: [] });
 * await program.next("ack");
 */
export class ChannelClient {
  /** Frames that came and were not asked for yet. */
  readonly inbox: ServerFrame[] = [];
  readonly socket: WebSocket;
  readonly hello: HelloFrame;
  closed: { code: number; reason: string } | null = null;
  #wake: (() => void) | null = null;

  constructor(url: string, hello: HelloFrame, headers: Record<string, string> = {}) {
    this.hello = hello;
    const address = `${url.replace(/^http/, "ws")}/api/live?role=debuggee`;
    // The DOM's type of the constructor knows no headers; Bun's takes them.
    this.socket = new WebSocket(address, { headers } as unknown as string[]);
    this.socket.onmessage = ({ data }) => {
      this.inbox.push(JSON.parse(String(data)) as ServerFrame);
      this.#wake?.();
    };
    this.socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake?.();
    };
  }

  static async connect(url: string, fields: Partial<HelloFrame> = {}): Promise<ChannelClient> {
    const client = new ChannelClient(url, helloOf(fields));
    await client.opened();
    client.send(client.hello);
    return client;
  }

  /** Connects once more as the same client. */
  async again(url: string): Promise<ChannelClient> {
    return ChannelClient.connect(url, this.hello);
  }

  async opened(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.socket.onopen = () => resolve();
      this.socket.onerror = () => reject(new Error("cannot connect"));
    });
  }

  send(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  /** The next frame of that kind; others that came before it stay. */
  async next<T extends ServerFrame["t"]>(type: T): Promise<Frame<T>> {
    for (;;) {
      const at = this.inbox.findIndex((frame) => frame.t === type);
      const [frame] = at === -1 ? [] : this.inbox.splice(at, 1);
      if (frame) return frame as Frame<T>;
      if (this.closed) throw new Error(`closed (${this.closed.code} ${this.closed.reason}) before ${type}`);
      await this.#change();
    }
  }

  /** How the server closed it. */
  async end(): Promise<{ code: number; reason: string }> {
    while (!this.closed) await this.#change();
    return this.closed;
  }

  close(): void {
    this.socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** An ask of a call with texts spelled out. */
export function askOf(seq: number, name: string, args: unknown[] = [], fields: object = {}) {
  return {
    t: "ask" as const,
    seq,
    name,
    parent: null,
    started_at: Date.now() / 1000,
    signature: null,
    args: args.map((value, index): [number, string] => [(seq * 10 + index) % 10_000, JSON.stringify(value)]),
    site: [{ filename: "/home/me/shop.ts", lineno: 12, function: "checkout" }],
    call_type: "proxy" as const,
    ...fields,
  };
}
