/** Releases a paused call as a request asks for it. */
import type { ContinueRequest, DecidedBy } from "../protocol/actions.ts";
import type { ServerContext } from "./context.ts";
import { decide } from "./decision.ts";
import { processKey } from "./engine/calls.ts";

/** Refuses what the call cannot take; then it stays paused, and nothing has changed. */
export async function releasePause(
  context: Pick<ServerContext, "manager" | "store" | "debuggees">,
  pauseId: string,
  request: ContinueRequest,
  by: DecidedBy,
): Promise<void> {
  const { manager, debuggees } = context;
  const pause = manager.requireWaiting(pauseId);
  const action = decide(context, pause, request);
  const options = { by, pauseAfter: request.pause_after ?? false };
  if (request.step) {
    manager.checkRelease(pauseId, action, options);
    manager.changeFlow({ pauseNext: processKey(pause.call.process) });
    // The program knows that its next call is asked about before this one goes on.
    await debuggees.settled();
  }
  manager.release(pauseId, action, options);
}
