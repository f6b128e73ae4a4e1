/** Kept values as text: one line each. */
import { Cache } from "../store/cache.ts";
import type { ReadStore } from "../store/store.ts";
import { reprOf } from "../values/index.ts";

/** Characters of a text in a row. */
export const TEXT = 200;

/** Values whose text is held: many rows show the same. */
const HELD = 5_000;

const held = new WeakMap<ReadStore, Cache<number, string>>();

/** A value in one line of at most 200 characters; `<gone>` when it is no longer kept. */
export function textOf(store: ReadStore, id: number): string {
  const cache = held.get(store) ?? new Cache<number, string>(HELD);
  held.set(store, cache);
  const before = cache.get(id);
  if (before !== undefined) return before;
  const payload = store.payload(id);
  if (!payload || payload.format === "error") return "<gone>";
  const text = reprOf(payload.format, payload.bytes, TEXT);
  cache.set(id, text);
  return text;
}
