/** Calls within calls where the platform does not follow `await`: true while a call runs without a break. */
import type { CallScope } from "./effects.ts";

export function stackScope(): CallScope {
  let current: string | null = null;
  return {
    current: () => current,
    swap(callId) {
      const before = current;
      current = callId;
      return before;
    },
  };
}
