/** Evaluation at a paused call. The server relays text; only the debuggee evaluates. */
import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import type { DecidedBy } from "../../protocol/actions.ts";
import { Ok } from "../../protocol/fields.ts";
import {
  PollReplResponse,
  type ReplEvalRequest,
  ReplEvalResponse,
  ReplEvalRequest as ReplEvalSchema,
  type ReplResultRequest,
  ReplResultRequest as ReplResultSchema,
  type ReplSession,
  ReplSessionList,
  ReplSessionResponse,
  ReplStartRequest,
  ReplStartResponse,
} from "../../protocol/pauses.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import { Refusal } from "../engine/refusal.ts";
import type { ReplResult } from "../engine/repl.ts";
import { evaluateIn } from "../evaluate.ts";
import { formatOf, Intake } from "../intake.ts";
import { pretty } from "../views.ts";
import { answers, detail } from "./docs.ts";

const bySession = { params: Type.Object({ session: Type.String() }) };

export const replRoutes = (context: ServerContext) => {
  const { manager } = context;
  const { repl } = manager;
  return new Elysia({ name: "repl" })
    .post(
      "/api/repl/start",
      ({ body }) => {
        const pause = manager.requireWaiting(body.pause_id);
        return { session_id: repl.start(pause.id, pause.call, manager.now()).session_id };
      },
      {
        body: ReplStartRequest,
        response: answers(ReplStartResponse, 400, 404, 409, 415),
        ...detail("repl", "Open a session at a paused call"),
      },
    )
    .post(
      "/api/repl/:session/eval",
      ({ params, body, request, server }) => {
        server?.timeout(request, 0);
        return evaluate(context, params.session, body, actorOf(request));
      },
      {
        ...bySession,
        body: ReplEvalSchema,
        response: answers(ReplEvalResponse, 400, 403, 404, 409, 415, 504),
        ...detail(
          "repl",
          "Evaluate in the debuggee",
          "504 eval_timeout when it does not answer within 30 s.",
        ),
      },
    )
    .post(
      "/api/repl/:session/close",
      ({ params }) => {
        repl.close(repl.require(params.session), manager.now());
        return { status: "ok" as const };
      },
      { ...bySession, response: answers(Ok, 404, 415), ...detail("repl", "Close a session") },
    )
    .get("/api/repl/sessions", ({ query }) => ({ sessions: repl.list().filter(matches(query)) }), {
      query: t.Object({
        search: t.Optional(
          t.String({ description: "Text in the function, the session id or the transcript" }),
        ),
        pause_id: t.Optional(t.String({ description: "Of this pause alone" })),
        status: t.Optional(t.Union([t.Literal("active"), t.Literal("closed"), t.Literal("")])),
        from: t.Optional(t.Numeric({ description: "Started at or after, Unix seconds" })),
        to: t.Optional(t.Numeric({ description: "Started at or before, Unix seconds" })),
      }),
      response: answers(ReplSessionList, 400),
      ...detail("repl", "Sessions, also closed ones"),
    })
    .get("/api/repl/:session", ({ params }) => ({ session: repl.require(params.session) }), {
      ...bySession,
      response: answers(ReplSessionResponse, 404),
      ...detail("repl", "A session and its transcript"),
    })
    .get(
      "/api/poll-repl/:id",
      ({ params }) => {
        manager.contact(params.id);
        const taken = repl.take(params.id);
        if (!taken) return { eval_id: null };
        return { eval_id: taken.evalId, session_id: taken.sessionId, pause_id: params.id, expr: taken.expr };
      },
      {
        params: Type.Object({ id: Type.String() }),
        response: answers(PollReplResponse, 404),
        ...detail(
          "debuggee",
          "Is something to be evaluated at this pause?",
          "Each expression is handed out once.",
        ),
      },
    )
    .post("/api/call/repl-result", ({ body }) => takeResult(context, body), {
      body: ReplResultSchema,
      response: answers(Ok, 400, 404, 409, 413, 415),
      ...detail("debuggee", "The result of an evaluation"),
    });
};

/** An agent may only where it is left to, and not where a person is at work. */
function evaluate(
  context: ServerContext,
  sessionId: string,
  body: ReplEvalRequest,
  by: DecidedBy,
): Promise<ReplEvalResponse> {
  const { manager, agents } = context;
  const session = manager.repl.requireActive(sessionId);
  agents.enter(by, manager.requireWaiting(session.pause_id), "evaluate code beside calls of");
  return evaluateIn(context, sessionId, body.expr, { by, isSilent: body.silent ?? false });
}

function takeResult({ manager, store }: ServerContext, body: ReplResultRequest) {
  const lacking = (["eval_id", "session_id"] as const).filter((field) => !body[field]);
  if (!body.eval_id || !body.session_id) {
    throw new Refusal("missing_fields", `The request lacks ${lacking.join(" and ")}.`, {
      missing_fields: lacking,
    });
  }
  manager.repl.requireActive(body.session_id);
  const intake = new Intake(store);
  const item =
    body.result_cid != null
      ? intake.add(
          {
            cid: body.result_cid,
            data: body.result_data,
            serialization_format: formatOf(body.result_serialization_format, "result"),
          },
          "result",
        )
      : null;
  const changedArgs = (body.changed_args ?? []).map(({ index, cid, data }) => ({
    index,
    item: intake.add({ cid, data, serialization_format: "json" }, `changed_args[${index}]`),
  }));
  intake.commit();
  const failed = body.error != null;
  const result: ReplResult = {
    output: textOf(failed ? body.error : (body.result ?? (item ? pretty(store, item) : body.result))),
    stdout: body.stdout ?? "",
    isError: failed,
    resultCid: item?.cid ?? null,
    changedArgs,
  };
  manager.repl.complete(body.session_id, body.eval_id, result, manager.now());
  return { status: "ok" as const };
}

/** Results are text by the contract; errors may be objects with a name and a message. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value == null) return "";
  if (typeof value === "object" && "message" in value && typeof value.message === "string") {
    const name = "name" in value && typeof value.name === "string" ? value.name : "Error";
    return `${name}: ${value.message}`;
  }
  return JSON.stringify(value) ?? String(value);
}

function matches(query: { search?: string; pause_id?: string; status?: string; from?: number; to?: number }) {
  const needle = query.search?.toLowerCase() ?? "";
  return (session: ReplSession): boolean => {
    if (query.pause_id && session.pause_id !== query.pause_id) return false;
    if (query.status && session.status !== query.status) return false;
    if (query.from !== undefined && session.started_at < query.from) return false;
    if (query.to !== undefined && session.started_at > query.to) return false;
    if (needle === "") return true;
    const texts = session.transcript.flatMap((entry) => [entry.expr, entry.output, entry.stdout]);
    return [session.function_name, session.session_id, ...texts].some((text) =>
      text.toLowerCase().includes(needle),
    );
  };
}
