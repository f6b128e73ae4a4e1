import { Elysia } from "elysia";
import { PROTOCOL_VERSION, SERVICE_NAME } from "../../protocol/constants.ts";
import { Health } from "../../protocol/health-schema.ts";
import type { ServerContext } from "../context.ts";
import { answers, detail } from "./docs.ts";

/** `GET /api/health`: who is on this port. Clients ask before they send anything. */
export const healthRoutes = ({ identity }: ServerContext) =>
  new Elysia({ name: "health" }).get(
    "/api/health",
    () => ({
      service: SERVICE_NAME,
      version: identity.version,
      protocol_version: PROTOCOL_VERSION,
      instance_id: identity.instanceId,
      pid: identity.pid,
      started_at: identity.startedAt,
    }),
    { response: answers(Health), ...detail("server", "Who this server is") },
  );
