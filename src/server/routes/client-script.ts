/** `GET /api/debug-client.js`: the built browser client, with this server's address filled in. */
import { join } from "node:path";
import { Elysia, NotFoundError } from "elysia";
import type { ServerContext } from "../context.ts";
import { ownHosts } from "../http/access.ts";
import { detail } from "./docs.ts";

/** In the built client script, where the server's address goes. */
const URL_PLACEHOLDER = "__CIDELDILL_SERVER_URL__";

export const clientScriptRoutes = ({ webRoot, access }: ServerContext) =>
  new Elysia({ name: "client-script" }).get(
    "/api/debug-client.js",
    async ({ request }) => {
      const script = webRoot === null ? null : Bun.file(join(webRoot, "debug-client.js"));
      if (!script || !(await script.exists())) throw new NotFoundError();
      // The address the page used is one of ours (access.ts), so it is the one that works from there.
      const host = request.headers.get("host") ?? ownHosts(access)[0];
      return new Response((await script.text()).replaceAll(URL_PLACEHOLDER, `http://${host}`), {
        headers: { "content-type": "text/javascript; charset=utf-8" },
      });
    },
    {
      detail: {
        ...detail("debuggee", "The browser client", "An ES module that also sets window.cideldill.").detail,
        responses: {
          200: { description: "The script", content: { "text/javascript": { schema: { type: "string" } } } },
          404: { description: "The pages have not been built" },
        },
      },
    },
  );
