/**
 * How a blocked thread gets an answer from its helper thread: a piece of shared memory. Requests go the other way by
 * `postMessage`, which needs nobody awake on the sending side. Answers longer than the memory come in pieces.
 *
 * | word | meaning |
 * |---|---|
 * | READY | 1 when the helper listens |
 * | TURN | rises with every piece written by the helper |
 * | TAKEN | rises with every piece read by the caller |
 * | LENGTH | bytes in this piece |
 * | LAST | 1 when it is the last |
 * | PULSE | rises while the helper works, so that a dead one is noticed |
 */
import { clearInterval, setInterval, wallClock } from "../time.ts";

const WORDS = { READY: 0, TURN: 1, TAKEN: 2, LENGTH: 3, LAST: 4, PULSE: 5 } as const;
const HEADER_BYTES = 64;
const DATA_BYTES = 256 * 1024;

/** How often the helper shows that it lives, and how many seconds it may not: one that is taken for dead is replaced, nothing is lost. */
const PULSE_MS = 500;
const WATCH_MS = 1_000;
const MISSED_PULSES = 8;

/**
 * How often the caller looks before it goes to sleep: some 10 us, less than falling asleep and being woken costs. An
 * answer that is that near is the rule.
 */
const LOOKS = 2_000;

/** How long the helper waits for its caller to take a piece: the caller is doing nothing else. */
const TAKE_TIMEOUT_MS = 60_000;

/** The result of waiting for an answer. */
export type Waited = { text: string } | { failed: "dead" | "late" };

export class Mailbox {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #data: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(HEADER_BYTES + DATA_BYTES)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, HEADER_BYTES / 4);
    this.#data = new Uint8Array(buffer, HEADER_BYTES);
  }

  /** Caller: `true` once the helper listens. */
  awaitReady(timeoutMs: number): boolean {
    Atomics.wait(this.#words, WORDS.READY, 0, timeoutMs);
    return Atomics.load(this.#words, WORDS.READY) === 1;
  }

  /** Helper: from now on messages are heard. */
  announceReady(): void {
    Atomics.store(this.#words, WORDS.READY, 1);
    Atomics.notify(this.#words, WORDS.READY);
  }

  /** Caller: blocks until the whole answer is here. `alarm` rings meanwhile. */
  take(timeoutMs: number, alarm?: { at: number; ring(): number }): Waited {
    const deadline = wallClock() + timeoutMs;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const failed = this.#awaitPiece(deadline, alarm);
      if (failed) return { failed };
      const size = Atomics.load(this.#words, WORDS.LENGTH);
      // slice() copies out of shared memory: a TextDecoder refuses to read from it.
      pieces.push(this.#data.slice(0, size));
      length += size;
      const last = Atomics.load(this.#words, WORDS.LAST) === 1;
      Atomics.add(this.#words, WORDS.TAKEN, 1);
      Atomics.notify(this.#words, WORDS.TAKEN);
      if (last) return { text: new TextDecoder().decode(joined(pieces, length)) };
    }
  }

  #awaitPiece(deadline: number, alarm?: { at: number; ring(): number }): "dead" | "late" | null {
    const last = Atomics.load(this.#words, WORDS.TAKEN);
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(this.#words, WORDS.TURN) !== last) return null;
    let pulse = Atomics.load(this.#words, WORDS.PULSE);
    let missed = 0;
    let ringAt = alarm?.at ?? Number.POSITIVE_INFINITY;
    for (;;) {
      const taken = Atomics.load(this.#words, WORDS.TAKEN);
      if (Atomics.load(this.#words, WORDS.TURN) !== taken) return null;
      const now = wallClock();
      if (alarm && now >= ringAt) ringAt = alarm.ring();
      if (now >= deadline) return "late";
      const slice = Math.max(1, Math.min(WATCH_MS, deadline - now, ringAt - now));
      if (Atomics.wait(this.#words, WORDS.TURN, taken, slice) !== "timed-out") continue;
      const next = Atomics.load(this.#words, WORDS.PULSE);
      // Counted in slices, not in time: a laptop that slept has missed hours, and nothing is wrong.
      if (slice === WATCH_MS) missed = next === pulse ? missed + 1 : 0;
      pulse = next;
      if (missed >= MISSED_PULSES) return "dead";
    }
  }

  /** Helper: shows that it lives until `stop` is called. */
  beat(): { stop(): void } {
    const timer = setInterval(() => this.pulse(), PULSE_MS);
    return { stop: () => clearInterval(timer) };
  }

  /** Helper: shows it once. */
  pulse(): void {
    Atomics.add(this.#words, WORDS.PULSE, 1);
  }

  /** Helper: hands over an answer. Blocks while the caller has not taken what was written before. */
  put(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at === 0 || at < bytes.length; at += DATA_BYTES) {
      if (!this.#awaitTaken()) return;
      const piece = bytes.subarray(at, at + DATA_BYTES);
      this.#data.set(piece);
      Atomics.store(this.#words, WORDS.LENGTH, piece.length);
      Atomics.store(this.#words, WORDS.LAST, at + DATA_BYTES >= bytes.length ? 1 : 0);
      Atomics.add(this.#words, WORDS.TURN, 1);
      Atomics.notify(this.#words, WORDS.TURN);
    }
  }

  /** `false` when the caller gave up on this helper. */
  #awaitTaken(): boolean {
    const turn = Atomics.load(this.#words, WORDS.TURN);
    for (;;) {
      const taken = Atomics.load(this.#words, WORDS.TAKEN);
      if (taken === turn) return true;
      if (Atomics.wait(this.#words, WORDS.TAKEN, taken, TAKE_TIMEOUT_MS) === "timed-out") return false;
    }
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
