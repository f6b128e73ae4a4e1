/** Has a debuggee evaluate something at a pause, and waits for the answer. */
import type { DecidedBy } from "../protocol/actions.ts";
import type { ReplEvalResponse } from "../protocol/pauses.ts";
import type { ServerContext } from "./context.ts";
import { Refusal } from "./engine/refusal.ts";

/** `isSilent`: it is kept in no transcript, as what a terminal asks to complete a word. */
export function evaluateIn(
  { manager, timing }: Pick<ServerContext, "manager" | "timing">,
  sessionId: string,
  expr: string,
  how: { by: DecidedBy; isSilent?: boolean },
): Promise<ReplEvalResponse> {
  const session = manager.repl.requireActive(sessionId);
  const id = crypto.randomUUID();
  const timer = setTimeout(() => {
    manager.repl.drop(
      id,
      new Refusal(
        "eval_timeout",
        `The debuggee did not answer within ${timing.replTimeoutMs / 1000} s. It may be busy, or its client cannot evaluate; the call is still paused.`,
      ),
    );
  }, timing.replTimeoutMs);
  const result = manager.repl.evaluate(session, { id, expr, now: manager.now(), ...how });
  manager.wake(session.pause_id);
  return result.finally(() => clearTimeout(timer));
}
