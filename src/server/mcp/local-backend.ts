/** The REST API of this very process, asked without a network: the same routes, checks and records. */
import { ACTOR_HEADER } from "../../protocol/constants.ts";
import type { ServerContext } from "../context.ts";
import { ownHosts } from "../http/access.ts";
import type { Answer, Backend } from "./backend.ts";

export function localBackend(
  { access, live }: Pick<ServerContext, "access" | "live">,
  handle: (request: Request) => Promise<Response>,
): Backend {
  const host = () => ownHosts(access)[0] ?? "localhost";
  return {
    url: async () => `http://${host()}/`,
    async ask({ method, path, body, actor, signal }): Promise<Answer> {
      const headers: Record<string, string> = { host: host(), [ACTOR_HEADER]: actor };
      if (body !== undefined) headers["content-type"] = "application/json";
      if (access.token !== null) headers.authorization = `Bearer ${access.token}`;
      const response = await handle(
        new Request(`http://${host()}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          ...(signal ? { signal } : {}),
        }),
      );
      return { status: response.status, body: await response.json() };
    },
    listen: (listener) => live.subscribe(listener),
  };
}
