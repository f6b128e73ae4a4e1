/** The built pages, and the client script with the server's address filled in. */
import { join } from "node:path";
import { staticPlugin } from "@elysiajs/static";
import { Elysia, NotFoundError } from "elysia";
import type { ServerContext } from "../context.ts";
import { ownHosts } from "../http/access.ts";
import { TAGS } from "./docs.ts";

/** In the built client script, where the server's address goes. */
const URL_PLACEHOLDER = "__CIDELDILL_SERVER_URL__";

export function pageRoutes(context: ServerContext) {
  const { webRoot, access } = context;
  const app = new Elysia({ name: "pages" }).get(
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
      detail: { tags: [TAGS.debuggee], summary: "The browser client, with this server's address filled in" },
    },
  );
  if (webRoot === null) return app;
  let files: Promise<Elysia> | undefined;
  const page = async ({ request }: { request: Request }) => {
    files ??= fileRoutes(webRoot);
    const response = await (await files).handle(new Request(request.url, { headers: request.headers }));
    if (response.status === 404) throw new NotFoundError();
    // Whole files: a range belongs to answers with status 206.
    return new Response(response.body, { status: response.status, headers: withoutRange(response.headers) });
  };
  // Before /api is matched nothing of this is asked: the router prefers the longer route.
  return app.get("/*", page, { detail: { hide: true } }).head("/*", page, { detail: { hide: true } });
}

/**
 * One exact route a file, so that no path can lead out of the folder. Reading the folder costs more than all the rest
 * of the start, so it waits until somebody opens a page.
 */
async function fileRoutes(webRoot: string): Promise<Elysia> {
  const files = await staticPlugin({
    assets: webRoot,
    prefix: "/",
    alwaysStatic: true,
    silent: true,
    maxAge: null,
    directive: "no-cache",
  });
  return new Elysia().use(files) as unknown as Elysia;
}

function withoutRange(headers: Headers): Headers {
  const kept = new Headers(headers);
  kept.delete("content-range");
  kept.delete("accept-ranges");
  return kept;
}
