/**
 * Ends a server's process, after making sure that the process is that server: a pid in a file may belong to anybody by
 * now, and in another container it means another process.
 */
import {
  getProcessStartTicks,
  type InstanceRecord,
  isProcessAlive,
  probeServer,
  recordLiveness,
  unpublish,
} from "../discovery/index.ts";

/** A server stops within 2 s; past this it hangs, in ms. */
const PATIENCE_MS = 3_000;
/** For the system to take a killed process away, in ms. */
const KILL_PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 15;

export interface StopOptions {
  /** How long it may take before it is killed, in ms. Default: 3000. */
  patienceMs?: number;
}

/**
 * Asks a server to stop, kills it when it does not, and sees to its files.
 *
 * @returns Why it still runs, or nothing.
 * @example
 * const { problem } = await stopServer(record);
 */
export async function stopServer(
  record: InstanceRecord,
  options: StopOptions = {},
): Promise<{ problem?: string }> {
  const refusal = await refuse(record);
  if (refusal !== undefined) return { problem: refusal };
  const isGone = watch(record);
  for (const [signal, patience] of [
    ["SIGTERM", options.patienceMs ?? PATIENCE_MS],
    ["SIGKILL", KILL_PATIENCE_MS],
  ] as const) {
    try {
      if (!isGone()) process.kill(record.pid, signal);
    } catch (error) {
      if (!isGone()) return { problem: error instanceof Error ? error.message : String(error) };
    }
    if (await waitFor(isGone, patience)) {
      // It did so itself, unless it was killed.
      await unpublish(record);
      return {};
    }
  }
  return { problem: "it does not end" };
}

/** Why a record's process must be left alone. */
async function refuse(record: InstanceRecord): Promise<string | undefined> {
  const liveness = recordLiveness(record);
  if (liveness === "dead") return undefined;
  if (liveness === "unknown") return "it runs in another container or machine; stop it there";
  if (record.pid === process.pid) return "it is this very process";
  const result = await probeServer(record.url, { expectInstance: record.instance_id });
  if (result.outcome === "ok" && result.health.pid === record.pid) return undefined;
  // Too busy to answer, or stopping already: its start time alone then proves who it is.
  if (result.outcome !== "ok" && getProcessStartTicks(record.pid) !== undefined) return undefined;
  return `process ${record.pid} does not answer as that server (${result.detail})`;
}

/** Whether the process is gone; one that has its pid now is another. */
function watch(record: InstanceRecord): () => boolean {
  const ticks = record.process_start_ticks;
  return () => {
    if (!isProcessAlive(record.pid)) return true;
    const now = getProcessStartTicks(record.pid);
    return ticks !== undefined && now !== undefined && now !== ticks;
  };
}

async function waitFor(isDone: () => boolean, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!isDone()) {
    if (Date.now() > deadline) return false;
    await Bun.sleep(LOOK_EVERY_MS);
  }
  return true;
}
