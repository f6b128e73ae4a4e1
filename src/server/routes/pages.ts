/** The built pages. */
import { Elysia, NotFoundError } from "elysia";
import { PAGES } from "../../protocol/constants.ts";
import type { ServerContext } from "../context.ts";
import { pageFiles } from "../page-files.ts";

/** Paths of the pages beside the first. */
export const PLACES: readonly string[] = PAGES.filter((page) => page !== "calls").map((page) => `/${page}`);

/** What people write for others of them. */
const OTHER_NAMES = new Map([
  ["/calls", "/"],
  ["/programs", "/processes"],
  ["/rules", "/breakpoints"],
]);

export function pageRoutes({ webRoot }: ServerContext) {
  const app = new Elysia({ name: "pages" });
  if (webRoot === null) return app;
  const page = async ({ request }: { request: Request }) => {
    const url = new URL(request.url);
    const place = url.pathname.replace(/(?<=.)\/$/, "");
    const meant = OTHER_NAMES.get(place);
    if (meant !== undefined)
      return new Response(null, { status: 302, headers: { location: meant + url.search } });
    if (PLACES.includes(place)) url.pathname = "/";
    const response = await (await pageFiles(webRoot)).handle(new Request(url, { headers: request.headers }));
    if (response.status === 404) throw new NotFoundError();
    // Whole files: a range belongs to answers with status 206.
    const headers = withoutRange(response.headers);
    headers.set("cache-control", HASHED.test(url.pathname) ? FOR_EVER : "no-cache");
    return new Response(response.body, { status: response.status, headers });
  };
  // Before /api is matched nothing of this is asked: the router prefers the longer route.
  return app.get("/*", page, { detail: { hide: true } }).head("/*", page, { detail: { hide: true } });
}

/** Files whose name tells what is in them: they never change. */
const HASHED = /-[a-z0-9]{8}\.(js|css|svg)$/;
const FOR_EVER = "public, max-age=31536000, immutable";

function withoutRange(headers: Headers): Headers {
  const kept = new Headers(headers);
  kept.delete("content-range");
  kept.delete("accept-ranges");
  return kept;
}
