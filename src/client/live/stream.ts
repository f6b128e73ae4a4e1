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

/** Calls that could not be told, and what stood in the way of the last of them. */
export interface Missed {
  count: number;
  why: unknown;
}

export class Stream {
  readonly #signals: LiveSignals;
  readonly #post: (message: string) => void;
  readonly #tellMissed: (missed: Missed) => void;
  readonly #batch: BatchBuilder;
  /** Taken out of the builder, and not handed on yet. */
  #taken: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Promises under way, oldest first; some have ended. */
  #pending: LiveCall[] = [];
  #watching: ReturnType<typeof setTimeout> | null = null;
  /** The innermost call that runs on this thread right now. */
  innermost: LiveCall | null = null;
  posted = 0;
  /** Calls whose end could not be told. Counted where the stack may be full: nothing is called for it. */
  readonly missed: Missed = { count: 0, why: null };

  constructor(
    signals: LiveSignals,
    post: (message: string) => void,
    /** Says what was missed, from where there is room to say it. */
    tellMissed: (missed: Missed) => void,
    /** Of a full batch. */
    characters: number,
  ) {
    this.#batch = new BatchBuilder(characters);
    this.#signals = signals;
    this.#post = post;
    this.#tellMissed = tellMissed;
  }

  /** `false` when so much is under way that callers should wait. */
  get hasRoom(): boolean {
    return this.posted - this.#signals.done < MOST_UNDER_WAY;
  }

  /** The row of a call; `now` as `performance.now()` gives it. Throws when there is no room for it on the stack. */
  add(call: LiveCall, end: RowEnd, now: number): void {
    if (this.#timer === null) {
      this.#timer = setTimeout(this.#late, PATIENCE_MS);
      this.#timer.unref?.();
    }
    if (!this.#batch.hasRoomFor(call.args.length)) {
      if (!this.#batch.isEmpty) this.flush();
      this.#batch.turnTable();
    }
    this.#batch.add(call, end, now);
    try {
      if (this.#batch.isFull || now - this.#batch.begunAt > PATIENCE_MS) this.flush();
    } catch {
      // The stack is full; the row is in the batch, and the timer comes for that.
    }
  }

  readonly #late = (): void => {
    this.#timer = null;
    this.flush();
    this.sayMissed();
  };

  flush(): void {
    this.#tellLongOnes();
    while (this.#taken !== null || !this.#batch.isEmpty) {
      this.#taken ??= this.#batch.take();
      this.#post(`C${this.#taken}`);
      this.#taken = null;
      this.posted++;
    }
  }

  sayMissed(): void {
    const { count, why } = this.missed;
    if (count === 0) return;
    this.missed.count = 0;
    this.#tellMissed({ count, why });
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
    if (!this.#batch.hasRoomFor(call.args.length)) return;
    this.#batch.add(call, { status: 2, durationMs: 0, outcome: null, exception: null }, now);
    call.told = true;
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
