/**
 * Asks about calls that never block: over a connection of the program's own thread, opened with the first of them. It
 * keeps the program alive only while somebody waits. When it breaks, everything is asked again on the next one.
 */
import type { EvaluateFrame, HelloFrame, LiveAction, ServerFrame } from "../../protocol/debuggee-frames.ts";
import { type AsyncChannel, runAsync } from "../core/effects.ts";
import { type EvaluationTools, evaluate } from "../core/repl.ts";
import { DebugProtocolError } from "../errors.ts";
import { clearInterval, setInterval, setTimeout, stopwatch, wallClock } from "../time.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import { evaluatedFrame } from "./evaluated.ts";
import { LIVE_PATH } from "./link-parts.ts";
import type { LiveCall } from "./live-call.ts";
import { askedAgain, type CallFrame, checkedAction } from "./live-frames.ts";
import { type Alarm, NoChannel, type Waiter } from "./port.ts";
import { type LiveState, STATES } from "./signals.ts";
import type { LiveSocket, OpenSocket } from "./socket.ts";

/** How often it is looked after who waits, in ms. */
const TICK_MS = 500;
/** How often it is tried to connect, in ms. */
const RETRY_MS = 50;

interface Asked {
  readonly live: LiveCall;
  readonly frame: string;
  readonly waiter: Waiter;
  readonly resolve: (action: LiveAction) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
  paused: boolean;
  alarm: Alarm | null;
  /** When the server counts as gone, as `performance.now()`. */
  deadline: number;
}

export interface AskParts {
  tools(): EvaluationTools;
  async: AsyncChannel;
  hello: () => Omit<HelloFrame, "channel">;
  state(): LiveState;
  info(): LiveInfo;
  open: OpenSocket;
}

export class AskSocket {
  readonly #parts: AskParts;
  readonly #asked = new Map<number, Asked>();
  #wire: LiveSocket | null = null;
  #isOpen = false;
  #ticker: ReturnType<typeof setInterval> | null = null;
  #connecting = false;

  constructor(parts: AskParts) {
    this.#parts = parts;
  }

  get isWaiting(): boolean {
    return this.#asked.size > 0;
  }

