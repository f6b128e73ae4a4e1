/**
 * The calls one client asks about: straight into the engine, and the answer straight back. What was answered is kept
 * until the call ends, so that a question that comes again over a new connection is answered the same.
 */

import type { EngineAction } from "../../protocol/actions.ts";
import type { AskFrame, EndFrame, EvaluatedFrame, TextRef } from "../../protocol/debuggee-frames.ts";
import type { ServerContext } from "../context.ts";
import { BoundedMap } from "../engine/bounded.ts";
import type { Call, CallOutcome, Item } from "../engine/calls.ts";
import type { Pause } from "../engine/pauses.ts";
import { Refusal } from "../engine/refusal.ts";
import type { Moment } from "../engine/rules/facts.ts";
import type { Connection } from "./connection.ts";
import { liveAction } from "./live-action.ts";
import type { LiveClient } from "./live-client.ts";
import { endOf } from "./recording.ts";
import { checkedSite, itemOf, type Tables, type Text } from "./tables.ts";
import { Violation } from "./violation.ts";

interface AskedCall {
  readonly seq: number;
  readonly call: Call;
  /** What was decided, as it was sent; null while the program waits for it. */
  answer: string | null;
  /** The pause it waits at, or waited at last. */
  pause: Pause | null;
  /** Tells the engine that nobody waits here any more. */
  letGo: ((broken: boolean) => void) | null;
  /** Where the answer goes; null while there is no connection. */
  connection: Connection | null;
  /** It has run. */
  ended: boolean;
}

type Context = Pick<ServerContext, "manager" | "store">;

export class AskedCalls {
  readonly #context: Context;
  readonly #client: LiveClient;
  readonly #open = new Map<number, AskedCall>();
  /** Calls that are over, with the last answer, for an `end` that comes again. */
  readonly #over = new BoundedMap<number, string | null>(10_000);

  constructor(context: Context, client: LiveClient) {
    this.#context = context;
    this.#client = client;
  }

  /** Whether a row could be about a call of these. */
  get hasAny(): boolean {
    return this.#open.size > 0 || this.#over.size > 0;
  }

  /** Code of somebody's runs in the program, at a pause of these. */
  get isEvaluating(): boolean {
    const { repl } = this.#context.manager;
    return [...this.#open.values()].some(({ pause }) => pause !== null && repl.isEvaluating(pause.id));
  }

  ask(connection: Connection, frame: AskFrame): void {
    const known = this.#open.get(frame.seq);
    if (known) {
      // What it spells out may be named by number from now on.
      connection.tables.learn(frame.args);
      if (frame.target !== undefined) connection.tables.text(frame.target);
      this.#again(known, connection);
      return;
    }
    const call = this.#begin(connection.tables, frame);
    if (call.pause) {
      this.#wait(call, call.pause, connection);
    } else connection.send(call.answer ?? "");
  }

  end(connection: Connection, frame: EndFrame): void {
    const asked = this.#open.get(frame.seq);
    if (!asked || asked.ended || (frame.run ?? 0) < (asked.call.reruns ?? 0)) {
      connection.tables.learn([frame.outcome, ...(frame.mutated ?? []).map(([, text]) => text)]);
      this.#endAgain(connection, frame, asked);
      return;
    }
    const outcome = this.#outcomeOf(connection.tables, frame);
    this.#release(asked, false);
    const ended = this.#context.manager.completeCall(asked.call.id, outcome, { canPause: frame.wait });
    this.#client.ended(frame.seq);
    if (ended?.pause) {
      asked.ended = true;
      asked.answer = null;
      asked.pause = ended.pause;
      this.#wait(asked, ended.pause, connection);
      return;
    }
    const action = this.#told({ call: asked.call, outcome }, ended?.action ?? null);
    const answer = frame.wait ? decisionFrame(frame.seq, action) : null;
    this.#close(asked, answer);
    if (answer !== null) connection.send(answer);
  }

  /** A row tells the end of a call that was asked about: its `end` got lost. Says whether it was one. */
  endedByRow(seq: number, outcome: () => CallOutcome): boolean {
    const asked = this.#open.get(seq);
    if (!asked) return this.#over.has(seq);
    if (!asked.ended) {
      this.#release(asked, false);
      this.#context.manager.completeCall(asked.call.id, outcome(), { canPause: false });
    }
    this.#close(asked, null);
    return true;
  }

  evaluated({ tables }: Connection, frame: EvaluatedFrame): void {
    const { manager } = this.#context;
    const isError = frame.error !== undefined;
    const text = frame.result_text === undefined ? null : tables.once(frame.result_text);
    const changed = (frame.args ?? []).map(([index, changedText]) => ({
      index,
      text: tables.once(changedText),
    }));
    this.#client.keep([...(text ? [text] : []), ...changed.map((one) => one.text)]);
    const changedArgs = changed.map(({ index, text: now }) => ({ index, item: itemOf(now) }));
    const output = frame.error ?? frame.result ?? frame.result_text ?? "";
    try {
      manager.repl.complete(
        frame.session_id,
        frame.eval_id,
        { output, stdout: frame.stdout ?? "", isError, resultCid: text?.cid ?? null, changedArgs },
        manager.now(),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Violation("eval_gone", error.message, false);
    }
  }

  /** A connection broke: what waited on it waits for another. */
  disconnected(connection: Connection): void {
    for (const asked of this.#open.values()) {
      if (asked.connection !== connection) continue;
      asked.connection = null;
      this.#release(asked, true);
    }
  }

  /** The program ended: nothing of it will ever end by itself. */
  abandon(): void {
    for (const asked of this.#open.values()) {
      this.#release(asked, true);
      this.#context.manager.abandonCall(asked.call.id);
    }
    this.#open.clear();
  }

  #begin(tables: Tables, frame: AskFrame): AskedCall {
    if (this.#open.size >= MOST_OPEN) {
      throw new Violation("flood", `More than ${MOST_OPEN.toLocaleString("en-US")} calls are open at once.`);
    }
    const texts: Text[] = [];
    const item = (ref: TextRef, clientRef: number | undefined): Item => {
      const text = tables.text(ref);
      texts.push(text);
      return itemOf(text, clientRef || null);
    };
    const { refs } = frame;
    const args = frame.args.map((ref, index) => item(ref, refs?.[index]));
    const target = frame.target === undefined ? null : item(frame.target, undefined);
    const frames = checkedSite(frame.site);
    this.#client.keep(texts);
    const { call, pause, action } = this.#context.manager.startCall({
      id: `${this.#client.source.clientKey}.${frame.seq}`,
      client: this.#client.info,
      methodName: frame.name,
      target,
      args,
      kwargs: NO_KWARGS,
      callSite: { timestamp: frame.started_at, stack_trace: frames },
      callType: frame.call_type,
      signature: frame.signature,
      preferredFormat: "json",
      parentCallId: frame.parent,
      process: this.#client.process,
      wasPaused: frame.was_paused ?? false,
    });
    this.#client.calls += 1;
    const asked: AskedCall = {
      seq: frame.seq,
      call,
      pause,
      answer: pause ? null : decisionFrame(frame.seq, this.#told({ call, outcome: null }, action)),
      letGo: null,
      connection: null,
      ended: false,
    };
    this.#open.set(frame.seq, asked);
    return asked;
  }

