/**
 * Batches take turns with everything else: one is read, then whoever else has something to say is heard. Otherwise a
 * program that asks whether a call may run would wait behind all that another has streamed.
 */
export class Turns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether it may be done at once; then this turn is taken. */
  take(): boolean {
    if (this.#isTaken || this.#waiting.length > 0) return false;
    this.#begin();
    return true;
  }

  /** Does it when its turn has come, in the order of asking. */
  wait(work: () => void): void {
    this.#waiting.push(work);
    if (!this.#isTaken) this.#begin();
  }

  #begin(): void {
    this.#isTaken = true;
    // Sockets are read between two of these.
    setImmediate(() => this.#next());
  }

  #next(): void {
    this.#isTaken = false;
    const work = this.#waiting.shift();
    if (!work) return;
    this.#begin();
    work();
  }
}
