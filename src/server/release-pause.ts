/** Releases a paused call as a request asks for it. */
import type { ContinueRequest, DecidedBy } from "../protocol/actions.ts";
import type { ServerContext } from "./context.ts";
import { decide } from "./decision.ts";
import { processKey } from "./engine/calls.ts";

/**
 * Refuses what the call cannot take, or an agent may not decide; then it stays paused, and nothing has changed. `before`
 * runs when nothing can be refused any more.
 */
export async function releasePause(
  context: Pick<ServerContext, "manager" | "store" | "debuggees" | "agents">,
  pauseId: string,
  request: ContinueRequest,
  by: DecidedBy,
  before: () => void = () => {},
): Promise<void> {
  const { manager, debuggees, agents } = context;
  const pause = manager.requireWaiting(pauseId);
  agents.enter(by, pause, "release a call of");
  const action = decide(context, pause, request);
  const options = { by, pauseAfter: request.pause_after ?? false };
  manager.checkRelease(pauseId, action, options);
  before();
  if (request.step) {
    manager.changeFlow({ pauseNext: processKey(pause.call.process) });
    // The program knows that its next call is asked about before this one goes on.
    await debuggees.settled();
  }
  manager.release(pauseId, action, options);
}
