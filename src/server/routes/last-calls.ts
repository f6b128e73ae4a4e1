/** What a page could not say over its live channel any more. */
import { Elysia } from "elysia";
import { LastCalls } from "../../protocol/debuggee-frame-schemas.ts";
import type { CallsFrame, HelloFrame } from "../../protocol/debuggee-frames.ts";
import { Ok } from "../../protocol/fields.ts";
import type { ServerContext } from "../context.ts";
import { Violation } from "../debuggees/violation.ts";
import { Refusal } from "../engine/refusal.ts";
import { answers, detail } from "./docs.ts";

export const lastCallRoutes = ({ debuggees }: ServerContext) =>
  new Elysia({ name: "last-calls" }).post(
    "/api/call/last",
    ({ body: { hello, calls, left_out } }) => {
      try {
        debuggees.last(hello as HelloFrame, calls as CallsFrame[], left_out);
      } catch (error) {
        if (error instanceof Violation) throw new Refusal("invalid_request", error.message);
        throw error;
      }
      return { status: "ok" as const };
    },
    {
      body: LastCalls,
      response: answers(Ok, 400, 413, 415),
      ...detail(
        "debuggee",
        "Calls of a page that goes away",
        "Batches of its live channel that it has no acknowledgement of, each kept once whichever way it comes; `left_out` " +
          "counts the calls of those that did not fit into the request.",
      ),
    },
  );
