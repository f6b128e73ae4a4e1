/**
 * Batches that the helper thread was given, until they need no thought any more: should it die, the next one is given
 * them again. A batch names what earlier ones of its table spelled out, so these are kept with it.
 */

import { rowsOf } from "./kept-batches.ts";

interface Handed {
  readonly number: number;
  readonly table: number;
  /** `C<table>\n<sites>\n<rest>`, as it was posted. */
  readonly message: string;
}

export class HandedBatches {
  #batches: Handed[] = [];
  #newest = 0;

  add(message: string, done: number): void {
    const table = Number(message.slice(1, message.indexOf("\n")));
    this.#batches.push({ number: this.#newest + 1, table, message });
    this.#newest++;
    // The table that is written to just now may go on.
    const needed = this.#batches.find(({ number }) => number > done)?.table ?? table;
    const gone = this.#batches.findIndex((batch) => batch.table >= needed);
    if (gone > 0) this.#batches.splice(0, gone);
  }

  /** Everything, for a helper that has nothing: which number comes first, and the messages. */
  again(): { first: number; messages: string[] } {
    return {
      first: this.#batches[0]?.number ?? this.#newest + 1,
      messages: this.#batches.map(({ message }) => message),
    };
  }

  /** Lets go of everything; how many calls were not told. */
  drop(done: number): number {
    let calls = 0;
    for (const { number, message } of this.#batches) {
      if (number <= done) continue;
      const rest = message.slice(message.indexOf("\n", message.indexOf("\n") + 1) + 1);
      calls += rowsOf(rest).length;
    }
    this.#batches = [];
    return calls;
  }
}
