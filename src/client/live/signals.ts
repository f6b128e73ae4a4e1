/**
 * What the helper thread tells without a message, in shared memory: a thread that runs calls in a tight loop reads no
 * messages, and looks at one word with every call.
 *
 * | word | meaning |
 * |---|---|
 * | TURN | rises whenever the policy or the state changed: then the rest is looked at |
 * | STATE | see `STATES` |
 * | DONE | number of the newest batch that needs no thought any more |
 * | GONE | 1 once the last words are said |
 */
const TURN = 0;
const STATE = 1;
const DONE = 2;
const GONE = 3;

export const STATES = {
  /** Not tried yet, or being tried for the first time. */
  CONNECTING: 0,
  OPEN: 1,
  /** It was open, and is being looked for. */
  LOST: 2,
  /** There is no live channel here: the HTTP contract is used. */
  NONE: 3,
} as const;
export type LiveState = (typeof STATES)[keyof typeof STATES];

export class Signals {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(64)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get turn(): number {
    return Atomics.load(this.#words, TURN);
  }

  get state(): LiveState {
    return Atomics.load(this.#words, STATE) as LiveState;
  }

  get done(): number {
    return Atomics.load(this.#words, DONE);
  }

  /** Helper: from the return of this on, every call of the program goes by what is new. */
  change(state: LiveState): void {
    Atomics.store(this.#words, STATE, state);
    Atomics.add(this.#words, TURN, 1);
    Atomics.notify(this.#words, STATE);
  }

  /** Helper: batches up to this one are in the file, or given up. */
  finish(batch: number): void {
    Atomics.store(this.#words, DONE, batch);
    Atomics.notify(this.#words, DONE);
  }

  /** Helper: the last words are said, or cannot be. */
  leave(): void {
    Atomics.store(this.#words, GONE, 1);
    Atomics.notify(this.#words, DONE);
  }

  get hasLeft(): boolean {
    return Atomics.load(this.#words, GONE) === 1;
  }

  /** Caller: blocks until the state is another one, or the time is up. */
  awaitState(not: LiveState, timeoutMs: number): void {
    Atomics.wait(this.#words, STATE, not, timeoutMs);
  }

  /** Caller: blocks until more than `batch` are done, or the time is up. */
  awaitDone(batch: number, timeoutMs: number): void {
    Atomics.wait(this.#words, DONE, batch, timeoutMs);
  }
}
