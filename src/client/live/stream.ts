/**
 * Calls nobody waits for, on their way to the server: gathered into batches, handed to the helper thread, never lost
 * silently. When the server cannot keep up, callers wait for it; when it is gone too long, what is dropped is counted.
 */

import { clearTimeout, setTimeout, stopwatch } from "../time.ts";
import { BatchBuilder, type RowEnd } from "./batch.ts";
import type { LiveCall } from "./live-call.ts";
import type { LiveSignals } from "./port.ts";

/** Batches that may be under way: with 512 calls each. */
export const MOST_UNDER_WAY = 32;

/** A row waits so long for others, in ms. */
const PATIENCE_MS = 20;

/** With so many rows they are written as soon as the program rests; with so many rows or characters, at once. */
const MANY_ROWS = 256;
const MOST_ROWS = 512;
const MOST_CHARACTERS = 1024 * 1024;

/** A call that has run so long is told of before it ends, in ms. */
const LONG_MS = 100;

/** Calls that could not be told, and what stood in the way of the last of them. */
export interface Missed {
  count: number;
  why: unknown;
}

/** A call that ended, or that has run long, before its row is written. */
interface Ended {
  readonly call: LiveCall;
  readonly end: RowEnd;
}

/**
 * A call is told of by writing its values down when it begins and ends; everything else, its row and its stack, waits
 * until the program rests: what a call costs is what the program waits for.
 */
export class Stream {
  readonly #signals: LiveSignals;
  readonly #post: (message: string) => void;
  readonly #tellMissed: (missed: Missed) => void;
  readonly #batch: BatchBuilder;
  /** Oldest first; those before `#written` are in the batch. */
  #ended: Ended[] = [];
  #written = 0;
  #characters = 0;
  /** `performance.now()` of the oldest row. */
  #begunAt = 0;
  /** Taken out of the builder, and not handed on yet. */
  #taken: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Promises under way, oldest first; some have ended. */
  #pending: LiveCall[] = [];
  #watching: ReturnType<typeof setTimeout> | null = null;
  /** `false` from when rows had to be written at once until the timer comes in. */
  rests = true;
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
    if (this.#timer === null) this.#comeIn(PATIENCE_MS);
    const count = this.#ended.push({ call, end });
    if (count === 1) this.#begunAt = now;
    this.#characters += end.outcome === null ? 0 : end.outcome.length;
    for (const text of call.args) this.#characters += text.length;
    if (count === MANY_ROWS) this.#comeIn(0);
    if (count < MOST_ROWS && this.#characters < MOST_CHARACTERS && now - this.#begunAt < PATIENCE_MS) return;
    this.rests = false;
    try {
      this.#write();
    } catch {
      // The stack is full; the timer comes for the rest.
    }
  }

  #comeIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#late, ms);
    this.#timer.unref?.();
  }

  readonly #late = (): void => {
    this.#timer = null;
    this.rests = true;
    this.flush();
    this.sayMissed();
  };

  /** Writes all rows and hands them on; where there is room on the stack. One that cannot be written is missed. */
  flush(): void {
    this.#write((error) => {
      this.missed.count++;
      this.missed.why = error;
    });
  }

  /** Where the stack may be full it throws, and goes on from there the next time. */
  #write(miss?: (why: unknown) => void): void {
    this.#tellLongOnes();
    while (this.#written < this.#ended.length) {
      const { call, end } = this.#ended[this.#written] as Ended;
      if (!this.#batch.hasRoomFor(call.args.length)) {
        this.#hand();
        this.#batch.turnTable();
      }
      try {
        this.#batch.add(call, end);
      } catch (error) {
        if (!miss) throw error;
        miss(error);
      }
      this.#written++;
      if (this.#batch.isFull) this.#hand();
    }
    this.#hand();
    this.#ended = [];
    this.#written = 0;
    this.#characters = 0;
  }

  #hand(): void {
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
    const now = stopwatch();
    for (const call of this.#pending) this.#tellRunning(call, now);
    if (this.#pending.length === 0) return;
    this.#watching = setTimeout(this.#watch, LONG_MS);
    this.#watching.unref?.();
  };

  /** Calls that other calls are made in: told when those are. */
  #tellLongOnes(): void {
    if (this.innermost === null) return;
    const now = stopwatch();
    for (let call: LiveCall | null = this.innermost; call; call = call.outer) this.#tellRunning(call, now);
  }

  #tellRunning(call: LiveCall, now: number): void {
    if (call.told || call.begun === 0 || now - call.begun < LONG_MS || !this.hasRoom) return;
    if (this.#timer === null) this.#comeIn(PATIENCE_MS);
    this.#ended.push({ call, end: { status: 2, durationMs: 0, outcome: null, exception: null } });
    call.told = true;
  }

  /** The program ends: whatever runs now never will. */
  abandon(end: RowEnd): void {
    const now = stopwatch();
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
