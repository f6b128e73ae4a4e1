/** The outcome of an evaluation, as a frame. */
import type { EvaluatedFrame, EvaluateFrame } from "../../protocol/debuggee-frames.ts";
import type { Evaluated } from "../core/repl.ts";

export function evaluatedFrame(asked: EvaluateFrame, answer: Evaluated): string {
  const { eval_id, session_id, pause_id } = asked;
  const { text, ...rest } = answer;
  const frame: EvaluatedFrame = { t: "evaluated", eval_id, session_id, pause_id, ...rest };
  if (text !== undefined) frame.result_text = text;
  return JSON.stringify(frame);
}
