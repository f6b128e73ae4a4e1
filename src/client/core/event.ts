/** A call that could not pause, told after it ended. */

import { wallClock } from "../time.ts";
import { readAnswer } from "./answer.ts";
import type { CallDraft, Payload } from "./draft.ts";
import { digest, type Talk } from "./effects.ts";
import { post } from "./requests.ts";
import { announce, type Context, type Outcome } from "./talk.ts";

/** Sends `POST /api/call/event`. */
export function* reportEvent(context: Context, draft: CallDraft, outcome: Outcome): Talk<void> {
  const { session, platform } = context;
  yield* announce(session, session.graceMs);
  const kind = outcome.status === "success" ? "result" : "exception";
  const body = JSON.stringify({
    method_name: draft.name,
    status: outcome.status,
    timestamp: wallClock() / 1000,
    call_site: draft.site,
    signature: draft.signature,
    parent_call_id: draft.parentCallId ?? undefined,
    pretty_args: draft.args.map(pretty),
    pretty_kwargs: {},
    ...(outcome.status === "success" ? { pretty_result: pretty(outcome.payload) } : {}),
    ...(outcome.exception ? { exception: outcome.exception } : {}),
    exception_type: outcome.exception?.type,
    exception_message: outcome.exception?.message,
    [`${kind}_cid`]: yield* digest(outcome.payload.text),
    [`${kind}_data`]: outcome.payload.text,
    [`${kind}_serialization_format`]: "json",
    ...platform.identity,
  });
  readAnswer(
    yield* session.reach(post("/api/call/event", body, draft.name), session.graceMs),
    "/api/call/event",
  );
}

const pretty = (payload: Payload): unknown => JSON.parse(payload.text);
