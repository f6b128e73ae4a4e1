/** Asks about calls that block their thread, over whatever line there is. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import { runSync, type SyncChannel } from "../core/effects.ts";
import { type EvaluationTools, evaluate } from "../core/repl.ts";
import { DebugProtocolError } from "../errors.ts";
import { stopwatch } from "../time.ts";
import { evaluatedFrame } from "./evaluated.ts";
import type { LiveCall } from "./live-call.ts";
import { askedAgain, type CallFrame, checkedAction } from "./live-frames.ts";
import { type Alarm, NoChannel, type Waiter } from "./port.ts";

/** What questions go over, for a thread that does nothing but wait for the answer. */
export interface Line {
  /** While `work` runs, what comes about that call is kept for it, whoever else waits. */
  waitingFor<T>(seq: number, work: () => T): T;
  /** An `ask` or an `end`. */
  ask(frame: string): void;
  evaluated(frame: string): void;
  /** What is said next about a call. `alarm` rings meanwhile. `late`: nothing came in time; `dead`: nothing ever will. */
  receive(seq: number, timeoutMs: number, alarm: Alarm | null): CallFrame | "dead" | "late";
  /** Nobody waits for that call any more. */
  forget(seq: number): void;
}

export interface BlockingParts {
  tools(): EvaluationTools;
  sync: SyncChannel;
  /** One that works. */
  line(): Line;
  /** This one does not any more; throws when there will be no other. */
  broken(line: Line): void;
}

/** Asks, and asks again when the line dies meanwhile: a question that comes twice is answered the same. */
export function askBlocking(parts: BlockingParts, live: LiveCall, frame: string, waiter: Waiter): LiveAction {
  const waiting: Waiting = { alarm: waiter.stalled(), paused: false };
  for (;;) {
    const line = parts.line();
    const action = line.waitingFor(live.seq, () => {
      line.ask(waiting.paused ? askedAgain(frame) : frame);
      try {
        return wait(parts, line, live, waiter, waiting);
      } catch (error) {
        line.forget(live.seq);
        throw error;
      }
    });
    if (action !== null) return action;
    parts.broken(line);
  }
}

/** What outlives a line that died. */
interface Waiting {
  alarm: Alarm | null;
  paused: boolean;
}

/** The decision; `null` when the line has died. */
function wait(
  parts: BlockingParts,
  line: Line,
  live: LiveCall,
  waiter: Waiter,
  waiting: Waiting,
): LiveAction | null {
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    const said = line.receive(live.seq, deadline - stopwatch(), waiting.alarm);
    if (said === "dead") return null;
    if (said === "late") throw waiter.gone();
    switch (said.t) {
      case "decision":
        return checkedAction(said.action);
      case "paused":
        if (!waiting.paused) waiting.alarm = waiter.paused();
        waiting.paused = true;
        break;
      case "evaluate": {
        const talk = evaluate(parts.tools(), live.beside(), said.expr, said.session_id);
        line.evaluated(evaluatedFrame(said, runSync(talk, parts.sync)));
        break;
      }
      case "lost":
        deadline = stopwatch() + waiter.graceMs(waiting.paused);
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
