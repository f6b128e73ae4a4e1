/**
 * Expressions a person typed beside a paused call, evaluated here in the program, on purpose (design decision 6).
 * `$args` is the array of arguments, `$this` what the method was called on.
 */
import type { PollReplResponse } from "../../protocol/pauses.ts";
import { encode } from "../encode/encode.ts";
import { messageOf } from "../errors.ts";
import { readAnswer } from "./answer.ts";
import type { CallDraft } from "./draft.ts";
import { digest, type Platform, settle, type Talk } from "./effects.ts";
import { get, post } from "./requests.ts";
import type { Context } from "./talk.ts";

/** Longest text of a result: a person reads it. */
const LONGEST_TEXT = 100_000;

/** The server gives up on an evaluation after 30 s; before that it learns why. */
const PATIENCE_MS = 25_000;

/** Evaluates what is queued for a pause. `true` when there was something. */
export function* answerRepl(context: Context, draft: CallDraft, pollPath: string): Talk<boolean> {
  const { session } = context;
  const path = pollPath.replace("/api/poll/", "/api/poll-repl/");
  const response = yield* session.once(get(path));
  // A server without a REPL, or a pause that has just ended: nothing to evaluate.
  if (response.status >= 400) return false;
  const asked = readAnswer<PollReplResponse>(response, path);
  if (asked.eval_id === null || typeof asked.eval_id !== "string") return false;
  const { text, ...answer } = yield* evaluate(context.platform, draft, asked.expr);
  const { eval_id, session_id, pause_id } = asked;
  const value =
    text === undefined
      ? {}
      : { result_cid: yield* digest(text), result_data: text, result_serialization_format: "json" };
  const body = JSON.stringify({ eval_id, session_id, pause_id, ...answer, ...value });
  // Refused when the person closed the session meanwhile: nobody is left to tell.
  yield* session.once(post("/api/call/repl-result", body));
  return true;
}

/** The call an expression is evaluated beside. */
export interface Beside {
  readonly args: readonly { readonly value: unknown }[];
  readonly thisArg: unknown;
}

/** What came of an expression, for a person to read; `text` is its value, encoded. */
export interface Evaluated {
  result?: string;
  stdout: string;
  error?: string;
  text?: string;
}

/** Evaluates an expression; never throws. The one thing it waits for is a promise (`settle`). */
export function* evaluate(
  { inspect, isProxy }: Pick<Platform, "inspect" | "isProxy">,
  draft: Beside,
  expr: string,
): Talk<Evaluated> {
  const printed: string[] = [];
  try {
    const started = capturingConsole(inspect, printed, () => run(expr, draft));
    const value = yield* settle(isThenable(started) ? inTime(started) : started);
    return {
      result: shorten(inspect(value)),
      stdout: shorten(printed.join("")),
      text: encode(value, { isProxy }),
    };
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${messageOf(error)}` : `thrown: ${inspect(error)}`;
    return { error: shorten(text), stdout: shorten(printed.join("")) };
  }
}

type Evaluate = (this: unknown, $args: unknown[], $this: unknown, $source: string) => unknown;

// Built from text, so that the evaluated code sees these names and nothing of this module. Non-strict, as consoles are.
const EVALUATE = "return eval($source)";
const EVALUATE_ASYNC = "return eval('(async () => (' + $source + '\\n))()')";

function run(expr: string, draft: Beside): unknown {
  const args = draft.args.map((payload) => payload.value);
  const sources: [string, string][] = [
    // `{ a: 1 }` is meant as an object, though as a statement it is a block.
    ...(/^\s*\{[\s\S]*\}\s*$/.test(expr) ? [[EVALUATE, `(${expr}\n)`] as [string, string]] : []),
    [EVALUATE, expr],
    ...(/\bawait\b/.test(expr) ? [[EVALUATE_ASYNC, expr] as [string, string]] : []),
  ];
  let failure: unknown;
  for (const [body, source] of sources) {
    try {
      const evaluate = new Function("$args", "$this", "$source", body) as Evaluate;
      return evaluate.call(draft.thisArg, args, draft.thisArg, source);
    } catch (error) {
      // Not understood in this form: nothing of it ran. Anything else was thrown by the code itself.
      if (!(error instanceof SyntaxError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

const METHODS = ["log", "info", "debug", "warn", "error"] as const;

/** What the code prints before it first waits is for the person who typed it, not for the program's output. */
function capturingConsole<T>(inspect: (value: unknown) => string, printed: string[], work: () => T): T {
  const kept = METHODS.map((name) => console[name]);
  for (const name of METHODS) {
    console[name] = (...values: unknown[]) => {
      printed.push(
        `${values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ")}\n`,
      );
    };
  }
  try {
    return work();
  } finally {
    for (const [index, name] of METHODS.entries()) console[name] = kept[index] ?? console[name];
  }
}

const shorten = (text: string): string =>
  text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`;

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  value instanceof Promise || (isObject(value) && typeof value.then === "function");

const isObject = (value: unknown): value is { then?: unknown } => typeof value === "object" && value !== null;

function inTime(promise: PromiseLike<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`still pending after ${PATIENCE_MS / 1_000} s; it goes on without an answer`)),
      PATIENCE_MS,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
