/** Calls that were marked to do something with several of them. Kept while the page is open. */
import { useSyncExternalStore } from "preact/compat";
import type { CallSummary } from "../../../src/protocol/records.ts";

export interface Marks {
  readonly calls: ReadonlyMap<number, CallSummary>;
  readonly numbers: ReadonlySet<number>;
  readonly toggle: (call: CallSummary) => void;
  /** From the last one that was picked to this one, as far as they are held. */
  readonly extend: (call: CallSummary, rows: readonly CallSummary[]) => void;
  /** Nothing is marked; the next range begins at `anchor`. */
  readonly clear: (anchor?: CallSummary) => void;
  readonly restore: (calls: readonly CallSummary[]) => void;
}

const listeners = new Set<() => void>();
let anchor: CallSummary | null = null;
let calls: ReadonlyMap<number, CallSummary> = new Map();

function set(next: ReadonlyMap<number, CallSummary>): void {
  if (next.size === 0 && calls.size === 0) return;
  calls = next;
  marks = { ...marks, calls, numbers: new Set(calls.keys()) };
  for (const listener of listeners) listener();
}

let marks: Marks = {
  calls,
  numbers: new Set(),
  toggle(call) {
    const next = new Map(calls);
    if (!next.delete(call.number)) next.set(call.number, call);
    // The one that was picked before is meant too.
    if (calls.size === 0 && anchor && anchor.number !== call.number) next.set(anchor.number, anchor);
    anchor = call;
    set(next);
  },
  extend(call, rows) {
    const from = rows.findIndex(({ number }) => number === (anchor ?? call).number);
    const to = rows.findIndex(({ number }) => number === call.number);
    const range = rows.slice(Math.min(from === -1 ? to : from, to), Math.max(from, to) + 1);
    set(new Map([...calls, ...range.map((each) => [each.number, each] as const)]));
  },
  clear(next) {
    anchor = next ?? null;
    set(new Map());
  },
  restore: (all) => set(new Map(all.map((call) => [call.number, call]))),
};

export const useMarks = (): Marks =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => marks,
  );
