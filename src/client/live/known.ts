/** What is known of a function by its name: kept at hand, for every call asks. */

import { signatureOf } from "../core/signature.ts";
import type { AnyFunction } from "../types.ts";

/** A program that makes up names must not grow for ever. */
const MOST_NAMES = 10_000;

export class Known {
  readonly name: string;
  /** The name as JSON. */
  readonly json: string;
  /** Calls so far. */
  calls = 0;
  /** Bits of `WATCH`, as of `turn`. */
  watch = 0;
  turn = -1;
  /** Its number in the table of names, of the table `table`. */
  ref = 0;
  table = -1;
  /** The stack it was last called with, and the number of that. */
  stack = "";
  stackRef: number | null = null;
  stackTable = -1;
  #signature: { of: AnyFunction; json: string } | null = null;

  constructor(name: string) {
    this.name = name;
    this.json = JSON.stringify(name);
  }

  /** The parameters of the function, as JSON. */
  signature(fn: AnyFunction): string {
    if (this.#signature?.of !== fn) this.#signature = { of: fn, json: JSON.stringify(signatureOf(fn)) };
    return this.#signature.json;
  }
}

export class KnownNames {
  readonly #names = new Map<string, Known>();

  get(name: string): Known {
    const found = this.#names.get(name);
    if (found) return found;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    const made = new Known(name);
    this.#names.set(name, made);
    return made;
  }
}
