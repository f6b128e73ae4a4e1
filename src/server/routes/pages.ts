/** The built pages, the client script with the server's address filled in, and the API's description. */
import { join } from "node:path";
import { toOpenAPISchema } from "@elysiajs/openapi";
import { staticPlugin } from "@elysiajs/static";
import { type AnyElysia, Elysia } from "elysia";
import { VERSION } from "../../protocol/version.ts";
import type { ServerContext } from "../context.ts";
import { ownHosts } from "../http/access.ts";
import { TAGS } from "./docs.ts";

/** Nothing is loaded from elsewhere, nothing inline runs, nobody frames the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** In the built client script, where the server's address goes. */
const URL_PLACEHOLDER = "__CIDELDILL_SERVER_URL__";

export async function pageRoutes(context: ServerContext) {
  const { webRoot, access } = context;
  const app = new Elysia({ name: "pages" }).get(
    "/api/debug-client.js",
    async ({ request }) => {
      const script = webRoot === null ? null : Bun.file(join(webRoot, "debug-client.js"));
      if (!script || !(await script.exists())) return new Response(null, { status: 404 });
      // The address the page used is one of ours (access.ts), so it is the one that works from there.
      const host = request.headers.get("host") ?? ownHosts(access)[0];
      return new Response((await script.text()).replaceAll(URL_PLACEHOLDER, `http://${host}`), {
        headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" },
      });
    },
    {
      detail: { tags: [TAGS.debuggee], summary: "The browser client, with this server's address filled in" },
    },
  );
  if (webRoot === null) return app;
  return app.use(
    await staticPlugin({
      assets: webRoot,
      prefix: "/",
      alwaysStatic: true,
      indexHTML: true,
      silent: true,
      maxAge: null,
      headers: {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
      },
      detail: { hide: true },
    }),
  );
}

/** `GET /openapi.json`, made from the routes' own schemas on first use. */
export function openApiRoutes(describe: () => AnyElysia) {
  let description: object | undefined;
  const json = () => {
    description ??= {
      openapi: "3.0.3",
      info: {
        title: "CID el Dill",
        version: VERSION,
        description: "Pause, inspect, edit and release function calls of running programs.",
        license: { name: "MIT" },
      },
      tags: Object.values(TAGS).map((name) => ({ name })),
      ...toOpenAPISchema(describe()),
    };
    return description;
  };
  return new Elysia({ name: "openapi" })
    .get("/openapi.json", json, { detail: { hide: true } })
    .get("/api/openapi.json", json, { detail: { hide: true } });
}