  ask(live: LiveCall, frame: string, waiter: Waiter): Promise<LiveAction> {
    return new Promise((resolve, reject) => {
      const asked: Asked = {
        ...{ live, frame, waiter, resolve, reject, paused: false, alarm: null },
        since: stopwatch(),
        deadline: Number.POSITIVE_INFINITY,
      };
      this.#asked.set(live.seq, asked);
      if (this.#ticker === null) this.#watch();
      if (this.#isOpen && this.#wire) {
        this.#wire.send(frame);
        if (this.#asked.size === 1) this.#wire.ref();
      } else {
        asked.deadline = stopwatch() + this.#graceMs(asked);
        this.#connect();
      }
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#wire?.destroy("closed");
    this.#wire = null;
  }

  /** Opening takes no longer than this, or there is nobody to open to. */
  #graceMs({ waiter, paused }: Asked): number {
    return Math.max(waiter.graceMs(paused), this.#parts.state() === STATES.OPEN ? 1_000 : 0);
  }

  #connect(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    const { state, info } = this.#parts;
    const server = state() === STATES.OPEN ? info().server : null;
    if (server === null) {
      this.#later();
      return;
    }
    let greeted = false;
    const wire = this.#parts.open(server.url + LIVE_PATH, {
      opened: () => wire.send(JSON.stringify({ ...this.#parts.hello(), channel: "ask" })),
      text: (text) => {
        if (greeted) return this.#hear(text);
        const welcome = JSON.parse(text) as ServerFrame;
        if (welcome.t !== "welcome" || welcome.instance_id !== server.instanceId) {
          return wire.destroy("it is another server");
        }
        greeted = true;
        this.#welcomed();
      },
      closed: () => {
        if (this.#wire !== wire) return;
        this.#wire = null;
        this.#isOpen = false;
        if (greeted) for (const asked of this.#asked.values()) this.#lost(asked);
        this.#later();
      },
    });
    this.#wire = wire;
  }

  /** Tries again after a while, if anybody still waits. */
  #later(): void {
    this.#connecting = false;
    if (this.#asked.size > 0) setTimeout(() => this.#again(), RETRY_MS);
  }

  #again(): void {
    if (this.#asked.size === 0 || this.#wire) return;
    if (this.#parts.state() === STATES.NONE) {
      for (const { live, reject } of this.#asked.values()) {
        this.#asked.delete(live.seq);
        reject(new NoChannel());
      }
      return;
    }
    this.#connect();
  }

  #lost(asked: Asked): void {
    asked.deadline = stopwatch() + this.#graceMs(asked);
  }

  #welcomed(): void {
    this.#connecting = false;
    this.#isOpen = true;
    for (const asked of this.#asked.values()) {
      const { frame, paused } = asked;
      if (asked.paused) asked.waiter.lost();
      asked.deadline = Number.POSITIVE_INFINITY;
      this.#wire?.send(paused ? askedAgain(frame) : frame);
    }
    if (this.#asked.size === 0) this.#wire?.unref();
  }

  #hear(text: string): void {
    const frame = JSON.parse(text) as CallFrame | { t: "ping" };
    if (frame.t === "ping") {
      this.#wire?.send('{"t":"pong"}');
      return;
    }
    const asked = "seq" in frame && frame.seq !== undefined ? this.#asked.get(frame.seq) : undefined;
    if (!asked) return;
    switch (frame.t) {
      case "decision":
        this.#settle(asked, () => asked.resolve(checkedAction(frame.action)));
        return;
      case "paused":
        if (!asked.paused) asked.alarm = asked.waiter.paused();
        asked.paused = true;
        return;
      case "evaluate":
        this.#evaluate(asked, frame);
        return;
      case "refused":
        this.#refused(asked, frame);
        return;
    }
  }

  #evaluate({ live }: Asked, frame: EvaluateFrame): void {
    const talk = evaluate(this.#parts.tools(), live.beside(), frame.expr, frame.session_id);
    void runAsync(talk, this.#parts.async).then((answer) => this.#wire?.send(evaluatedFrame(frame, answer)));
  }

  #refused(asked: Asked, frame: Extract<CallFrame, { t: "refused" }>): void {
    if (frame.of !== "ask" && frame.of !== "end") return;
    if (frame.error === "unknown_call") {
      this.#settle(asked, () => asked.resolve({ action: "continue" }));
      return;
    }
    const text = `The server refused the call of ${asked.live.known.name}: ${frame.message}`;
    this.#settle(asked, () => asked.reject(new DebugProtocolError(text, { code: frame.error })));
  }

  #settle(asked: Asked, how: () => void): void {
    this.#asked.delete(asked.live.seq);
    if (this.#asked.size === 0) this.#wire?.unref();
    try {
      how();
    } catch (error) {
      asked.reject(error);
    }
  }

  /** One timer for all who wait: a timer for each would cost more than the rest of an ask. */
  #watch(): void {
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    (this.#ticker as { unref?(): void }).unref?.();
  }

  #tick(): void {
    if (this.#asked.size === 0) {
      if (this.#ticker) clearInterval(this.#ticker);
      this.#ticker = null;
      return;
    }
    const now = stopwatch();
    // It does not say that it is gone: whoever streams has noticed that it says nothing at all.
    if (this.#isOpen && this.#parts.state() === STATES.LOST) this.#wire?.destroy("the server is gone");
    for (const asked of this.#asked.values()) {
      if (now > asked.deadline) this.#settle(asked, () => asked.reject(asked.waiter.gone()));
      else this.#ring(asked, now);
    }
  }

  #ring(asked: Asked, now: number): void {
    if (asked.alarm === null && !asked.paused && now - asked.since > TICK_MS) {
      asked.alarm = asked.waiter.stalled();
    }
    if (asked.alarm && wallClock() >= asked.alarm.at) asked.alarm.ring();
  }
}
