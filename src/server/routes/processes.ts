/** The programs that are there. */
import { Elysia } from "elysia";
import { ProcessList } from "../../protocol/processes.ts";
import type { ServerContext } from "../context.ts";
import { answers, detail } from "./docs.ts";

export const processRoutes = ({ debuggees }: ServerContext) =>
  new Elysia({ name: "processes" }).get("/api/processes", () => ({ processes: debuggees.processes() }), {
    response: answers(ProcessList),
    ...detail(
      "server",
      "Programs that report calls",
      "Those there now, the oldest first: on the live channel, or known by their calls over HTTP.",
    ),
  });
