/** Removes what is older or more than the retention says, now and then, while nobody asks for it. */
import type { Store } from "../store/store.ts";
import { prunePlan } from "./retention.ts";

/** The first time soon after the start, then every quarter of an hour, in ms. */
const FIRST_MS = 60_000;
const EVERY_MS = 15 * 60_000;

/** Starts it; call the result to end it. */
export function keepTidy(store: Store, debug: (line: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const later = (ms: number) => {
    timer = setTimeout(async () => {
      try {
        const { calls } = store.problem === null ? await prunePlan(store, {}) : { calls: 0 };
        if (calls > 0) debug(`removed ${calls} old calls`);
      } catch (error) {
        debug(`old calls could not be removed: ${error instanceof Error ? error.message : String(error)}`);
      }
      later(EVERY_MS);
    }, ms);
    timer.unref();
  };
  later(FIRST_MS);
  return () => clearTimeout(timer);
}
