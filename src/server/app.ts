/** Composes the routes over one context. Never listens: see listen.ts. */
import { type AnyElysia, Elysia } from "elysia";
import type { ServerContext } from "./context.ts";
import { Refusal } from "./engine/refusal.ts";
import { responseOf } from "./errors.ts";
import { checkAccess, corsHeaders, isDebuggeeRoute, preflight } from "./http/access.ts";
import { asRefusal } from "./http/failures.ts";
import { headersFor } from "./http/headers.ts";
import { checkContentLength, readJson } from "./http/json-body.ts";
import { peerUid } from "./http/peer-uid.ts";
import { tokenVisit } from "./http/token-visit.ts";
import { agentRoutes } from "./routes/agents.ts";
import { breakpointRoutes } from "./routes/breakpoints.ts";
import { callRoutes } from "./routes/calls.ts";
import { clientScriptRoutes } from "./routes/client-script.ts";
import { comErrorRoutes } from "./routes/com-errors.ts";
import { demoRoutes } from "./routes/demo.ts";
import { flowRoutes } from "./routes/flow.ts";
import { healthRoutes } from "./routes/health.ts";
import { lastCallRoutes } from "./routes/last-calls.ts";
import { liveRoutes } from "./routes/live.ts";
import { DEBUGGEE_PATH, isForDebuggees, upgradeDebuggee } from "./routes/live-debuggees.ts";
import { mcpRoutes } from "./routes/mcp.ts";
import { objectRoutes } from "./routes/objects.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { PLACES, pageRoutes } from "./routes/pages.ts";
import { pauseRoutes } from "./routes/pauses.ts";
import { processRoutes } from "./routes/processes.ts";
import { recordRoutes } from "./routes/records.ts";
import { replRoutes } from "./routes/repl.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { sourceRoutes } from "./routes/source.ts";

/**
 * The whole server as an Elysia app.
 *
 * @example
 * const app = createApp(createContext({ db: ":memory:" }));
 * const response = await app.handle(new Request("http://localhost/api/health"));
 */
export function createApp(context: ServerContext): AnyElysia {
  const app: AnyElysia = new Elysia({ normalize: false })
    .onRequest(({ request, server, set }) => {
      const asked = pathOf(request.url);
      const isDebuggee = isForDebuggees(asked, request.url);
      const path = isDebuggee ? DEBUGGEE_PATH : asked;
      const peer = server?.requestIP(request) ?? null;
      Object.assign(set.headers, headersFor(path));
      try {
        const visit = tokenVisit(context.access, request);
        if (visit) return visit;
        const origin = checkAccess(context.access, {
          method: request.method,
          path,
          headers: request.headers,
          address: peer?.address ?? null,
          peerUid: () => (peer && server?.port ? peerUid(peer.address, peer.port, server.port) : null),
        });
        if (origin !== null) Object.assign(set.headers, corsHeaders(origin));
        if (origin !== null && request.method === "OPTIONS") return preflight(origin);
        checkContentLength(request.headers);
        if (isDebuggee && request.method === "GET") return upgradeDebuggee(context, request, server as never);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        context.debug(`${request.method} ${path} refused: ${error.code}`);
        return responseOf(error, asTexts(set.headers));
      }
    })
    .onAfterHandle(async ({ request }) => {
      // Whoever sets a breakpoint is answered when the programs go by it.
      const { debuggees } = context;
      if (
        request.method !== "GET" &&
        debuggees.isSettling &&
        !isDebuggeeRoute(request.method, pathOf(request.url))
      )
        await debuggees.settled();
    })
    .onParse(({ request }) => (request.method === "GET" ? null : readJson(request)))
    .onError(({ error, code, request, set }) => {
      const path = pathOf(request.url);
      const refusal = asRefusal(
        error,
        code,
        request.method,
        path,
        (method) => routes.has(method, path),
        routes.paths,
      );
      if (refusal.code === "internal_error")
        context.debug(`${request.method} ${request.url} failed: ${stackOf(error)}`);
      return responseOf(refusal, asTexts(set.headers));
    })
    .use(openApiRoutes(() => withRoutes(new Elysia(), context)))
    .use(pageRoutes(context));
  withRoutes(app, context);
  app.use(mcpRoutes(context, (request) => app.handle(request)));
  const routes = routesOf(app);
  return app;
}

/** What was set before something was refused: a page must be able to read the reason, and nobody to misread it. */
const asTexts = (headers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** Adds the API, without the hooks around it: also what OpenAPI describes. */
const withRoutes = (app: AnyElysia, context: ServerContext): AnyElysia =>
  app
    .use(healthRoutes(context))
    .use(callRoutes(context))
    .use(clientScriptRoutes(context))
    .use(breakpointRoutes(context))
    .use(ruleRoutes(context))
    .use(flowRoutes(context))
    .use(pauseRoutes(context))
    .use(replRoutes(context))
    .use(agentRoutes(context))
    .use(sourceRoutes(context))
    .use(recordRoutes(context))
    .use(objectRoutes(context))
    .use(sessionRoutes(context))
    .use(comErrorRoutes(context))
    .use(lastCallRoutes(context))
    .use(demoRoutes(context))
    .use(processRoutes(context))
    .use(liveRoutes(context));

/** Not the one that takes what no other does: the pages. */
const isNamed = (route: { path: string }): boolean => route.path !== "/*";

/** Which paths there are, under which methods; the patterns are made when the first unknown path is asked for. */
function routesOf(app: AnyElysia) {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return {
    has(method: string, path: string): boolean {
      patterns ??= app.routes.filter(isNamed).map((route) => ({
        method: route.method,
        pattern: new RegExp(
          `^${route.path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`,
        ),
      }));
      return patterns.some((route) => route.method === method && route.pattern.test(path));
    },
    /** Those without parameters. */
    paths: (): string[] => [
      ...PLACES,
      ...app.routes.filter(isNamed).flatMap(({ path }) => (path.includes(":") ? [] : [path])),
    ],
  };
}

/** The path of a URL, without the cost of parsing it. A request without a Host has no more than a path as its URL. */
function pathOf(url: string): string {
  if (url.startsWith("/")) return url.split(/[?#]/, 1)[0] ?? url;
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start === -1) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : JSON.stringify(error));
