/**
 * What was evaluated beside each paused call. Kept outside the components, so that looking elsewhere loses nothing; the
 * server has the transcript too, so that a second browser, or this one after a reload, sees it.
 */
import { useSyncExternalStore } from "preact/compat";
import type { ReplEntry, ReplEvalResponse, ReplSession } from "../../../src/protocol/pauses.ts";
import { ApiError, reasonOf, request } from "../api.ts";
import { pathOf } from "../place.ts";
import { keepText, readText } from "../storage.ts";
import { type Evaluation, withEntry } from "./evaluations.ts";

export interface Console {
  readonly sessionId: string | null;
  readonly evaluations: readonly Evaluation[];
  /** Those that were cleared away, by the server's names: they do not come back. */
  readonly cleared: ReadonlySet<string>;
  /** What is being typed. */
  readonly typed: string;
}

const EMPTY: Console = { sessionId: null, evaluations: [], cleared: new Set(), typed: "" };
/** Consoles remembered; those of calls long gone are forgotten. */
const MOST_CONSOLES = 50;
const HISTORY_KEY = "cideldill.repl.history";
const MOST_HISTORY = 200;
/** A longer text is not worth recalling. */
const LONGEST_KEPT = 5_000;

const consoles = new Map<string, Console>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const get = (pauseId: string): Console => consoles.get(pauseId) ?? EMPTY;

function change(pauseId: string, make: (before: Console) => Console): void {
  const next = make(get(pauseId));
  consoles.delete(pauseId);
  consoles.set(pauseId, next);
  for (const oldest of consoles.keys()) {
    if (consoles.size <= MOST_CONSOLES) break;
    consoles.delete(oldest);
  }
  for (const listener of listeners) listener();
}

export const useConsole = (pauseId: string): Console => useSyncExternalStore(subscribe, () => get(pauseId));

export const typeInConsole = (pauseId: string, typed: string): void =>
  change(pauseId, (before) => ({ ...before, typed }));

/** Takes over what was evaluated at the call so far: by others, or by this browser before a reload. */
export async function loadTranscript(pauseId: string): Promise<void> {
  // From now on what others evaluate is taken in.
  change(pauseId, (before) => before);
  const answer = await request<{ sessions: ReplSession[] }>(
    "GET",
    pathOf("/api/repl/sessions", { pause_id: pauseId }),
  ).catch(() => null);
  const sessions = answer?.sessions ?? [];
  for (const { transcript } of sessions) for (const entry of transcript) evaluated(pauseId, entry);
  const open = sessions.findLast(({ status }) => status === "active");
  if (open) change(pauseId, (before) => ({ ...before, sessionId: before.sessionId ?? open.session_id }));
}

/** Somebody evaluated something at a paused call, perhaps this page. */
export function evaluated(pauseId: string, entry: ReplEntry): void {
  const known = consoles.get(pauseId);
  // One that was never opened asks when it is.
  if (!known || known.cleared.has(entry.eval_id)) return;
  change(pauseId, (before) => ({ ...before, evaluations: withEntry(before.evaluations, entry) }));
}

/** Evaluates in the program. What the server refuses is shown as the answer. */
export async function evaluate(pauseId: string, expr: string): Promise<void> {
  const id = crypto.randomUUID();
  remember(expr);
  change(pauseId, (before) => ({
    ...before,
    typed: "",
    evaluations: [
      ...before.evaluations,
      { id, evalId: null, expr, answer: null, by: null, startedAt: Date.now() / 1000 },
    ],
  }));
  let answer: ReplEvalResponse;
  let isRefused = false;
  try {
    answer = await send(pauseId, expr);
  } catch (error) {
    answer = { output: reasonOf(error), stdout: "", is_error: true, result_cid: null };
    isRefused = true;
  }
  change(pauseId, (before) => ({
    ...before,
    evaluations: before.evaluations.map((each) => (each.id === id ? { ...each, answer, isRefused } : each)),
  }));
}

async function send(pauseId: string, expr: string): Promise<ReplEvalResponse> {
  const sessionId = get(pauseId).sessionId ?? (await start(pauseId));
  try {
    return await evalIn(sessionId, expr);
  } catch (error) {
    const isOver =
      error instanceof ApiError && (error.code === "session_not_found" || error.code === "session_closed");
    if (!isOver) throw error;
    return evalIn(await start(pauseId), expr);
  }
}

async function start(pauseId: string): Promise<string> {
  const { session_id } = await request<{ session_id: string }>("POST", "/api/repl/start", {
    pause_id: pauseId,
  });
  change(pauseId, (before) => ({ ...before, sessionId: session_id }));
  return session_id;
}

const evalIn = (sessionId: string, expr: string) =>
  request<ReplEvalResponse>("POST", `/api/repl/${sessionId}/eval`, { expr });

export const clearConsole = (pauseId: string): void =>
  change(pauseId, (before) => ({
    ...before,
    evaluations: [],
    cleared: new Set([...before.cleared, ...before.evaluations.flatMap(({ evalId }) => evalId ?? [])]),
  }));

let recalled: readonly string[] | null = null;

/** What was evaluated before, in any call, the newest last. */
export function history(): readonly string[] {
  if (recalled) return recalled;
  try {
    const kept: unknown = JSON.parse(readText(() => localStorage, HISTORY_KEY) ?? "[]");
    recalled = Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    recalled = [];
  }
  return recalled;
}

function remember(expr: string): void {
  if (expr.length > LONGEST_KEPT) return;
  recalled = [...history().filter((each) => each !== expr), expr].slice(-MOST_HISTORY);
  keepText(() => localStorage, HISTORY_KEY, JSON.stringify(recalled));
}
