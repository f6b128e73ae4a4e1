/**
 * One connection of a client, from its hello to its end: reads frames, answers them, and closes on whoever breaks the
 * protocol. Knows no WebSocket: what it is fed and where it sends is a Transport's business.
 */

import { PROTOCOL_VERSION } from "../../protocol/constants.ts";
import {
  CLOSE,
  type ClientFrame,
  type HelloFrame,
  type RefusedFrame,
} from "../../protocol/debuggee-frames.ts";
import { WINDOW } from "./batches.ts";
import type { LiveClient } from "./live-client.ts";
import { partsOf, readFrame } from "./read-frame.ts";
import { Tables } from "./tables.ts";
import type { Transport } from "./transport.ts";
import type { Turns } from "./turns.ts";
import { Violation } from "./violation.ts";

/** What a connection needs of the server around it. */
export interface Host {
  readonly instanceId: string;
  readonly version: string;
  readonly turns: Turns;
  /** The client of a hello, known or new. */
  join(connection: Connection, hello: HelloFrame): LiveClient;
  /** It ended; null when it never said hello. */
  left(connection: Connection, client: LiveClient | null): void;
  said(client: LiveClient, what: "applied" | "bye"): void;
  debug(line: string): void;
}

/** Ticks (of a second) without a word before a ping, and before the connection counts as dead. */
const PING_TICKS = 3;
const DEAD_TICKS = 9;

/** Most characters that a connection's texts may hold together: 10,000 texts of 50 MB must not. */
const MOST_TABLE_SIZE = 256 * 1024 * 1024;

/** Most messages of a connection that wait for a turn. */
const MOST_WAITING = 4 * WINDOW;

/** Clients of ours write a frame's type first; another's batches are read at once. */
const isBatch = (message: string | Uint8Array): boolean =>
  typeof message === "string" && message.startsWith('{"t":"calls"');

export class Connection {
  readonly tables = new Tables();
  channel: HelloFrame["channel"] = "ask";
  /** Numbers of the newest policy it was told, and of the newest it goes by. */
  told = 0;
  applied = 0;
  /** It tells when it goes by a policy. One that only asks need not: it may leave that to another connection. */
  tellsApplied = false;
  readonly #host: Host;
  readonly #transport: Transport;
  #client: LiveClient | null = null;
  #isOpen = true;
  #silentTicks = 0;
  /** Messages that wait for a turn, a batch first. */
  readonly #waiting: (string | Uint8Array)[] = [];

  constructor(host: Host, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
  }

