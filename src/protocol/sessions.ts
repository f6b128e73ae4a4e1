/** Sessions: one for each run of a server. What is kept belongs to one, and goes with it. */
import { type Static, Type } from "@sinclair/typebox";
import { closed, maybe, object, UnixSeconds } from "./fields.ts";

export const SessionView = object({
  id: Type.Integer(),
  instance_id: Type.String(),
  started_at: UnixSeconds,
  ended_at: Type.Union([UnixSeconds, Type.Null()], {
    description: "null while it runs, or when it was killed",
  }),
  current: Type.Boolean({ description: "This server's own" }),
  label: Type.String(),
  note: Type.String(),
  tags: Type.Array(Type.String()),
  pinned: Type.Boolean({ description: "Stays when old calls are removed" }),
  calls: Type.Integer(),
  errors: Type.Integer(),
  processes: Type.Integer(),
  last_call_at: Type.Union([UnixSeconds, Type.Null()]),
});
export type SessionView = Static<typeof SessionView>;

/** Answer of `GET /api/sessions`, the newest first. */
export const SessionList = object({ sessions: Type.Array(SessionView) });

/** Body of `PATCH /api/sessions/<id>` (`current` stands for this server's own): what is there changes. */
export const SessionPatch = closed({
  label: maybe(Type.String({ maxLength: 200 })),
  note: maybe(Type.String({ maxLength: 100_000 })),
  tags: maybe(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100 })),
  pinned: maybe(Type.Boolean()),
});
export type SessionPatch = Static<typeof SessionPatch>;

/** Answer of `DELETE /api/sessions/<id>`: what went. Neither the session that runs nor a pinned one can be removed. */
export const SessionRemoved = object({
  status: Type.Literal("ok"),
  sessions: Type.Integer(),
  calls: Type.Integer(),
  values: Type.Integer(),
  freed_bytes: Type.Integer(),
});
export type SessionRemoved = Static<typeof SessionRemoved>;

/** Body of `POST /api/sessions/prune`: without a field, what the retention says. Pinned calls and sessions stay. */
export const PruneRequest = closed({
  older_than_days: maybe(Type.Number({ minimum: 0 })),
  larger_than_mb: maybe(
    Type.Number({ minimum: 0, description: "The oldest calls go until the file is smaller" }),
  ),
});
export type PruneRequest = Static<typeof PruneRequest>;
