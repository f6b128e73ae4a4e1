/** Sessions, and what is kept for how long. */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { SessionDiff, SessionDiffQuery } from "../../protocol/comparisons.ts";
import { RecordedProcessList, RecordPatch, RecordState } from "../../protocol/records.ts";
import {
  PruneRequest,
  SessionList,
  SessionPatch,
  SessionRemoved,
  SessionView,
} from "../../protocol/sessions.ts";
import type { ServerContext } from "../context.ts";
import { Refusal } from "../engine/refusal.ts";
import { sessionOf } from "../record/find.ts";
import { prunePlan, recordState, setRetention } from "../record/retention.ts";
import { recordedProcesses, sessionDiff, sessionList } from "../record/sessions.ts";
import type { Pruned, ReadStore } from "../store/store.ts";
import { answers, detail } from "./docs.ts";

const byId = { params: Type.Object({ id: Type.String({ description: "A number, or current" }) }) };

const removed = ({ sessions, calls, values, freedBytes }: Pruned) => ({
  status: "ok" as const,
  sessions,
  calls,
  values,
  freed_bytes: freedBytes,
});

export const sessionRoutes = ({ store }: ServerContext) =>
  new Elysia({ name: "sessions" })
    .use(sessionReading(store))
    .patch(
      "/api/sessions/:id",
      ({ params, body }) => {
        const { id } = sessionOf(store, params.id);
        store.changeSession(id, {
          ...(body.label == null ? {} : { label: body.label }),
          ...(body.note == null ? {} : { note: body.note }),
          ...(body.tags == null ? {} : { tags: body.tags }),
          ...(body.pinned == null ? {} : { pinned: body.pinned }),
        });
        return viewOf(store, id);
      },
      {
        ...byId,
        body: SessionPatch,
        response: answers(SessionView, 400, 404, 415),
        ...detail("record", "Name a session, or keep it"),
      },
    )
    .delete(
      "/api/sessions/:id",
      async ({ params }) => {
        const session = sessionOf(store, params.id);
        if (store.ownSessions.includes(session.id))
          throw new Refusal(
            "session_kept",
            "The session that runs cannot be removed. Stop the server first.",
          );
        if (session.pinned)
          throw new Refusal("session_kept", `Session ${session.id} is pinned. Take the pin away first.`);
        return removed(await store.prune({ sessions: [session.id] }));
      },
      {
        ...byId,
        response: answers(SessionRemoved, 404, 409),
        ...detail("record", "Remove a session with its calls", "Pinned calls stay."),
      },
    )
    .post("/api/sessions/prune", async ({ body }) => removed(await prunePlan(store, body)), {
      body: PruneRequest,
      response: answers(SessionRemoved, 400, 415),
      ...detail("record", "Remove old calls", "Without a field, what the retention says. Pinned ones stay."),
    })
    .patch(
      "/api/record",
      ({ body }) => {
        if (body.retention) setRetention(store, body.retention);
        return recordState(store);
      },
      {
        body: RecordPatch,
        response: answers(RecordState, 400, 415),
        ...detail("record", "Set for how long calls are kept"),
      },
    );

/** What only asks: also of a file that no server has. */
export const sessionReading = (store: ReadStore) =>
  new Elysia({ name: "session-reading" })
    .get("/api/sessions", () => ({ sessions: sessionList(store) }), {
      response: answers(SessionList),
      ...detail("record", "Sessions, the newest first: one for each run of a server"),
    })
    .get(
      "/api/sessions/diff",
      ({ query }) =>
        sessionDiff(store, sessionOf(store, query.a).id, sessionOf(store, query.b).id, query.limit),
      {
        query: SessionDiffQuery,
        response: answers(SessionDiff, 400, 404),
        ...detail("record", "Calls only in one session, only in the other, and with other results"),
      },
    )
    .get(
      "/api/record/processes",
      ({ query }) => ({
        processes: recordedProcesses(
          store,
          query.session === undefined ? undefined : sessionOf(store, query.session).id,
        ),
      }),
      {
        query: Type.Object({ session: Type.Optional(Type.String({ description: "A number, or current" })) }),
        response: answers(RecordedProcessList, 404),
        ...detail("record", "Programs that calls are kept of"),
      },
    )
    .get("/api/record", () => recordState(store), {
      response: answers(RecordState),
      ...detail("record", "How much is kept, where, and for how long"),
    });

function viewOf(store: ServerContext["store"], id: number) {
  const view = sessionList(store).find((session) => session.id === id);
  if (!view) throw new Refusal("session_not_found", `Session ${id} is not kept any more.`);
  return view;
}
