/**
 * Tells whoever watches that calls were recorded, at most every 50 ms: at 100,000 calls a second an event for each would
 * bury the readers and push everything else out of what the hub holds.
 */
import type { LiveHub } from "./live.ts";

const EVERY_MS = 50;

export class RecordedCalls {
  readonly #live: LiveHub;
  #count = 0;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(live: LiveHub) {
    this.#live = live;
  }

  /** @param newest The number of the newest of them; left out, they are counted on. */
  add(count: number, newest: number = this.#newest + count): void {
    this.#count += count;
    this.#newest = Math.max(this.#newest, newest);
    if (this.#timer !== null) return;
    this.#tell();
    this.#timer = setTimeout(() => this.#next(), EVERY_MS);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What came meanwhile is told now; a quiet moment ends the ticking. */
  #next(): void {
    this.#timer = null;
    if (this.#count === 0) return;
    this.#tell();
    this.#timer = setTimeout(() => this.#next(), EVERY_MS);
    this.#timer.unref();
  }

  #tell(): void {
    const [count, newest] = [this.#count, this.#newest];
    this.#count = 0;
    this.#live.emit({ type: "calls_recorded", newest, count });
  }
}
