/**
 * Calls nobody waits for, on their way to the server: gathered into batches, handed to the helper thread, never lost
 * silently. When the server cannot keep up, callers wait for it; when it is gone too long, what is dropped is counted.
 */

import { BatchBuilder, type RowEnd } from "./batch.ts";
import type { LiveCall } from "./live-call.ts";
import type { LiveSignals } from "./port.ts";

/** Batches that may be under way: with 256 calls each. */
export const MOST_UNDER_WAY = 64;

/** A batch waits so long to become full, in ms. */
const PATIENCE_MS = 20;

/** A call that has run so long is told of before it ends, in ms. */
const LONG_MS = 100;

export class Stream {
  readonly #signals: LiveSignals;
  readonly #post: (message: string) => void;
  #batch = new BatchBuilder();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Promises under way, oldest first; some have ended. */
  #pending: LiveCall[] = [];
  #watching: ReturnType<typeof setTimeout> | null = null;
  /** The innermost call that runs on this thread right now. */
  innermost: LiveCall | null = null;
  posted = 0;

  constructor(signals: LiveSignals, post: (message: string) => void) {
    this.#signals = signals;
    this.#post = post;
  }

  /** `false` when so much is under way that callers should wait. */
  get hasRoom(): boolean {
    return this.posted - this.#signals.done < MOST_UNDER_WAY;
  }

  /** The row of a call; `now` as `performance.now()` gives it. */
  add(call: LiveCall, end: RowEnd, now: number): void {
    if (!this.#batch.hasRoomFor(call.args.length)) {
      if (!this.#batch.isEmpty) this.flush();
      this.#batch.turnTable();
    }
    this.#batch.add(call, end, now);
    if (this.#batch.isFull || now - this.#batch.begunAt > PATIENCE_MS) this.flush();
    else if (this.#timer === null) {
      this.#timer = setTimeout(this.#late, PATIENCE_MS);
      this.#timer.unref?.();
    }
  }

  readonly #late = (): void => {
    this.#timer = null;
    if (!this.#batch.isEmpty) this.flush();
  };

  flush(): void {
    this.#tellLongOnes();
    if (this.#batch.isEmpty) return;
    this.posted++;
    this.#post(`C${this.#batch.take()}`);
  }

  /** Remembers a call whose promise is under way. */
  track(call: LiveCall): void {
    this.#pending.push(call);
    if (this.#watching === null) {
      this.#watching = setTimeout(this.#watch, LONG_MS);
      this.#watching.unref?.();
    }
  }

  readonly #watch = (): void => {
    this.#watching = null;
    this.#pending = this.#pending.filter((call) => !call.ended);
    const now = performance.now();
    for (const call of this.#pending) this.#tellRunning(call, now);
    if (this.#pending.length === 0) return;
    this.#watching = setTimeout(this.#watch, LONG_MS);
    this.#watching.unref?.();
  };

  /** Calls that other calls are made in: told when those are. */
  #tellLongOnes(): void {
    if (this.innermost === null) return;
    const now = performance.now();
    for (let call: LiveCall | null = this.innermost; call; call = call.outer) this.#tellRunning(call, now);
  }

  #tellRunning(call: LiveCall, now: number): void {
    if (call.told || call.begun === 0 || now - call.begun < LONG_MS || !this.hasRoom) return;
    call.told = true;
    if (!this.#batch.hasRoomFor(call.args.length)) return;
    this.#batch.add(call, { status: 2, durationMs: 0, outcome: null, exception: null }, now);
  }

  /** The program ends: whatever runs now never will. */
  abandon(end: RowEnd): void {
    const now = performance.now();
    const sync: LiveCall[] = [];
    for (let call = this.innermost; call; call = call.outer) sync.push(call);
    for (const call of [...sync, ...this.#pending.toReversed()]) {
      if (call.ended) continue;
      call.ended = true;
      this.add(call, { ...end, durationMs: Math.max(0, now - call.begun) }, now);
    }
    this.flush();
  }
}
