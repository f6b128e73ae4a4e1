/** The conversation about one call: announce, start, wait while paused, complete. */
import type { Action, FinalAction, PollAction, PollResponse } from "../../protocol/actions.ts";
import type { PayloadItem } from "../../protocol/payload.ts";
import { DebugProtocolError, isConnectionFailure } from "../errors.ts";
import { wallClock } from "../time.ts";
import { alarmEvery } from "./alarm.ts";
import { isDecision, readAnswer, refusal } from "./answer.ts";
import { type CallDraft, itemOf, type Payload } from "./draft.ts";
import { type Platform, sleep, type Talk } from "./effects.ts";
import { announcementBody } from "./registry.ts";
import { answerRepl } from "./repl.ts";
import { replStateOf } from "./repl-scope.ts";
import { get, post } from "./requests.ts";
import type { Session } from "./session.ts";

/** How often a call is told again to a server that was restarted while it was paused. */
const MOST_RESTARTS = 20;

export interface Decision {
  callId: string;
  action: FinalAction;
  /** Instance of the server that gave the call its id. */
  generation: number;
}

export interface Outcome {
  status: "success" | "exception";
  payload: Payload;
  exception?: { type: string; message: string; traceback: string | null };
}

/** What the conversations of a client share. */
export interface Context {
  session: Session;
  platform: Platform;
  encodeValue(value: unknown): Payload;
}

/** However often a server wants to be asked, not more often than this, in ms. */
const SHORTEST_INTERVAL_MS = 5;

/**
 * Tells the server every name it does not know yet. Making a function known never pauses it. With no `graceMs` it is
 * tried once: the next call tries again.
 */
export function* announce(session: Session, graceMs: number | null): Talk<void> {
  const { version } = session.registry;
  if (version === session.announcedVersion) return;
  const { generation } = session;
  for (const { name, known } of session.registry.announcements(session.announced)) {
    const request = post("/api/functions", announcementBody(name, known.fn), name);
    const response = yield* graceMs === null ? session.once(request) : session.reach(request, graceMs);
    // A name the server refuses (too long, say) is refused again each time: it is reported once.
    if (response.status >= 400)
      session.log(`${JSON.stringify(name)} is not listed: ${refusal(response).message}`);
    session.announced.add(name);
  }
  if (session.generation === generation) session.announcedVersion = version;
}

/** Asks what is to happen with a call, and waits until that is decided. */
export function* decide(context: Context, draft: CallDraft): Talk<Decision> {
  const { session } = context;
  for (let restart = 0; ; restart++) {
    yield* announce(session, session.graceMs);
    const { callId, action } = yield* start(context, draft, restart > 0);
    const { generation } = session;
    Object.assign(draft.open, { callId, generation });
    if (action.action !== "poll") return { callId, action, generation };
    const decided = yield* waitForRelease(context, draft, action);
    if (decided) return { callId, action: decided, generation };
    if (restart >= MOST_RESTARTS) {
      throw new DebugProtocolError(`${draft.name}: the server forgot the paused call ${restart} times.`);
    }
    session.log(`the server that held ${draft.name} is gone: pausing it again at ${session.url}`);
  }
}

function* start(
  context: Context,
  draft: CallDraft,
  wasPaused: boolean,
): Talk<{ callId: string; action: Action }> {
  const { session, platform } = context;
  // The second time with all the bytes: the server may have let go of some.
  for (const withData of [false, true]) {
    const payloads = draft.target ? [...draft.args, draft.target] : draft.args;
    const args: PayloadItem[] = [];
    for (const payload of draft.args) args.push(yield* itemOf(payload, session, withData));
    const target = draft.target ? yield* itemOf(draft.target, session, withData) : undefined;
    const body = JSON.stringify({
      method_name: draft.name,
      target,
      args,
      kwargs: {},
      call_site: draft.site,
      call_type: draft.callType,
      signature: draft.signature,
      preferred_format: "json",
      parent_call_id: draft.parentCallId ?? undefined,
      // Somebody stopped it: it must not run because a new server knows of no breakpoint.
      was_paused: wasPaused || undefined,
      ...platform.identity,
    });
    const { generation } = session;
    const response = yield* session.reach(post("/api/call/start", body, draft.name), session.graceMs);
    if (!withData && isUnknownCid(response)) continue;
    const answer = readAnswer(response, "/api/call/start");
    if (!isDecision(answer) || typeof answer.call_id !== "string") {
      throw new DebugProtocolError(
        `The server answered /api/call/start with no action: ${response.body.slice(0, 200)}`,
      );
    }
    if (generation === session.generation || withData) hold(session, payloads);
    return { callId: answer.call_id, action: answer };
  }
  throw new DebugProtocolError("unreachable: the second attempt returns or throws");
}

