/** The signals that ask a process to end. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type StopSignal = (typeof SIGNALS)[number];

/**
 * Whether this process was started by `nohup`, which asks it to outlive its terminal. Must be asked before a handler is
 * set. Only Linux tells.
 */
function ignoresHangup(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
    return (BigInt(`0x${mask ?? "0"}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

/**
 * From now on the first signal resolves `first`, for an orderly end; a second one ends the process at once.
 *
 * @example
 * const { first } = catchStopSignals();
 * await first;
 */
export function catchStopSignals(): { first: Promise<StopSignal> } {
  const keepsOn = ignoresHangup();
  let caught = false;
  const first = new Promise<StopSignal>((resolve) => {
    for (const signal of SIGNALS) {
      if (signal === "SIGHUP" && keepsOn) continue;
      process.on(signal, () => {
        if (caught) process.exit(exitCodeOf(signal));
        caught = true;
        resolve(signal);
      });
    }
  });
  return { first };
}

/** What a shell says of a program that a signal ended. */
export const exitCodeOf = (signal: StopSignal): number => 128 + constants.signals[signal];
