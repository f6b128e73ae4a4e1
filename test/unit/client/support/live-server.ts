/** A server of the live channel that does what a test tells it, behind a real port. Also answers `/api/health`. */
import { randomUUID } from "node:crypto";
import type { ServerWebSocket } from "bun";
import type {
  AskFrame,
  CallRow,
  CallsFrame,
  ClientFrame,
  EndFrame,
  EvaluatedFrame,
  HelloFrame,
  LiveAction,
  Policy,
  ServerFrame,
} from "../../../../src/protocol/debuggee-frames.ts";

/** A row with its numbers looked up. */
export interface SeenCall {
  seq: number;
  name: string;
  parent: string | null;
  status: CallRow[5];
  durationMs: number | null;
  args: unknown[];
  outcome: unknown;
  target: unknown;
  site:
    | { filename?: string | null; lineno?: number | null; column?: number | null; function?: string | null }[]
    | null;
  exception: CallRow[10];
  refs: number[] | null;
}

interface Connection {
  hello: HelloFrame | null;
  names: string[];
  texts: string[];
  sites: NonNullable<SeenCall["site"]>[];
}

type Socket = ServerWebSocket<Connection>;

/** What to do with an ask or an end: decide, or pause until `release`. */
export type LiveScript = LiveAction | "pause";

export class LiveServer {
  instanceId = randomUUID();
  policy: Policy = policyOf([]);
  readonly hellos: HelloFrame[] = [];
  readonly asks: AskFrame[] = [];
  readonly ends: EndFrame[] = [];
  readonly calls: SeenCall[] = [];
  readonly functions: string[] = [];
  readonly applied: number[] = [];
  readonly evaluated: EvaluatedFrame[] = [];
  readonly comErrors: unknown[] = [];
  byes = 0;
  batches = 0;
  /** Newest batch by client. */
  readonly acked = new Map<string, number>();
  window = 16;
  /** While false batches are taken in and not acknowledged. */
  acks = true;
  /** Answers `/api/live` with 404, as a server without the channel. */
  without = false;
  /** Ends a connection that is to ask. */
  onlyStreams = false;
  readonly sockets = new Set<Socket>();
  readonly #before = new Map<string, LiveScript>();
  readonly #after = new Map<string, LiveScript>();
  readonly #paused = new Map<number, Socket>();
  #server: ReturnType<typeof Bun.serve> | null = null;
  port = 0;

