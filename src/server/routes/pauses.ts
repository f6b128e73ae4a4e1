/** Paused calls: the debuggee waits for one, whoever debugs lists and releases them. */
import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import { ContinueRequest, ContinueResponse, PollResponse } from "../../protocol/actions.ts";
import { PausedCall, PausedList } from "../../protocol/pauses.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import type { Pause } from "../engine/pauses.ts";
import { Refusal } from "../engine/refusal.ts";
import { releasePause } from "../release-pause.ts";
import { pausedCall } from "../views.ts";
import { answers, detail } from "./docs.ts";
import { overHttp } from "./over-http.ts";

const byId = { params: Type.Object({ id: Type.String() }) };

const DataLimit = t.Object({
  data_limit: t.Optional(
    t.Integer({
      minimum: 0,
      description: "Values with more bytes come without their data; default: all with",
    }),
  ),
});

export const pauseRoutes = (context: ServerContext) => {
  const { manager, store } = context;
  const { repl } = manager;
  const view = (pause: Pause, dataLimit: number | undefined) =>
    pausedCall(store, pause, {
      replSessions: repl.activeIds(pause.id),
      changed: repl.changedArgs(pause.id),
      dataLimit,
    });
  return new Elysia({ name: "pauses" })
    .get(
      "/api/poll/:id",
      ({ params, request, server }) => {
        // A held request must outlive the server's idle timeout.
        server?.timeout(request, 0);
        return heldPoll(context, params.id, request.signal);
      },
      {
        ...byId,
        response: answers(PollResponse, 404, 503),
        ...detail(
          "debuggee",
          "Wait for a paused call to be released",
          "Held for up to 20 s; answers the moment there is something to say. Asking again gives the same action.",
        ),
      },
    )
    .get(
      "/api/paused",
      ({ query }) => ({ paused: manager.paused().map((pause) => view(pause, query.data_limit)) }),
      {
        query: DataLimit,
        response: answers(PausedList),
        ...detail("pauses", "Calls that wait for a decision, oldest first"),
      },
    )
    .get(
      "/api/paused/:id",
      ({ params, query }) => view(manager.requireWaiting(params.id), query.data_limit),
      {
        ...byId,
        query: DataLimit,
        response: answers(PausedCall, 404, 409),
        ...detail("pauses", "One paused call"),
      },
    )
    .post(
      "/api/paused/:id/continue",
      async ({ params, body, request }) => {
        await releasePause(context, params.id, body, actorOf(request));
        return { status: "ok" as const, pause_id: params.id };
      },
      {
        ...byId,
        body: ContinueRequest,
        response: answers(ContinueResponse, 400, 403, 404, 409, 413, 415),
        ...detail(
          "pauses",
          "Release a paused call",
          "Without an action, what is sent says what is meant: modified_args modify, fake_result skips, exception_type raises.",
        ),
      },
    );
};

/** Answers when the pause is released, when something is to be evaluated at it, or after the hold. */
async function heldPoll(context: ServerContext, id: string, gone: AbortSignal): Promise<PollResponse> {
  const { manager, stopping, timing } = context;
  const pause = manager.contact(id);
  const answer = (): PollResponse | null => {
    if (pause.action) return { status: "ready", action: overHttp(pause.action) };
    if (stopping.aborted) throw serverStopping();
    // The client looks for an evaluation only between polls.
    return manager.repl.hasQueued(id) ? { status: "waiting" } : null;
  };
  const atOnce = answer();
  if (atOnce) return atOnce;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void, broken = false) => {
      clearTimeout(timer);
      gone.removeEventListener("abort", onGone);
      release(broken);
      settle();
    };
    const release = manager.holdPoll(id, () => {
      try {
        const now = answer();
        if (now) end(() => resolve(now));
      } catch (error) {
        end(() => reject(error));
      }
    });
    const timer = setTimeout(() => end(() => resolve({ status: "waiting" })), timing.pollHoldMs);
    const onGone = () => end(() => resolve({ status: "waiting" }), true);
    gone.addEventListener("abort", onGone);
  });
}

const serverStopping = () =>
  new Refusal(
    "server_stopping",
    "The breakpoint server is stopping, so this call will not be released by it. Start cideldill again, or go on without debugging.",
  );
