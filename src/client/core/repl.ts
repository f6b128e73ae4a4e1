/**
 * Code a person or an agent typed beside a paused call, evaluated here in the program, on purpose (design decision 6).
 * Conversations with the server call `evaluate` whatever channel they use; `answerRepl` is the one over HTTP.
 *
 * What can be cut off: on Bun and Node code that does not wait is stopped after 25 s, endless loops included; in a page
 * nothing can stop a loop. A promise that stays pending is given up after the same time and goes on by itself.
 */
import type { PollReplResponse } from "../../protocol/pauses.ts";
import { encode } from "../encode/encode.ts";
import { stackOf } from "../encode/look.ts";
import { messageOf } from "../errors.ts";
import { clearTimeout, setTimeout } from "../time.ts";
import { readAnswer } from "./answer.ts";
import { framesOf } from "./call-site.ts";
import type { CallDraft } from "./draft.ts";
import { digest, type Platform, settle, type Talk } from "./effects.ts";
import { capturingConsole } from "./repl-console.ts";
import { type Beside, type ReplState, replStateOf, scopeOf } from "./repl-scope.ts";
import { prepare } from "./repl-source.ts";
import { get, post } from "./requests.ts";
import type { Context } from "./talk.ts";
import { describeThrown } from "./thrown.ts";

/** Longest text of a result: a person reads it. */
const LONGEST_TEXT = 100_000;

/** The server gives up on an evaluation after 30 s; before that it learns why. */
const PATIENCE_MS = 25_000;

/** Arguments whose text is longer are not looked at again after each evaluation, only when another was assigned. */
const RECHECKED_TEXT = 1_000_000;

/** What a platform needs to give for evaluations. `encodeValue` as the call's own values are encoded. */
export interface EvaluationTools extends Pick<Platform, "inspect" | "isProxy" | "cutOff"> {
  encodeValue?(value: unknown): { text: string };
}

/** What came of an expression. */
export interface Evaluated {
  /** The value as text for people, of one that did not fail. */
  result?: string;
  /** The value, encoded: to be explored. */
  text?: string;
  /** What was thrown, with its stack. */
  error?: string;
  stdout: string;
  /** Arguments that are no longer what the server was told: their places and texts. */
  args?: [place: number, text: string][];
}

/** Evaluates what is queued for a pause. `true` when there was something. */
export function* answerRepl(context: Context, draft: CallDraft, pollPath: string): Talk<boolean> {
  const { session } = context;
  const path = pollPath.replace("/api/poll/", "/api/poll-repl/");
  const response = yield* session.once(get(path));
  // A server without a REPL, or a pause that has just ended: nothing to evaluate.
  if (response.status >= 400) return false;
  const asked = readAnswer<PollReplResponse>(response, path);
  if (asked.eval_id === null || typeof asked.eval_id !== "string") return false;
  const { eval_id, session_id, pause_id } = asked;
  const { inspect, isProxy, cutOff } = context.platform;
  const tools = { inspect, isProxy, ...(cutOff ? { cutOff } : {}), encodeValue: context.encodeValue };
  const { text, args, ...answer } = yield* evaluate(tools, draft, asked.expr, session_id);
  const value =
    text === undefined
      ? {}
      : { result_cid: yield* digest(text), result_data: text, result_serialization_format: "json" };
  const changed = [];
  for (const [index, data] of args ?? []) changed.push({ index, cid: yield* digest(data), data });
  const body = JSON.stringify({
    ...{ eval_id, session_id, pause_id, ...answer, ...value },
    ...(changed.length > 0 ? { changed_args: changed } : {}),
  });
  // Refused when the person closed the session meanwhile: nobody is left to tell.
  yield* session.once(post("/api/call/repl-result", body));
  return true;
}

/**
 * Evaluates an expression, or a few statements, of a session beside a call; never throws. The one thing it waits for is
 * a promise (`settle`). What was assigned to arguments stays with `beside`: see `currentArgs`.
 */
export function* evaluate(
  tools: EvaluationTools,
  beside: Beside,
  source: string,
  session = "",
): Talk<Evaluated> {
  const state = replStateOf(beside);
  const console = capturingConsole(tools.inspect);
  const textOf = (value: unknown) =>
    tools.encodeValue?.(value).text ?? encode(value, { isProxy: tools.isProxy });
  const done = (outcome: Partial<Evaluated>): Evaluated => {
    const args = changedArgs(state, textOf);
    return { ...outcome, stdout: shorten(console.printed()), ...(args.length > 0 ? { args } : {}) };
  };
  try {
    const run = () => console.during(() => start(source, state, session, console.object));
    const started = tools.cutOff ? tools.cutOff(run, PATIENCE_MS) : run();
    const value = yield* settle(isThenable(started) ? inTime(started) : started);
    if (isThenable(value)) return done({ result: HELD, text: textOf("<pending promise>") });
    state.variables(session).set("_", value);
    return done({ result: shorten(tools.inspect(value)), text: textOf(value) });
  } catch (error) {
    return done({ error: shorten(errorText(error, tools.inspect)) });
  }
}

/** The result of waiting where the thread cannot. */
const HELD = "Promise { <pending> } (this thread is held by the pause: it settles after the release)";

type Evaluate = (this: unknown, $scope: object, $source: string) => unknown;

/** Marks the frames of evaluated code in stacks. */
const SOURCE_URL = "repl";

// Built from text, so that the evaluated code sees its scope and nothing of this module. Non-strict, as consoles are.
const EVALUATE = "with ($scope) { return eval($source) }";

function start(source: string, state: ReplState, session: string, console: object): unknown {
  const { code, isAsync, names } = prepare(source);
  const scope = scopeOf(state, session, names, { console });
  const text = `${isAsync ? `(async () => {${code}\n})()` : code}\n//# sourceURL=${SOURCE_URL}`;
  const run = new Function("$scope", "$source", EVALUATE) as Evaluate;
  return run.call(state.thisArg, scope, text);
}

/** Arguments that became others: assigned to, or changed within. Told once each time. */
function changedArgs(state: ReplState, textOf: (value: unknown) => string): [number, string][] {
  // After the call its arguments decide nothing any more.
  if (state.end) return [];
  const changed: [number, string][] = [];
  for (const [index, value] of state.args.entries()) {
    const told = state.told[index];
    const isOther = !told || !Object.is(told.value, value);
    if (!isOther && (told.text === null || told.text.length > RECHECKED_TEXT)) continue;
    const text = textOf(value);
    state.told[index] = { value, text };
    if (!told || told.text !== text) changed.push([index, text]);
  }
  return changed;
}

/** Type and message, and the way from the evaluated code to where it was thrown. */
function errorText(error: unknown, inspect: (value: unknown) => string): string {
  if (!(error instanceof Error)) return `thrown: ${inspect(error)}`;
  const { type, message } = describeThrown(error);
  const head = `${type}: ${message || messageOf(error)}`;
  const frames = framesOf(stackOf(error) ?? "");
  const own = frames.findLastIndex(({ filename }) => filename === SOURCE_URL);
  const shown = frames.slice(0, own + 1);
  return [head, ...shown.map((frame) => `    at ${frame.function} (${frame.filename}:${frame.lineno})`)].join(
    "\n",
  );
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
