/** Values by CID and by client_ref, and figures of functions. */
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { DiffQuery, ValueDiff } from "../../protocol/comparisons.ts";
import {
  FunctionStatsList,
  Nondeterminism,
  NondeterminismQuery,
  ObjectData,
  ObjectDataQuery,
  ObjectPage,
  ObjectQuery,
  ObjectsQuery,
  ObjectView,
  RefList,
  RefsQuery,
  RefView,
  StatsQuery,
} from "../../protocol/objects.ts";
import type { ServerContext } from "../context.ts";
import { valueDiff } from "../record/compare.ts";
import { objectData, objectPage, objectView, payloadOf, refList, refView } from "../record/objects.ts";
import { functionStats, nondeterminism } from "../record/stats.ts";
import { answers, detail } from "./docs.ts";

const byCid = { params: Type.Object({ cid: Type.String({ description: "A CID, or its beginning" }) }) };
const REFS = 100;
const CASES = 20;

export const objectRoutes = ({ store }: ServerContext) =>
  new Elysia({ name: "objects" })
    .get("/api/objects", ({ query }) => objectPage(store, query), {
      query: ObjectsQuery,
      response: answers(ObjectPage, 400),
      ...detail("record", "Values that are kept, the newest first"),
    })
    .get(
      "/api/objects/diff",
      ({ query }) => {
        const { changes, cut } = valueDiff(store, payloadOf(store, query.a).id, payloadOf(store, query.b).id);
        return { same: changes.length === 0 && !cut, changes, cut };
      },
      {
        query: DiffQuery,
        response: answers(ValueDiff, 400, 404),
        ...detail("record", "What differs between two values, by their CIDs"),
      },
    )
    .get(
      "/api/objects/:cid",
      ({ params, query, request }) => objectView(store, params.cid, query, request.signal),
      {
        ...byCid,
        query: ObjectQuery,
        response: answers(ObjectView, 400, 404),
        ...detail("record", "A value: which calls used it, and as what"),
      },
    )
    .get("/api/objects/:cid/data", ({ params, query }) => objectData(store, params.cid, query), {
      ...byCid,
      query: ObjectDataQuery,
      response: answers(ObjectData, 400, 404),
      ...detail("record", "A value's data, in parts"),
    })
    .get("/api/refs", ({ query }) => refList(store, query.process, query.limit ?? REFS), {
      query: RefsQuery,
      response: answers(RefList, 400, 404),
      ...detail("record", "Objects a process told apart (client_ref)"),
    })
    .get("/api/refs/:ref", ({ params, query }) => refView(store, query.process, params.ref), {
      params: Type.Object({ ref: Type.String() }),
      query: RefsQuery,
      response: answers(RefView, 400, 404),
      ...detail("record", "What an object looked like over time"),
    })
    .get("/api/functions/stats", ({ query, request }) => functionStats(store, query, request.signal), {
      query: StatsQuery,
      response: answers(FunctionStatsList, 400),
      ...detail("record", "Figures of each function: how often, how long, errors, non-determinism"),
    })
    .get(
      "/api/functions/nondeterminism",
      ({ query, request }) => nondeterminism(store, query.function, query.limit ?? CASES, request.signal),
      {
        query: NondeterminismQuery,
        response: answers(Nondeterminism, 400),
        ...detail("record", "Same arguments, different outcomes"),
      },
    );
