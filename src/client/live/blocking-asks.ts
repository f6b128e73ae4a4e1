/** Asks about calls that block their thread: through the helper thread, whose answers come by shared memory. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import { runSync, type SyncChannel } from "../core/effects.ts";
import { type EvaluationTools, evaluate } from "../core/repl.ts";
import { DebugProtocolError } from "../errors.ts";
import type { HelperThread } from "../transports/helper-thread.ts";
import { evaluatedFrame } from "./evaluated.ts";
import type { LiveCall } from "./live-call.ts";
import { checkedAction, readCallFrame } from "./live-frames.ts";
import { type Alarm, NoChannel, type Waiter } from "./port.ts";

export interface BlockingParts {
  tools(): EvaluationTools;
  sync: SyncChannel;
  helper: HelperThread;
  /** The helper stopped working. */
  failed(failure: "dead" | "late"): Error;
}

export function askBlocking(parts: BlockingParts, live: LiveCall, frame: string, waiter: Waiter): LiveAction {
  const key = `S${live.seq}`;
  return parts.helper.waitingFor(key, () => {
    parts.helper.post(`Q${frame}`);
    try {
      return wait(parts, key, live, waiter);
    } catch (error) {
      parts.helper.post(`X${live.seq}`);
      throw error;
    }
  });
}

function wait(parts: BlockingParts, key: string, live: LiveCall, waiter: Waiter): LiveAction {
  let alarm: Alarm | null = waiter.stalled();
  let paused = false;
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    const left = deadline - performance.now();
    const received = parts.helper.receive(key, left, alarm);
    if ("failed" in received) {
      throw received.failed === "late" ? waiter.gone() : parts.failed(received.failed);
    }
    const said = readCallFrame(received.text);
    switch (said.t) {
      case "decision":
        return checkedAction(said.action);
      case "paused":
        if (!paused) alarm = waiter.paused();
        paused = true;
        break;
      case "evaluate": {
        const talk = evaluate(parts.tools(), live.beside(), said.expr, said.session_id);
        const answer = runSync(talk, parts.sync);
        parts.helper.post(`V${evaluatedFrame(said, answer)}`);
        break;
      }
      case "lost":
        deadline = performance.now() + waiter.graceMs(paused);
        break;
      case "back":
        deadline = Number.POSITIVE_INFINITY;
        if (paused) waiter.lost();
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
