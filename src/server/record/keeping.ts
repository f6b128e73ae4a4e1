/** Removes what is older or more than the retention says, now and then, while nobody asks for it. */
import type { Pruned, Store } from "../store/store.ts";
import { prunePlan } from "./retention.ts";

/** The first time soon after the start, then every quarter of an hour, in ms; what is in memory is looked at more often. */
const FIRST_MS = 60_000;
const EVERY_MS = 15 * 60_000;
const MEMORY_MS = 20_000;

/** What may be kept in memory, in bytes, and what is left when it was more. */
const MOST_IN_MEMORY = 512 * 1024 * 1024;
const LEFT_IN_MEMORY = 384 * 1024 * 1024;

const isInMemory = ({ location, problem }: Store): boolean => problem !== null || location === ":memory:";

/** Starts it; call the result to end it. */
export function keepTidy(store: Store, debug: (line: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const later = (ms: number) => {
    timer = setTimeout(async () => {
      try {
        const removed = await (isInMemory(store) ? boundMemory(store) : prunePlan(store, {}));
        if (removed && removed.calls > 0) debug(`removed ${removed.calls} old calls`);
      } catch (error) {
        debug(`old calls could not be removed: ${error instanceof Error ? error.message : String(error)}`);
      }
      later(isInMemory(store) ? MEMORY_MS : EVERY_MS);
    }, ms);
    timer.unref();
  };
  later(isInMemory(store) ? MEMORY_MS : FIRST_MS);
  return () => clearTimeout(timer);
}

/** The oldest calls go when memory holds too much; how many is told as `dropped`. */
async function boundMemory(store: Store): Promise<Pruned | null> {
  if (store.figures().sizeBytes <= MOST_IN_MEMORY) return null;
  return await store.prune({ maxBytes: LEFT_IN_MEMORY });
}
