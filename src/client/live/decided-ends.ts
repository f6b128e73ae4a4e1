/**
 * Ends that were decided about, for as long as a server may not have kept them: one that dies right after its decision
 * takes them with it. The next one is told of them as of any call; one that knows them leaves them out.
 */

import { clearInterval, setInterval, stopwatch } from "../time.ts";
import type { RowEnd } from "./batch.ts";
import type { LiveCall } from "./live-call.ts";

/** A server that is still there after so long has them in its file, in ms. */
const KEPT_MS = 5_000;
const TICK_MS = 500;

/** Of more than this many the oldest go. */
const MOST_HELD = 1_000;

export interface DecidedEndsParts {
  /** Whether there is a connection now. */
  isOpen(): boolean;
  /** Takes notice of what changed: the server may be another one. */
  look(): void;
  tell(live: LiveCall, end: RowEnd): void;
}

export class DecidedEnds {
  readonly #parts: DecidedEndsParts;
  #held: { live: LiveCall; end: RowEnd; until: number }[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(parts: DecidedEndsParts) {
    this.#parts = parts;
  }

  hold(live: LiveCall, end: RowEnd): void {
    this.#held.push({ live, end, until: stopwatch() + KEPT_MS });
    if (this.#held.length > MOST_HELD) this.#held.shift();
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  /** The server is another one: it may never have heard of them. */
  tellAgain(): void {
    const held = this.#held;
    this.#held = [];
    for (const { live, end } of held) this.#parts.tell(live, end);
  }

  #tick(): void {
    this.#parts.look();
    const now = stopwatch();
    if (this.#parts.isOpen()) this.#held = this.#held.filter(({ until }) => now < until);
    if (this.#held.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