  /** A message arrived. What comes after a batch that waits for its turn waits with it. */
  receive(message: string | Uint8Array): void {
    if (!this.#isOpen) return;
    this.#silentTicks = 0;
    const waits = this.#waiting.length > 0;
    if (!waits && (!isBatch(message) || this.#host.turns.take())) {
      this.#read(message);
      return;
    }
    this.#waiting.push(message);
    if (!waits) this.#host.turns.wait(() => this.#takeTurn());
    // A program that does not keep to its window is read no faster than it is served.
    else if (this.#waiting.length > MOST_WAITING) this.#readNext();
  }

  /** Reads what waits for a turn, now. */
  drain(): void {
    while (this.#waiting.length > 0) this.#readNext();
  }

  #takeTurn(): void {
    this.#readNext();
    if (this.#waiting.length > 0) this.#host.turns.wait(() => this.#takeTurn());
  }

  /** Reads a batch that waits, and what came between it and the next one. */
  #readNext(): void {
    let message = this.#waiting.shift();
    while (message !== undefined) {
      this.#read(message);
      const next = this.#waiting[0];
      message = next === undefined || isBatch(next) ? undefined : this.#waiting.shift();
    }
  }

  #read(message: string | Uint8Array): void {
    if (!this.#isOpen) return;
    try {
      this.#handle(readFrame(message));
      // A client fills new tables on its next connection: what the old ones held is kept or goes with them.
      if (this.tables.size > MOST_TABLE_SIZE) this.close(CLOSE.AGAIN, "the texts have become too many");
    } catch (error) {
      if (error instanceof Violation) this.#refuse(message, error);
      else this.#fail(error);
    }
  }

  send(frame: string): void {
    if (!this.#isOpen || this.#transport.send(frame)) return;
    this.close(CLOSE.AGAIN, "too slow: too much waits to be read");
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#transport.close(code, reason);
    this.#end();
  }

  /** The transport is gone. What arrived before counts. */
  closed(): void {
    this.drain();
    this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#waiting.length = 0;
    this.#host.left(this, this.#client);
  }

  /** A second has passed. */
  tick(): void {
    // One that evaluates may be busy with that: its client ends what takes too long, and the wait for it ends as well.
    if (this.#client?.asked.isEvaluating) return;
    this.#silentTicks += 1;
    if (this.#silentTicks >= DEAD_TICKS) this.close(CLOSE.AGAIN, "nothing was heard for too long");
    else if (this.#client && this.#silentTicks % PING_TICKS === 0) this.send('{"t":"ping"}');
  }

  #handle(frame: ClientFrame): void {
    const client = this.#client;
    if (frame.t === "ping") this.send('{"t":"pong"}');
    else if (frame.t === "pong") return;
    else if (!client) this.#greet(frame);
    else this.#serve(client, frame);
  }

  #serve(client: LiveClient, frame: ClientFrame): void {
    switch (frame.t) {
      case "calls":
        this.#keep(client, frame);
        return;
      case "ask":
        client.asked.ask(this, frame);
        return;
      case "end":
        client.asked.end(this, frame);
        return;
      case "functions":
        client.functions(frame);
        return;
      case "evaluated":
        client.asked.evaluated(this, frame);
        return;
      case "applied":
        this.tellsApplied = true;
        this.applied = Math.min(frame.epoch, this.told);
        this.#host.said(client, "applied");
        return;
      case "bye":
        this.#host.said(client, "bye");
        return;
      default:
        throw new Violation("out_of_order", `A connection says hello once, not ${frame.t} again.`);
    }
  }

  #greet(frame: ClientFrame): void {
    if (frame.t !== "hello")
      throw new Violation("out_of_order", `The first frame is "hello", not ${JSON.stringify(frame.t)}.`);
    if (frame.protocol !== PROTOCOL_VERSION) {
      const { library, protocol } = frame;
      throw new Violation(
        "unsupported_protocol",
        `This server speaks protocol ${PROTOCOL_VERSION}, ${library} speaks ${protocol}: update the older of the two.`,
      );
    }
    this.channel = frame.channel;
    this.tellsApplied = frame.channel === "stream";
    const client = this.#host.join(this, frame);
    this.#client = client;
    this.told = client.policy.epoch;
    this.applied = this.told;
    this.send(
      JSON.stringify({
        t: "welcome",
        instance_id: this.#host.instanceId,
        version: this.#host.version,
        policy: client.policy,
        acked: client.batches.acked,
        window: WINDOW,
      }),
    );
  }

  #keep(client: LiveClient, frame: Extract<ClientFrame, { t: "calls" }>): void {
    if (this.channel !== "stream")
      throw new Violation("out_of_order", 'Batches come over a connection whose channel is "stream".');
    client.batches.take(this, frame);
  }

  /** A fault of ours must end this connection, not the server, and be seen. */
  #fail(error: unknown): void {
    this.#host.debug(`live channel failed: ${error instanceof Error ? error.stack : error}`);
    this.close(CLOSE.FAILED, "internal error");
  }

  #refuse(message: string | Uint8Array, { code, message: reason, fatal }: Violation): void {
    const frame: RefusedFrame = { t: "refused", ...partsOf(message), error: code, message: reason };
    this.#host.debug(`live channel: ${frame.of} refused: ${code}: ${reason}`);
    this.send(JSON.stringify(frame));
    if (fatal) this.close(code === "unsupported_protocol" ? CLOSE.UNWELCOME : CLOSE.BROKEN, code);
  }
}
