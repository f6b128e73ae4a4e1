/** Waiting for something to happen, for as long as an agent's host is patient, with a word now and then. */
import type { LiveEvent } from "../../protocol/live.ts";
import type { PausedCall } from "../../protocol/pauses.ts";
import type { ToolContext } from "./tool.ts";

/** How often whoever waits hears that it goes on. */
const PROGRESS_MS = 5_000;

/** How often it is looked again though nothing was told: an event can be lost with its connection. */
const LOOK_MS = 5_000;

/**
 * Looks until something is found, at once and whenever an event may mean it; null when time is up or nobody waits any
 * more.
 */
export async function until<T>(
  { api, signal, progress }: ToolContext,
  look: () => Promise<T | null>,
  mayMatter: (event: LiveEvent) => boolean,
  timeoutS: number,
): Promise<T | null> {
  const deadline = Date.now() + timeoutS * 1_000;
  let wake = () => {};
  // Listens before the first look, so that nothing happens unseen between the two.
  const unlisten = api.backend.listen((event) => {
    if (mayMatter(event)) wake();
  });
  const began = Date.now();
  let told = began;
  try {
    for (;;) {
      const woken = new Promise<void>((done) => {
        wake = done;
      });
      const found = await look();
      const left = deadline - Date.now();
      if (found !== null || left <= 0 || signal.aborted) return found;
      await elapsed(Math.min(left, LOOK_MS), woken, signal);
      if (Date.now() - told < PROGRESS_MS) continue;
      told = Date.now();
      const waited = Math.round((told - began) / 1_000);
      await progress(waited, timeoutS, `none yet, after ${waited} s`);
    }
  } finally {
    unlisten();
  }
}

/** The oldest pause that fits, now or when one comes. */
export function firstPause(
  context: ToolContext,
  fits: (pause: PausedCall) => boolean,
  timeoutS: number,
): Promise<PausedCall | null> {
  const look = async () => {
    const { paused } = await context.api.get<{ paused: PausedCall[] }>(
      "/api/paused?data_limit=0",
      context.signal,
    );
    return paused.find(fits) ?? null;
  };
  return until(context, look, (event) => event.type === "pause_added", timeoutS);
}

async function elapsed(ms: number, woken: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  const over = new Promise<void>((done) => {
    stop = done;
    timer = setTimeout(done, ms);
    signal.addEventListener("abort", stop);
  });
  await Promise.race([woken, over]);
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
