/** REPL sessions at a pause: the server relays, the debuggee evaluates. */
import type { DecidedBy } from "../../protocol/actions.ts";
import type { ReplEntry, ReplEvalResponse, ReplSession } from "../../protocol/pauses.ts";
import { BoundedMap } from "./bounded.ts";
import { type Call, type Item, processKey } from "./calls.ts";
import { Refusal } from "./refusal.ts";

interface Evaluation {
  id: string;
  session: ReplSession;
  expr: string;
  by: DecidedBy;
  isSilent: boolean;
  startedAt: number;
  /** Handed to the debuggee: it will not be handed out again. */
  taken: boolean;
  settle(response: ReplEvalResponse): void;
  fail(refusal: Refusal): void;
}

export interface ReplResult {
  output: string;
  stdout: string;
  isError: boolean;
  resultCid: string | null;
  /** Arguments that the call will run with now. */
  changedArgs?: readonly { index: number; item: Item }[];
}

/** Something to evaluate, and who wants to know. */
export interface ReplQuestion {
  id: string;
  expr: string;
  now: number;
  by: DecidedBy;
  /** Kept in no transcript. */
  isSilent?: boolean;
}

/** How many sessions are remembered, and how many evaluations of each. */
const SESSION_LIMIT = 1_000;
const TRANSCRIPT_LIMIT = 1_000;

export class Repl {
  /** Called when an evaluation changed arguments of the call at a pause. */
  onChanged: ((pauseId: string) => void) | undefined;
  /** Called when an evaluation was kept in its session's transcript. */
  onEvaluated: ((session: ReplSession, entry: ReplEntry) => void) | undefined;
  readonly #sessions = new BoundedMap<string, ReplSession>(SESSION_LIMIT);
  readonly #evaluations = new Map<string, Evaluation>();
  readonly #changed = new BoundedMap<string, ReadonlyMap<number, Item>>(SESSION_LIMIT);
  #last = 0;

  /** Session ids read `"<pid>-<start>"`, made unique by never repeating an instant. */
  start(pauseId: string, call: Call, now: number): ReplSession {
    this.#last = Math.max(now, this.#last + 1e-6);
    const session: ReplSession = {
      session_id: `${call.process.pid}-${this.#last.toFixed(6)}`,
      pause_id: pauseId,
      call_id: call.id,
      function_name: call.methodName,
      process_key: processKey(call.process),
      status: "active",
      started_at: now,
      closed_at: null,
      transcript: [],
    };
    this.#sessions.set(session.session_id, session);
    return session;
  }

  require(sessionId: string): ReplSession {
    const session = this.#sessions.get(sessionId);
    if (session) return session;
    throw new Refusal(
      "session_not_found",
      `There is no REPL session ${JSON.stringify(sessionId)}. Start one with POST /api/repl/start.`,
    );
  }

  requireActive(sessionId: string): ReplSession {
    const session = this.require(sessionId);
    if (session.status === "active") return session;
    throw new Refusal(
      "session_closed",
      `The REPL session ${JSON.stringify(sessionId)} is closed. Start another with POST /api/repl/start.`,
    );
  }

  list(): ReplSession[] {
    return [...this.#sessions.values()];
  }

  activeIds(pauseId: string): string[] {
    return this.list()
      .filter((session) => session.pause_id === pauseId && session.status === "active")
      .map((session) => session.session_id);
  }

  /** Queues an expression; the promise settles with the debuggee's answer, or rejects when the session closes. */
  evaluate(
    session: ReplSession,
    { id, expr, now, by, isSilent = false }: ReplQuestion,
  ): Promise<ReplEvalResponse> {
    return new Promise((settle, fail) => {
      const waiting = { startedAt: now, taken: false, settle, fail };
      this.#evaluations.set(id, { id, session, expr, by, isSilent, ...waiting });
    });
  }

  /** Gives up on an evaluation: nobody waits for it any more. */
  drop(id: string, refusal: Refusal): void {
    const evaluation = this.#evaluations.get(id);
    this.#evaluations.delete(id);
    evaluation?.fail(refusal);
  }

  failAll(refusal: Refusal): void {
    for (const id of [...this.#evaluations.keys()]) this.drop(id, refusal);
  }

  hasQueued(pauseId: string): boolean {
    return this.#of(pauseId).some((evaluation) => !evaluation.taken);
  }

  /** The debuggee is busy evaluating: its silence is no sign of death. */
  isEvaluating(pauseId: string): boolean {
    return this.#of(pauseId).some((evaluation) => evaluation.taken);
  }

  /** Hands the oldest queued evaluation of a pause out, once. */
  take(pauseId: string): { evalId: string; sessionId: string; expr: string } | null {
    const evaluation = this.#of(pauseId).find((candidate) => !candidate.taken);
    if (!evaluation) return null;
    evaluation.taken = true;
    return { evalId: evaluation.id, sessionId: evaluation.session.session_id, expr: evaluation.expr };
  }

  complete(sessionId: string, evalId: string, result: ReplResult, now: number): void {
    const session = this.requireActive(sessionId);
    const evaluation = this.#evaluations.get(evalId);
    if (!evaluation || evaluation.session !== session) {
      throw new Refusal(
        "eval_not_found",
        `No evaluation ${JSON.stringify(evalId)} is waiting for a result in session ${JSON.stringify(sessionId)}: it was answered, or gave up after 30 s.`,
      );
    }
    this.#evaluations.delete(evalId);
    const response: ReplEvalResponse = {
      output: result.output,
      stdout: result.stdout,
      is_error: result.isError,
      result_cid: result.resultCid,
    };
    const changed = result.changedArgs ?? [];
    for (const { index, item } of changed) this.#change(session.pause_id, index, item);
    evaluation.settle(response);
    if (changed.length > 0) this.onChanged?.(session.pause_id);
    if (evaluation.isSilent) return;
    const entry: ReplEntry = {
      eval_id: evalId,
      expr: evaluation.expr,
      ...response,
      evaluated_by: evaluation.by,
      started_at: evaluation.startedAt,
      completed_at: now,
    };
    session.transcript.push(entry);
    if (session.transcript.length > TRANSCRIPT_LIMIT) session.transcript.shift();
    this.onEvaluated?.(session, entry);
  }

  /** Closes a session; what it still waited for ends as `session_closed`. */
  close(session: ReplSession, now: number): void {
    if (session.status === "closed") return;
    session.status = "closed";
    session.closed_at = now;
    for (const evaluation of [...this.#evaluations.values()]) {
      if (evaluation.session !== session) continue;
      this.drop(
        evaluation.id,
        new Refusal(
          "session_closed",
          `The REPL session ${JSON.stringify(session.session_id)} was closed before this evaluation ended.`,
        ),
      );
    }
  }

  /** Arguments that evaluations at a pause changed, by place: what the call will run with if it just continues. */
  changedArgs(pauseId: string): ReadonlyMap<number, Item> {
    return this.#changed.get(pauseId) ?? new Map();
  }

  #change(pauseId: string, index: number, item: Item): void {
    this.#changed.set(pauseId, new Map([...this.changedArgs(pauseId), [index, item]]));
  }

  closePause(pauseId: string, now: number): void {
    for (const session of this.list()) if (session.pause_id === pauseId) this.close(session, now);
  }

  #of(pauseId: string): Evaluation[] {
    return [...this.#evaluations.values()].filter((evaluation) => evaluation.session.pause_id === pauseId);
  }
}
