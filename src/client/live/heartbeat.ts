/** Notices when the other side of a connection says nothing any more. */
import { DEAD_MS, PING_MS } from "../../protocol/debuggee-frames.ts";
import { clearInterval, setInterval, stopwatch } from "../time.ts";

/** How often the connection is looked after, in ms. */
const TICK_MS = 500;

export interface HeartbeatParts {
  /** Comes with every look. */
  tick(): void;
  ping(): void;
  dead(): void;
}

export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #timer: ReturnType<typeof setInterval> | null = null;
  #heardAt = 0;
  #tickedAt = 0;
  #pinged = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#heardAt = this.#tickedAt = stopwatch();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  heard(): void {
    this.#heardAt = stopwatch();
    this.#pinged = false;
  }

  #tick(): void {
    const now = stopwatch();
    // A machine that slept has heard nothing, and nothing is wrong.
    const slept = now - this.#tickedAt - TICK_MS;
    this.#tickedAt = now;
    if (slept > TICK_MS) this.#heardAt += slept;
    const silent = now - this.#heardAt;
    if (silent > DEAD_MS) {
      this.#heardAt = now;
      this.#parts.dead();
    } else if (silent > PING_MS && !this.#pinged) {
      this.#pinged = true;
      this.#parts.ping();
    }
    this.#parts.tick();
  }
}
