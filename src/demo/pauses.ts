/** The server's API as the demo uses it: set breakpoints, see what is paused. */

/** Sets breakpoints by name. */
export async function setBreakpoints(
  url: string,
  names: readonly string[],
  behavior: "stop" | "go",
): Promise<void> {
  for (const function_name of names) {
    const response = await fetch(`${url}/api/breakpoints`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ function_name, behavior }),
    });
    if (!response.ok) throw new Error(`No breakpoint on ${function_name}: ${await response.text()}`);
  }
}

export interface PausedCall {
  id: string;
  call_data: { method_name: string; pretty_args: unknown[] };
}

const LOOK_EVERY_MS = 200;

/** Tells of every call that pauses, until `signal`. */
export async function watchPauses(
  url: string,
  tell: (pause: PausedCall) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    try {
      const response = await fetch(`${url}/api/paused`, { signal });
      const { paused } = (await response.json()) as { paused: PausedCall[] };
      for (const pause of paused) {
        if (told.has(pause.id)) continue;
        told.add(pause.id);
        tell(pause);
      }
    } catch {
      // The server is going, and the demo with it.
    }
    await Bun.sleep(LOOK_EVERY_MS);
  }
}