  /** The same question over a new connection. */
  #again(asked: AskedCall, connection: Connection): void {
    if (asked.answer === null && asked.pause) {
      this.#release(asked, false);
      this.#wait(asked, asked.pause, connection);
    } else connection.send(asked.answer ?? "");
  }

  #endAgain(connection: Connection, frame: EndFrame, asked: AskedCall | undefined): void {
    if (asked) this.#again(asked, connection);
    else if (!this.#over.has(frame.seq)) {
      throw new Violation("unknown_call", `No call ${frame.seq} of this client has begun here.`, false);
    } else if (frame.wait) {
      connection.send(this.#over.get(frame.seq) ?? decisionFrame(frame.seq, CONTINUE));
    } else this.#client.ended(frame.seq);
  }

  /** The program waits on this connection, which stands for a held poll that never ends. */
  #wait(asked: AskedCall, pause: Pause, connection: Connection): void {
    asked.connection = connection;
    connection.send(`{"t":"paused","seq":${asked.seq},"pause_id":${JSON.stringify(pause.id)}}`);
    asked.letGo = this.#context.manager.holdPoll(pause.id, () => this.#look(asked, pause));
    this.#look(asked, pause);
  }

  /** Something happened at a pause: a decision, or an expression to evaluate. */
  #look(asked: AskedCall, pause: Pause): void {
    const { manager } = this.#context;
    const { connection } = asked;
    if (!connection || asked.answer !== null) return;
    if (pause.action) {
      const answer = decisionFrame(asked.seq, this.#told(pause, pause.action));
      asked.answer = answer;
      connection.send(answer);
      if (pause.action.action === "call_again") {
        // Its end comes once more.
        asked.ended = false;
      } else if (asked.ended) {
        this.#release(asked, false);
        this.#close(asked, answer);
      }
      return;
    }
    for (let taken = manager.repl.take(pause.id); taken; taken = manager.repl.take(pause.id)) {
      const { evalId: eval_id, sessionId: session_id, expr } = taken;
      connection.send(
        JSON.stringify({ t: "evaluate", seq: asked.seq, eval_id, session_id, pause_id: pause.id, expr }),
      );
    }
  }

  /** A decision as the client is told it. */
  #told(moment: Moment, action: EngineAction | null): string {
    if (action === null && !moment.call.pauseAfter) return CONTINUE;
    return JSON.stringify(liveAction(this.#context.store, moment, action ?? { action: "continue" }));
  }

  #release(asked: AskedCall, broken: boolean): void {
    asked.letGo?.(broken);
    asked.letGo = null;
  }

  #close(asked: AskedCall, answer: string | null): void {
    this.#open.delete(asked.seq);
    this.#over.set(asked.seq, answer);
  }

  #outcomeOf(tables: Tables, frame: EndFrame): CallOutcome {
    const text = tables.text(frame.outcome);
    const mutated = frame.mutated?.map(([index, ref]) => ({ index, text: tables.text(ref) })) ?? [];
    this.#client.keep([text, ...mutated.map((change) => change.text)]);
    const item = itemOf(text, frame.outcome_ref || null);
    return {
      ...endOf(frame.status === 1, item, frame.exception),
      completedAt: this.#context.manager.now(),
      durationMs: frame.duration_ms,
      ...(mutated.length > 0
        ? {
            mutated: mutated.map(({ index, text: now }) => ({ index, item: itemOf(now) })),
          }
        : {}),
    };
  }
}

/** Most calls of one client between their ask and their end. */
const MOST_OPEN = 50_000;

const CONTINUE = '{"action":"continue"}';
const NO_KWARGS: Map<string, Item> = new Map();

const decisionFrame = (seq: number, action: string): string =>
  `{"t":"decision","seq":${seq},"action":${action}}`;
