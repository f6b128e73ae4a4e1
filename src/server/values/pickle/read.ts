/**
 * Reads Python pickles, protocols 0 to 5, as data.
 *
 * Our own reader, and not npm's `pickleparser` 0.2.1: that one makes a constructor for every global and calls it
 * (`Reflect.construct`, `func(...args)`), so `os.system` becomes an ordinary object and what the pickle meant is lost;
 * it has no limits (a declared length is trusted, a memo bomb is a tree to whoever walks it), loses ints past 64
 * bits and lone surrogates, turns a dict's keys into object keys (`__proto__` among them), skips EXT and persistent
 * ids, and reports no offset. Values are what this project is about: they must be shown as what they are.
 *
 * The reader is a loop over opcodes with no recursion, so nesting costs it nothing.
 */
import { PickleError } from "../errors.ts";
import { type PickleLimits, PickleMachine } from "./machine.ts";
import type { PickleNode } from "./nodes.ts";
import { STRUCTURE_OPS } from "./ops-structure.ts";
import { type Op, VALUE_OPS } from "./ops-values.ts";

export type { PickleLimits } from "./machine.ts";

/** What a pickle holds. */
export interface PickleDocument {
  readonly value: PickleNode;
  /** As the pickle says; 0 when it says nothing. */
  readonly protocol: number;
  /** Bytes up to and with STOP. Python ignores what follows, and so do we. */
  readonly length: number;
  /** Whether a limit left something out. */
  readonly truncated: boolean;
}

/** Room for any value that a person or a test reads whole. */
export const DEFAULT_PICKLE_LIMITS: PickleLimits = {
  maxValues: 2_000_000,
  maxItems: Number.POSITIVE_INFINITY,
  maxTextBytes: 64 * 1024 * 1024,
};

/** Enough to check a pickle's structure, and next to no memory. */
const CHECK_LIMITS: PickleLimits = { maxValues: 100_000, maxItems: 0, maxTextBytes: 4_096 };

const STOP = 0x2e;

/** By opcode: an array, for this is the loop that a 50 MB payload goes through. */
const OPS: readonly (Op | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const key = String.fromCharCode(code);
  return STRUCTURE_OPS[key] ?? VALUE_OPS[key];
});

/**
 * Reads one pickle into nodes. Nothing is imported, called or constructed, whatever the bytes say.
 *
 * @throws PickleError naming the byte offset, for anything Python's own reader would refuse as malformed.
 */
export function readPickle(bytes: Uint8Array, limits: Partial<PickleLimits> = {}): PickleDocument {
  const m = new PickleMachine(bytes, { ...DEFAULT_PICKLE_LIMITS, ...limits });
  for (;;) {
    m.at = m.position;
    const code = bytes[m.position];
    if (code === undefined) throw new PickleError(m.at, "the pickle ends early: there is no STOP");
    m.position += 1;
    if (code === STOP) {
      return { value: m.pop(), protocol: m.protocol, length: m.position, truncated: m.truncated };
    }
    const op = OPS[code];
    if (op === undefined)
      throw new PickleError(m.at, `0x${code.toString(16).padStart(2, "0")} is no pickle opcode`);
    op(m);
  }
}

/** Checks that bytes are a pickle, keeping next to nothing of it. Throws like {@link readPickle}. */
export function checkPickle(bytes: Uint8Array): void {
  readPickle(bytes, CHECK_LIMITS);
}
