/** What was evaluated beside one paused call, here or by others, in the order in which it began. */
import type { DecidedBy } from "../../../src/protocol/actions.ts";
import type { ReplEntry, ReplEvalResponse } from "../../../src/protocol/pauses.ts";

export interface Evaluation {
  /** Stays, whatever becomes known. */
  readonly id: string;
  /** The server's name for it; null until the server has told of it. */
  readonly evalId: string | null;
  readonly expr: string;
  /** Null while it runs. */
  readonly answer: ReplEvalResponse | null;
  /** The server did not take it: it tells nothing of it. */
  readonly isRefused?: boolean;
  /** Who did it, when it was not done here. */
  readonly by: DecidedBy | null;
  /** Unix seconds. */
  readonly startedAt: number;
}

/** As many as the server keeps. */
const MOST = 1_000;

/**
 * Takes in what the server tells of an evaluation, once: what it tells of one that was begun here comes before its answer
 * or after it, and is that one.
 */
export function withEntry(evaluations: readonly Evaluation[], entry: ReplEntry): readonly Evaluation[] {
  const {
    eval_id: evalId,
    expr,
    evaluated_by: by,
    started_at: startedAt,
    completed_at: _,
    ...answer
  } = entry;
  if (evaluations.some((each) => each.evalId === evalId)) return evaluations;
  const own = evaluations.find((each) => each.evalId === null && !each.isRefused && each.expr === expr);
  if (own) return evaluations.map((each) => (each === own ? { ...own, evalId, answer } : each));
  const all = [...evaluations, { id: evalId, evalId, expr, answer, by, startedAt }];
  return all.sort((a, b) => a.startedAt - b.startedAt).slice(-MOST);
}
