/** Ends delays when they are over, and tells watchers how many there are: the engine has no timers. */
import type { BreakpointManager } from "./engine/manager.ts";
import type { LiveHub } from "./live.ts";

/** Many delays that begin and end are told this often, in ms. */
const TELL_MS = 250;

/** Timers take no more than this, in ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** Drives the delays of an engine. Returns how to stop. */
export function driveDelays(manager: BreakpointManager, live: LiveHub): () => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let telling: ReturnType<typeof setTimeout> | null = null;
  const tell = () => {
    telling ??= setTimeout(() => {
      telling = null;
      live.emit({ type: "flow", flow: manager.flow() });
    }, TELL_MS);
  };
  const wait = (id: string, until: number): void => {
    const ms = Math.min(Math.max(0, (until - manager.now()) * 1000), LONGEST_MS);
    timers.set(
      id,
      setTimeout(() => {
        // A timer may come a moment early.
        if (manager.now() < until) wait(id, until);
        else manager.tick();
      }, Math.ceil(ms)),
    );
  };
  const unlisten = manager.listen({
    delayAdded: (pause) => {
      wait(pause.id, pause.until ?? 0);
      tell();
    },
    delayRemoved: ({ id }) => {
      clearTimeout(timers.get(id));
      timers.delete(id);
      tell();
    },
  });
  return () => {
    unlisten();
    for (const timer of timers.values()) clearTimeout(timer);
    if (telling) clearTimeout(telling);
  };
}
