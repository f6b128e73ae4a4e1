/**
 * Is the debuggee behind a pause still there? The contract has no goodbye, so it is read from what is seen: polls
 * that are held, connections that broke, and the process itself where it is one of this machine.
 */
import type { Pause } from "./pauses.ts";

/**
 * Seconds without a sign of life, per kind of evidence. A hidden browser tab may ask only once a minute; a process
 * that lives on without asking has given this call up, or is stopped and will come back.
 */
const SILENT_S = 75;
const AFTER_DISCONNECT_S = 3;
const AFTER_DEATH_S = 1;

/**
 * Whether nobody will ask for this pause again. `isAlive` asks the operating system about a pid; a debuggee that is
 * evaluating is silent for as long as that takes.
 */
export function isGone(
  pause: Pause,
  now: number,
  isAlive: (pid: number) => boolean,
  isEvaluating: boolean,
): boolean {
  if (pause.heldPolls > 0) return false;
  const silence = now - pause.lastContact;
  if (pause.pidWasAlive && !isAlive(pause.call.process.pid)) return silence >= AFTER_DEATH_S;
  if (isEvaluating) return false;
  // A client of the live channel connects again at once when it lives.
  const isTold = !pause.pidWasAlive || pause.call.client !== undefined;
  return silence >= (pause.disconnected && isTold ? AFTER_DISCONNECT_S : SILENT_S);
}
