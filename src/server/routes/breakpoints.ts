/** Breakpoints, known functions and the global behavior. */

import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import {
  AddBreakpointRequest,
  AddBreakpointResponse,
  AfterBehaviorRequest,
  BehaviorRequest,
  BreakpointHistory,
  BreakpointList,
  FunctionList,
  FunctionRequest,
  FunctionResponse,
  GlobalBehaviorRequest,
  GlobalBehaviorResponse,
  NamedOk,
  ReplacementRequest,
} from "../../protocol/breakpoints.ts";
import { FunctionName } from "../../protocol/fields.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import { withoutAlias } from "../engine/behavior.ts";
import { functionHint } from "../function-hint.ts";
import { Intake } from "../intake.ts";
import { history } from "../record/history.ts";
import { answers, detail } from "./docs.ts";

const named = { params: Type.Object({ name: FunctionName }) };
const HISTORY_LIMIT = 100;

export const breakpointRoutes = (context: ServerContext) => {
  const { manager, store, agents } = context;
  const ok = (name: string) => ({ status: "ok" as const, function_name: name });
  return new Elysia({ name: "breakpoints" })
    .get("/api/breakpoints", () => manager.breakpoints(), {
      response: answers(BreakpointList),
      ...detail("breakpoints", "All breakpoints"),
    })
    .post(
      "/api/breakpoints",
      ({ body }) => {
        // A client that registers a function sends the time; a person or script does not.
        const registration = body.timestamp != null;
        const behavior = body.behavior == null ? {} : { behavior: withoutAlias(body.behavior) };
        manager.addBreakpoint(body.function_name, {
          ...behavior,
          signature: body.signature ?? null,
          registration,
        });
        return {
          ...ok(body.function_name),
          ...(registration ? {} : functionHint(manager, body.function_name)),
        };
      },
      {
        body: AddBreakpointRequest,
        response: answers(AddBreakpointResponse, 400, 415),
        ...detail("breakpoints", "Add a breakpoint, or set the behavior of one"),
      },
    )
    .delete(
      "/api/breakpoints/:name",
      ({ params }) => {
        manager.removeBreakpoint(params.name);
        return ok(params.name);
      },
      { ...named, response: answers(NamedOk, 404), ...detail("breakpoints", "Remove a breakpoint") },
    )
    .post(
      "/api/breakpoints/:name/behavior",
      ({ params, body }) => {
        manager.setBehavior(params.name, withoutAlias(body.behavior));
        return { ...ok(params.name), behavior: withoutAlias(body.behavior) };
      },
      {
        ...named,
        body: BehaviorRequest,
        response: answers(NamedOk, 400, 404, 415),
        ...detail("breakpoints", "What a breakpoint does before the call"),
      },
    )
    .post(
      "/api/breakpoints/:name/after_behavior",
      ({ params, body }) => {
        manager.setAfterBehavior(params.name, withoutAlias(body.behavior));
        return { ...ok(params.name), behavior: withoutAlias(body.behavior) };
      },
      {
        ...named,
        body: AfterBehaviorRequest,
        response: answers(NamedOk, 400, 404, 415),
        ...detail("breakpoints", "What a breakpoint does after the call"),
      },
    )
    .post(
      "/api/breakpoints/:name/replacement",
      ({ params, body, request }) => {
        agents.requireAllowed(actorOf(request), params.name, "put another function in the place of");
        manager.setReplacement(params.name, body.replacement_function || null);
        return { ...ok(params.name), replacement_function: body.replacement_function || null };
      },
      {
        ...named,
        body: ReplacementRequest,
        response: answers(NamedOk, 400, 403, 404, 409, 415),
        ...detail(
          "breakpoints",
          "What runs in place of a function",
          "null, or the function's own name, clears it.",
        ),
      },
    )
    .get(
      "/api/breakpoints/:name/history",
      ({ params, query }) => ({
        function_name: params.name,
        history: history(store, params.name, query.limit ?? HISTORY_LIMIT),
      }),
      {
        ...named,
        query: t.Object({ limit: t.Optional(t.Integer({ minimum: 1, maximum: 10_000 })) }),
        response: answers(BreakpointHistory, 400),
        ...detail("breakpoints", "Finished calls of a function in this run, newest last"),
      },
    )
    .get("/api/behavior", () => ({ behavior: manager.behavior }), {
      response: answers(GlobalBehaviorResponse),
      ...detail("breakpoints", "What a breakpoint whose own behavior is yield does"),
    })
    .post(
      "/api/behavior",
      ({ body }) => {
        manager.behavior = withoutAlias(body.behavior);
        return { status: "ok" as const, behavior: manager.behavior };
      },
      {
        body: GlobalBehaviorRequest,
        response: answers(GlobalBehaviorResponse, 400, 415),
        ...detail("breakpoints", "Set the global behavior"),
      },
    )
    .get("/api/functions", () => manager.functions(), {
      response: answers(FunctionList),
      ...detail("breakpoints", "The functions that programs made known"),
    })
    .post(
      "/api/functions",
      ({ body }) => {
        const intake = new Intake(store);
        if (body.function_cid != null && body.function_data != null) {
          intake.add(
            {
              cid: body.function_cid,
              data: body.function_data,
              serialization_format: body.function_serialization_format,
            },
            "function",
          );
        }
        intake.commit();
        manager.registerFunction(body.function_name, body.signature ?? null, body.function_metadata ?? null);
        return { ...ok(body.function_name), signature: body.signature ?? null };
      },
      {
        body: FunctionRequest,
        response: answers(FunctionResponse, 400, 413, 415),
        ...detail("debuggee", "Make a function known", "Knowing a function is not pausing at it."),
      },
    );
};