const isUnknownCid = (response: { status: number; body: string }): boolean =>
  response.status === 400 && refusal(response).code === "cid_not_found";

function hold(session: Session, payloads: readonly Payload[]): void {
  for (const { cid } of payloads) if (cid) session.held.add(cid);
}

/** Polls until the pause is released; `null` when the server that knew of it is gone. */
function* waitForRelease(context: Context, draft: CallDraft, action: PollAction): Talk<FinalAction | null> {
  const { session } = context;
  const { generation } = session;
  const path = pollPath(action.poll_url);
  session.sayPaused(draft.name);
  const alarm = alarmEvery(session.settings.suspendedBreakpointsLogIntervalS, (seconds) =>
    session.log(`${draft.name} has been paused for ${Math.round(seconds)} s; resume it at ${session.url}`),
  );
  for (;;) {
    const asked = wallClock();
    const request = { ...get(path, draft.name), ...(alarm ? { alarm } : {}) };
    const response = yield* session.reach(request, session.pauseGraceMs);
    if (session.generation !== generation) return null;
    if (response.status === 404 && (yield* isAnotherServer(session, generation))) return null;
    const answer = readAnswer<PollResponse>(response, path);
    if (answer.status === "ready" && isDecision(answer.action)) return answer.action as FinalAction;
    if (answer.status !== "waiting") {
      throw new DebugProtocolError(`The server answered ${path} with neither "waiting" nor an action.`);
    }
    const evaluated = yield* answerQueued(context, draft, path);
    const rest = asked + Math.max(action.poll_interval_ms, SHORTEST_INTERVAL_MS) - wallClock();
    if (!evaluated && rest > 0) yield* sleep(Math.min(rest, 60_000));
  }
}

/** A server that was restarted between two polls is back before anybody noticed: its identity tells. */
function* isAnotherServer(session: Session, generation: number): Talk<boolean> {
  try {
    yield* session.connect();
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
  }
  return session.generation !== generation;
}

/** A server that goes away just now is the next poll's business. */
function* answerQueued(context: Context, draft: CallDraft, path: string): Talk<boolean> {
  try {
    return yield* answerRepl(context, draft, path);
  } catch (error) {
    if (isConnectionFailure(error)) return false;
    throw error;
  }
}

/** Only paths of the verified server are asked, whatever an answer says. */
function pollPath(url: unknown): string {
  if (typeof url === "string" && /^\/api\/poll\/[^/?#]+$/.test(url)) return url;
  throw new DebugProtocolError(`The server named a place to poll that is none: ${JSON.stringify(url)}`);
}

/** Reports how a call ended. The action is what an after-pause decided, `null` when nothing is to change. */
export function* complete(
  context: Context,
  draft: CallDraft,
  decision: Decision,
  outcome: Outcome,
): Talk<FinalAction | null> {
  const { session, platform } = context;
  const kind = outcome.status === "success" ? "result" : "exception";
  for (const withData of [false, true]) {
    // Another instance of the server never heard of this call.
    if (session.generation !== decision.generation) return null;
    const item = yield* itemOf(outcome.payload, session, withData);
    const body = JSON.stringify({
      call_id: decision.callId,
      timestamp: wallClock() / 1000,
      status: outcome.status,
      [`${kind}_cid`]: item.cid,
      [`${kind}_data`]: item.data,
      [`${kind}_serialization_format`]: "json",
      [`${kind}_client_ref`]: item.client_ref,
      exception_type: outcome.exception?.type,
      exception_message: outcome.exception?.message,
      exception_traceback: outcome.exception?.traceback,
      ...platform.identity,
    });
    const request = post("/api/call/complete", body, draft.name);
    draft.open.report = request;
    const response = yield* session.reach(request, session.graceMs);
    if (session.generation !== decision.generation) return null;
    if (!withData && isUnknownCid(response)) continue;
    if (response.status === 404 && (yield* isAnotherServer(session, decision.generation))) return null;
    const answer = readAnswer(response, "/api/call/complete");
    hold(session, [outcome.payload]);
    if (!isDecision(answer)) return null;
    const { value } = outcome.payload;
    replStateOf(draft).end = outcome.status === "success" ? { result: value } : { error: value };
    return answer.action === "poll" ? yield* waitForRelease(context, draft, answer) : answer;
  }
  return null;
}