  start(port = this.port): this {
    this.#server = Bun.serve<Connection>({
      port,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: (request, server) => this.#fetch(request, server),
      websocket: {
        maxPayloadLength: 80 * 1024 * 1024,
        open: (socket) => void this.sockets.add(socket),
        message: (socket, text) => this.#take(socket, JSON.parse(String(text)) as ClientFrame),
        close: (socket) => void this.sockets.delete(socket),
      },
    }) as ReturnType<typeof Bun.serve>;
    this.port = this.#server.port ?? 0;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.terminate();
    void this.#server?.stop(true);
    this.#server = null;
  }

  /** Another instance at the same port, which knows nothing. */
  restart(): void {
    this.stop();
    this.forget();
    this.start();
  }

  forget(): void {
    this.instanceId = randomUUID();
    this.acked.clear();
  }

  /** Acknowledges what came and was not acknowledged. */
  ackAll(): void {
    this.acks = true;
    for (const socket of this.sockets) {
      const batch = this.acked.get(socket.data.hello?.client_id ?? "");
      if (batch) send(socket, { t: "ack", batch });
    }
  }

  before(name: string, script: LiveScript): void {
    this.#before.set(name, script);
  }

  after(name: string, script: LiveScript): void {
    this.#after.set(name, script);
  }

  setPolicy(policy: Partial<Policy>): void {
    this.policy = { ...this.policy, ...policy, epoch: this.policy.epoch + 1 };
    this.tell("stream", { t: "policy", policy: this.policy });
  }

  tell(channel: "stream" | "ask", frame: ServerFrame): void {
    for (const socket of this.sockets) {
      if (socket.data.hello?.channel === channel) socket.send(JSON.stringify(frame));
    }
  }

  get paused(): number[] {
    return [...this.#paused.keys()];
  }

  release(action: LiveAction, seq = this.paused[0]): void {
    if (seq === undefined) throw new Error("nothing is paused");
    const socket = this.#paused.get(seq);
    this.#paused.delete(seq);
    send(socket, { t: "decision", seq, action });
  }

  evaluate(expr: string, seq = this.paused[0] ?? 0): void {
    send(this.#paused.get(seq), {
      t: "evaluate",
      seq,
      expr,
      eval_id: randomUUID(),
      session_id: "s",
      pause_id: `p${seq}`,
    });
  }

  async #fetch(request: Request, server: Bun.Server<Connection>): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return Response.json(this.#health());
    if (pathname === "/api/report-com-error") {
      this.comErrors.push(await request.json());
      return Response.json({ status: "ok" });
    }
    const data: Connection = { hello: null, names: [], texts: [], sites: [] };
    if (pathname === "/api/live" && !this.without && server.upgrade(request, { data })) return undefined;
    return Response.json({ error: "not_found", message: "not here" }, { status: 404 });
  }

  #health(): object {
    return {
      service: "cideldill",
      version: "0.1.0",
      protocol_version: 1,
      instance_id: this.instanceId,
      pid: process.pid,
      started_at: Date.now() / 1000,
    };
  }

  #take(socket: Socket, frame: ClientFrame): void {
    switch (frame.t) {
      case "hello":
        if (this.onlyStreams && frame.channel === "ask") {
          socket.close(4000, "not here");
          return;
        }
        socket.data.hello = frame;
        this.hellos.push(frame);
        send(socket, {
          t: "welcome",
          instance_id: this.instanceId,
          version: "0.1.0",
          policy: this.policy,
          acked: this.acked.get(frame.client_id) ?? 0,
          window: this.window,
        });
        return;
      case "functions":
        this.functions.push(...frame.functions.map(({ name }) => name));
        return;
      case "calls":
        this.#calls(socket, frame);
        return;
      case "ask":
        this.asks.push(frame);
        this.#answer(socket, frame.seq, frame.was_paused ? "pause" : this.#before.get(frame.name));
        return;
      case "end": {
        this.ends.push(frame);
        const name = this.asks.find(({ seq }) => seq === frame.seq)?.name ?? "";
        if (frame.wait) this.#answer(socket, frame.seq, this.#after.get(name));
        return;
      }
      case "applied":
        this.applied.push(frame.epoch);
        return;
      case "evaluated":
        this.evaluated.push(frame);
        return;
      case "bye":
        this.byes++;
        return;
      case "ping":
        socket.send('{"t":"pong"}');
    }
  }

  #answer(socket: Socket, seq: number, script: LiveScript = { action: "continue" }): void {
    if (script === "pause") {
      this.#paused.set(seq, socket);
      send(socket, { t: "paused", seq, pause_id: `p${seq}` });
    } else send(socket, { t: "decision", seq, action: script });
  }

  #calls(socket: Socket, frame: CallsFrame): void {
    const { names, texts, sites } = socket.data;
    this.batches++;
    for (const [ref, name] of frame.names ?? []) names[ref] = name;
    for (const [ref, text] of frame.texts ?? []) texts[ref] = text;
    for (const [ref, site] of frame.sites ?? []) sites[ref] = site;
    const value = (ref: number | null | undefined): unknown => {
      if (ref == null) return null;
      const text = texts[ref];
      if (text === undefined) throw new Error(`unknown text ${ref} in batch ${frame.batch}`);
      return JSON.parse(text);
    };
    const client = socket.data.hello?.client_id ?? "";
    const acked = this.acked.get(client) ?? 0;
    if (frame.batch > acked) {
      for (const row of frame.rows) {
        const [seq, name, parent, , durationMs, status, args, outcome, site, target, exception, refs] = row;
        this.calls.push({
          ...{ seq, parent, status, durationMs, exception },
          name: names[name] ?? `unknown name ${name}`,
          args: args.map(value),
          outcome: value(outcome),
          target: value(target),
          site: site == null ? null : (sites[site] ?? []),
          refs: refs ?? null,
        });
      }
    }
    this.acked.set(client, Math.max(acked, frame.batch));
    if (this.acks) send(socket, { t: "ack", batch: frame.batch });
  }
}

export const policyOf = (before: string[], more: Partial<Policy> = {}): Policy => ({
  epoch: 1,
  before: { all: false, names: before, globs: [], regexes: [] },
  after: { all: false, names: [], globs: [], regexes: [] },
  after_exception: { all: false, names: [], globs: [], regexes: [] },
  mutation: { all: false, names: [], globs: [], regexes: [] },
  ...more,
});

const send = (socket: Socket | undefined, frame: ServerFrame): void =>
  void socket?.send(JSON.stringify(frame));
