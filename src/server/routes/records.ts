/** The record: calls that were kept, found by queries; trees, the timeline, two calls compared. */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { CallDiff, DiffQuery } from "../../protocol/comparisons.ts";
import { CompleteQuery, QueryCheck, QueryCompletion, QueryText } from "../../protocol/query.ts";
import {
  CallDetail,
  CallDetailQuery,
  CallPage,
  CallsQuery,
  CallTree,
  PinRequest,
  PinResponse,
  ProcessTree,
  ProcessTreeQuery,
  Timeline,
  TimelineQuery,
  TreeQuery,
} from "../../protocol/records.ts";
import type { ServerContext } from "../context.ts";
import type { Signature } from "../engine/functions.ts";
import { checkQuery } from "../query/check.ts";
import { completeQuery } from "../query/complete.ts";
import { callDiff } from "../record/compare.ts";
import { callDetail } from "../record/detail.ts";
import { callOf } from "../record/find.ts";
import { knownNames } from "../record/known-names.ts";
import { callPage } from "../record/search.ts";
import { timeline } from "../record/timeline.ts";
import { callTree, processTree } from "../record/tree.ts";
import type { ReadStore } from "../store/store.ts";
import { answers, detail } from "./docs.ts";
import { shareRoutes } from "./share.ts";

const byId = { params: Type.Object({ id: Type.String({ description: "Its number, or its call_id" }) }) };

export const recordRoutes = ({ store, manager }: ServerContext) =>
  new Elysia({ name: "records" })
    .use(recordReading(store, manager.now, (name) => manager.signatureOf(name)))
    .post(
      "/api/calls/:id/pin",
      ({ params, body }) => {
        const { number } = callOf(store, params.id);
        store.pin(number, body.pinned);
        return { status: "ok" as const, number, pinned: body.pinned };
      },
      {
        ...byId,
        body: PinRequest,
        response: answers(PinResponse, 400, 404, 415),
        ...detail("record", "Keep a call when old ones are removed"),
      },
    );

/**
 * What only asks: also of a file that no server has. `signatureOf` a function, as its program said it.
 */
export const recordReading = (
  store: ReadStore,
  now: () => number,
  signatureOf: (name: string) => Signature | null = () => null,
) =>
  new Elysia({ name: "record-reading" })
    .use(shareRoutes(store))
    .get("/api/calls", ({ query }) => callPage(store, query), {
      query: CallsQuery,
      response: answers(CallPage, 400),
      ...detail(
        "record",
        "Calls that fit a query",
        "Pages by cursor, which stay what they are while calls stream in.",
      ),
    })
    .get(
      "/api/calls/:id",
      ({ params, query }) => callDetail(store, callOf(store, params.id), query.data_limit),
      {
        ...byId,
        query: CallDetailQuery,
        response: answers(CallDetail, 404),
        ...detail("record", "One call with everything that is kept of it"),
      },
    )
    .get("/api/calls/:id/tree", ({ params, query }) => callTree(store, callOf(store, params.id), query), {
      ...byId,
      query: TreeQuery,
      response: answers(CallTree, 404),
      ...detail("record", "A call, what called it, and the calls it made"),
    })
    .get("/api/tree", ({ query }) => processTree(store, query.process, query), {
      query: ProcessTreeQuery,
      response: answers(ProcessTree, 400, 404),
      ...detail("record", "The calls of a process as trees, oldest first"),
    })
    .get("/api/timeline", ({ query }) => timeline(store, query), {
      query: TimelineQuery,
      response: answers(Timeline, 400),
      ...detail("record", "Calls of a span of time, for a waterfall"),
    })
    .get("/api/diff", ({ query }) => callDiff(store, callOf(store, query.a), callOf(store, query.b)), {
      query: DiffQuery,
      response: answers(CallDiff, 400, 404),
      ...detail("record", "What differs between two calls"),
    })
    .get(
      "/api/query/check",
      ({ query }) => checkQuery(query.q, now(), { ...knownNames(store), signatureOf }),
      {
        query: QueryText,
        response: answers(QueryCheck, 400),
        ...detail("record", "Is a query well said, and how is it understood"),
      },
    )
    .get(
      "/api/query/complete",
      ({ query }) =>
        completeQuery(query.q, Math.min(query.at ?? query.q.length, query.q.length), knownNames(store)),
      {
        query: CompleteQuery,
        response: answers(QueryCompletion, 400),
        ...detail("record", "What may come next in a query"),
      },
    );
