/**
 * A connection on which the thread that asks waits itself: it spares two hops through the helper thread, which cost more
 * than all the rest of a question. It is only the short way. What it does not give, for whatever reason, the helper does.
 */
import type { HelloFrame, ServerFrame } from "../../protocol/debuggee-frames.ts";
import { stopwatch, wallClock } from "../time.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import type { Line } from "./blocking-asks.ts";
import { BlockingWebSocket, ENDED, MOST_SILENCES, NOTHING } from "./blocking-websocket.ts";
import { LibcSocket } from "./libc-socket.ts";
import { LIVE_PATH } from "./link-parts.ts";
import type { CallFrame } from "./live-frames.ts";
import type { Alarm } from "./port.ts";
import { type LiveState, STATES } from "./signals.ts";

/** After one that could not be opened, or brought nothing, for so long none is tried, in ms. */
const REST_MS = 1_000;

export interface DirectParts {
  hello: Omit<HelloFrame, "channel">;
  state(): LiveState;
  info(): LiveInfo;
}

/** Keeps one open, between questions too. The server ends one that is idle for long; the next question opens another. */
export class DirectLines {
  readonly #parts: DirectParts;
  #line: DirectLine | null = null;
  #restsUntil = 0;

  constructor(parts: DirectParts) {
    this.#parts = parts;
  }

  /** `null` when there is none now. */
  take(): DirectLine | null {
    if (!LibcSocket.isHere || this.#parts.state() !== STATES.OPEN) return null;
    if (this.#line || stopwatch() < this.#restsUntil) return this.#line;
    this.#line = this.#open();
    if (!this.#line) this.#rest();
    return this.#line;
  }

  /** It is dead. One that never brought an answer is not tried again at once. */
  broken(line: DirectLine): void {
    line.close();
    if (this.#line !== line) return;
    this.#line = null;
    if (!line.hasAnswered) this.#rest();
  }

  close(): void {
    this.#line?.close();
    this.#line = null;
  }

  #rest(): void {
    this.#restsUntil = stopwatch() + REST_MS;
  }

  #open(): DirectLine | null {
    const { hello, info, state } = this.#parts;
    const { server } = info();
    const socket = server && BlockingWebSocket.open(server.url + LIVE_PATH);
    if (!socket) return null;
    const isGreeted = socket.send(JSON.stringify({ ...hello, channel: "ask" }));
    if (isGreeted && isWelcome(socket, server.instanceId)) return new DirectLine(socket, state);
    socket.close();
    return null;
  }
}

function isWelcome(socket: BlockingWebSocket, instanceId: string): boolean {
  for (let silences = 0; silences < MOST_SILENCES; silences++) {
    const heard = socket.next();
    if (heard === ENDED) return false;
    if (heard === NOTHING) continue;
    const welcome = JSON.parse(heard) as ServerFrame;
    return welcome.t === "welcome" && welcome.instance_id === instanceId;
  }
  return false;
}

export class DirectLine implements Line {
  readonly #socket: BlockingWebSocket;
  readonly #state: () => LiveState;
  /** Who waits, innermost last, with what came for them while another waited. */
  readonly #waiting: { seq: number; said: CallFrame[] }[] = [];
  #isOpen = true;
  hasAnswered = false;

  constructor(socket: BlockingWebSocket, state: () => LiveState) {
    this.#socket = socket;
    this.#state = state;
  }

  waitingFor<T>(seq: number, work: () => T): T {
    this.#waiting.push({ seq, said: [] });
    try {
      return work();
    } finally {
      this.#waiting.pop();
    }
  }

  ask(frame: string): void {
    this.#send(frame);
  }

  evaluated(frame: string): void {
    this.#send(frame);
  }

  receive(seq: number, _timeoutMs: number, alarm: Alarm | null): CallFrame | "dead" {
    const kept = this.#waiting.findLast((waiting) => waiting.seq === seq)?.said.shift();
    if (kept) return kept;
    while (this.#isOpen) {
      const heard = this.#socket.next();
      if (heard === ENDED) break;
      if (heard === NOTHING) {
        if (alarm && wallClock() >= alarm.at) alarm.ring();
        // It does not say that it is gone: whoever streams has noticed that it says nothing at all.
        if (this.#state() !== STATES.OPEN) break;
        continue;
      }
      const said = JSON.parse(heard) as CallFrame | { t: "ping" };
      if (said.t === "ping") this.#send('{"t":"pong"}');
      else if (isAboutCall(said)) {
        this.hasAnswered = true;
        if (said.seq === seq) return said;
        this.#waiting.findLast((waiting) => waiting.seq === said.seq)?.said.push(said);
      }
    }
    return "dead";
  }

  forget(): void {
    // What comes for it finds nobody who waits.
  }

  close(): void {
    if (this.#isOpen) this.#socket.close();
    this.#isOpen = false;
  }

  #send(frame: string): void {
    if (this.#isOpen && !this.#socket.send(frame)) this.close();
  }
}

function isAboutCall(said: CallFrame | { t: "ping" }): said is CallFrame & { seq: number } {
  if (said.t === "refused" && said.of !== "ask" && said.of !== "end") return false;
  return "seq" in said && said.seq !== undefined;
}
