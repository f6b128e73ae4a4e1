/** Asks about calls that block their thread: through the helper thread, whose answers come by shared memory. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import { runSync, type SyncChannel } from "../core/effects.ts";
import { type EvaluationTools, evaluate } from "../core/repl.ts";
import { DebugProtocolError } from "../errors.ts";
import type { HelperThread } from "../transports/helper-thread.ts";
import { evaluatedFrame } from "./evaluated.ts";
import type { LiveCall } from "./live-call.ts";
import { askedAgain, checkedAction, readCallFrame } from "./live-frames.ts";
import { type Alarm, NoChannel, type Waiter } from "./port.ts";

export interface BlockingParts {
  tools(): EvaluationTools;
  sync: SyncChannel;
  /** The one that works. */
  helper(): HelperThread;
  /** This one does not any more; throws when there will be no other. */
  stopped(helper: HelperThread): void;
}

/** Asks, and asks again when the helper dies meanwhile: a question that comes twice is answered the same. */
export function askBlocking(parts: BlockingParts, live: LiveCall, frame: string, waiter: Waiter): LiveAction {
  const key = `S${live.seq}`;
  const waiting: Waiting = { alarm: waiter.stalled(), paused: false };
  for (;;) {
    const helper = parts.helper();
    const action = helper.waitingFor(key, () => {
      helper.post(`Q${waiting.paused ? askedAgain(frame) : frame}`);
      try {
        return wait({ ...parts, helper }, key, live, waiter, waiting);
      } catch (error) {
        helper.post(`X${live.seq}`);
        throw error;
      }
    });
    if (action !== null) return action;
    parts.stopped(helper);
  }
}

/** What outlives a helper that died. */
interface Waiting {
  alarm: Alarm | null;
  paused: boolean;
}

/** The decision; `null` when the helper has died. */
function wait(
  parts: Pick<BlockingParts, "tools" | "sync"> & { helper: HelperThread },
  key: string,
  live: LiveCall,
  waiter: Waiter,
  waiting: Waiting,
): LiveAction | null {
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    const left = deadline - performance.now();
    const received = parts.helper.receive(key, left, waiting.alarm);
    if ("failed" in received) {
      if (received.failed === "dead") return null;
      throw waiter.gone();
    }
    const said = readCallFrame(received.text);
    switch (said.t) {
      case "decision":
        return checkedAction(said.action);
      case "paused":
        if (!waiting.paused) waiting.alarm = waiter.paused();
        waiting.paused = true;
        break;
      case "evaluate": {
        const talk = evaluate(parts.tools(), live.beside(), said.expr, said.session_id);
        const answer = runSync(talk, parts.sync);
        parts.helper.post(`V${evaluatedFrame(said, answer)}`);
        break;
      }
      case "lost":
        deadline = performance.now() + waiter.graceMs(waiting.paused);
        break;
      case "back":
        deadline = Number.POSITIVE_INFINITY;
        if (waiting.paused) waiter.lost();
        break;
      case "none":
        throw new NoChannel();
      case "refused":
        if (said.error === "unknown_call") return { action: "continue" };
        throw new DebugProtocolError(`The server refused the call of ${live.known.name}: ${said.message}`, {
          code: said.error,
        });
    }
  }
}
