/** Control of the flow: pause all or the next call, step, mute, resume all. */
import { Elysia } from "elysia";
import { FlowChanged, FlowRequest, FlowResponse } from "../../protocol/flow.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import { changeFlow, flowView } from "../flow-change.ts";
import { answers, detail } from "./docs.ts";

export const flowRoutes = (context: ServerContext) =>
  new Elysia({ name: "flow" })
    .get("/api/flow", () => flowView(context.manager), {
      response: answers(FlowResponse),
      ...detail("flow", "What holds for all calls, and the calls that are delayed"),
    })
    .post("/api/flow", ({ body, request }) => changeFlow(context, body, actorOf(request)), {
      body: FlowRequest,
      response: answers(FlowChanged, 400, 403, 404, 409, 415),
      ...detail(
        "flow",
        "Pause all or the next call, step, mute, resume all",
        "What is not there stays as it is; all of it is done, or nothing.",
      ),
    });
