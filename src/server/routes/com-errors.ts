/** Communication errors that clients report when the server can hear them again. */
import { Elysia } from "elysia";
import { ComErrorList, ComErrorRequest } from "../../protocol/calls.ts";
import { Ok } from "../../protocol/fields.ts";
import { addComError } from "../com-errors.ts";
import type { ServerContext } from "../context.ts";
import { answers, detail } from "./docs.ts";

export const comErrorRoutes = ({ comErrors, manager }: ServerContext) =>
  new Elysia({ name: "com-errors" })
    .post(
      "/api/report-com-error",
      ({ body }) => {
        addComError(comErrors, { timestamp: manager.now(), ...body });
        return { status: "ok" as const };
      },
      {
        body: ComErrorRequest,
        response: answers(Ok, 400, 413, 415),
        ...detail("debuggee", "Report a communication error", "Any JSON object."),
      },
    )
    .get("/api/com-errors", () => ({ errors: comErrors }), {
      response: answers(ComErrorList),
      ...detail("server", "The last 500 communication errors, newest last"),
    });
