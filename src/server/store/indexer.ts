/**
 * Makes the indexes after the writing, in steps of a few milliseconds between which the server answers. While calls pour
 * in it steps back: what is not indexed is found all the same.
 */
import { BLOCK, blockOf } from "./block-index.ts";
import type { Tables } from "./tables.ts";

/** How long one step may take, in ms. */
const STEP_MS = 5;

/** Between two steps, in ms: right away when it is quiet, seldom when calls pour in. */
const SOON_MS = 10;
const BUSY_MS = 500;

/** Calls written since the last step that count as pouring in. */
const MANY = 300;

/** Payloads that wait for the index of CIDs: more in one go are cheaper. */
const CIDS = 8_192;

export class Indexer {
  readonly #tables: Tables;
  readonly #onError: (error: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #written = 0;

  constructor(tables: Tables, onError: (error: unknown) => void) {
    this.#tables = tables;
    this.#onError = onError;
  }

  /** Calls were written. */
  wrote(count: number): void {
    this.#written += count;
    this.#timer ??= this.#later(SOON_MS * 5);
  }

  /** Does all that is to be done now. */
  finish(): void {
    while (this.#step(Number.POSITIVE_INFINITY)) {
      // Each step does some of it.
    }
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #later(ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timer = null;
      const isBusy = this.#written > MANY;
      this.#written = 0;
      try {
        const more = this.#step(STEP_MS);
        if (more || isBusy) this.#timer = this.#later(isBusy ? BUSY_MS : SOON_MS);
      } catch (error) {
        this.#onError(error);
      }
    }, ms);
    timer.unref();
    return timer;
  }

  /** One step; whether there is more to do. */
  #step(ms: number): boolean {
    const { calls, blocks, payloads, texts } = this.#tables;
    const block = blockOf(blocks.upto() + 1);
    const hasBlock = calls.newest() >= (block + 1) * BLOCK;
    const hasCids = payloads.tailSize >= CIDS;
    const hasTexts = texts.waiting() > 0;
    if (!hasBlock && !hasCids && !hasTexts) return false;
    this.#tables.transaction(() => {
      if (hasCids) payloads.index();
      else if (hasBlock) blocks.index(block);
      else texts.step(ms);
    });
    return true;
  }
}
