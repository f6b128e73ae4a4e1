/** A server's side of the live channel without sockets: connections are fed by the test, and what is sent is kept. */
import type { ClientFrame, HelloFrame, ServerFrame } from "../../../../src/protocol/debuggee-frames.ts";
import { createContext, type ServerContext } from "../../../../src/server/context.ts";
import type { Connection } from "../../../../src/server/debuggees/connection.ts";
import { BreakpointManager } from "../../../../src/server/engine/manager.ts";
import { helloOf } from "../../../support/channel-client.ts";

export class ScriptedConnection {
  readonly sent: ServerFrame[] = [];
  closed: { code: number; reason: string } | null = null;
  /** What `send` of the transport answers. */
  isFast = true;
  readonly connection: Connection;

  constructor(context: ServerContext) {
    const connection = context.debuggees.connect({
      send: (text) => {
        this.sent.push(JSON.parse(text) as ServerFrame);
        return this.isFast;
      },
      close: (code, reason) => {
        this.closed = { code, reason };
      },
    });
    if (!connection) throw new Error("not connected");
    this.connection = connection;
  }

  feed(...frames: (ClientFrame | object)[]): this {
    for (const frame of frames) this.connection.receive(JSON.stringify(frame));
    this.connection.drain();
    return this;
  }

  /** All frames sent of one kind. */
  got<T extends ServerFrame["t"]>(type: T): Extract<ServerFrame, { t: T }>[] {
    return this.sent.filter((frame) => frame.t === type) as Extract<ServerFrame, { t: T }>[];
  }

  get last(): ServerFrame | undefined {
    return this.sent.at(-1);
  }
}

/** A server without sockets. */
export class ScriptedServer {
  readonly manager: BreakpointManager;
  readonly context: ServerContext;
  now = 1_700_000_000;

  constructor(db = ":memory:", manager?: BreakpointManager) {
    this.manager = manager ?? new BreakpointManager({ clock: () => this.now });
    this.context = createContext({ manager: this.manager, db });
  }

  connect(): ScriptedConnection {
    return new ScriptedConnection(this.context);
  }

  /** Connected and welcomed. */
  join(fields: Partial<HelloFrame> = {}): ScriptedConnection {
    return this.connect().feed(helloOf(fields));
  }

  [Symbol.dispose](): void {
    this.context.close();
  }
}
