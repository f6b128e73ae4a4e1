/** Stops code that does not end, where the engine can: Bun and Node interrupt a script that takes too long. */
import { runInThisContext } from "node:vm";

/** Where the script finds its work: it is text and shares nothing with this module. */
const WORK = Symbol.for("cideldill.cut-off");

/** Runs work, and throws when it has not returned in time. Whatever it did until then is done. */
export function cutOff<T>(work: () => T, timeoutMs: number): T {
  const global = globalThis as { [WORK]?: () => T };
  const outer = global[WORK];
  global[WORK] = work;
  try {
    return runInThisContext('globalThis[Symbol.for("cideldill.cut-off")]()', { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Error(`did not end within ${timeoutMs / 1_000} s and was stopped; the call is still paused`);
  } finally {
    if (outer) global[WORK] = outer;
    else delete global[WORK];
  }
}
