/**
 * MCP over Streamable HTTP. The revision of 2026-07-28 knows no sessions: each request has a server object of its own.
 * Older revisions get one for each session, so that they hear of changes. Access was checked before anything comes here.
 */
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Backend } from "./backend.ts";
import { watchResources } from "./resources.ts";
import { createMcpServer, isSubscribed } from "./server.ts";

/** Sessions of older revisions that are kept, the least recently used goes first. */
const MOST_SESSIONS = 64;

/** Largest request: arguments of an edit, at most a few megabytes. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Comments that keep a silent stream open through whatever is between, in ms. */
const KEEP_ALIVE_MS = 10_000;

interface Session {
  server: McpServer;
  transport: WebStandardStreamableHTTPServerTransport;
  unwatch(): void;
}

export interface McpEndpoint {
  /** Answers a request of `/mcp`; `body` is its parsed JSON. */
  fetch(request: Request, body: unknown): Promise<Response>;
  close(): Promise<void>;
}

export function mcpEndpoint(backend: Backend, onError: (error: Error) => void): McpEndpoint {
  const sessions = new Map<string, Session>();
  const modern = createMcpHandler(() => createMcpServer(backend, "modern"), {
    legacy: "reject",
    onerror: onError,
    maxRequestBodySize: MAX_REQUEST_BYTES,
    keepAliveMs: KEEP_ALIVE_MS,
  });
  const unwatch = watchResources(backend.listen, (uri) => modern.notify.resourceUpdated(uri));

  const end = async (id: string) => {
    const session = sessions.get(id);
    sessions.delete(id);
    session?.unwatch();
    await session?.server.close();
  };

  const open = async (): Promise<WebStandardStreamableHTTPServerTransport> => {
    const server = createMcpServer(backend, "legacy");
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: async (id) => {
        const [oldest] = sessions.keys();
        if (sessions.size >= MOST_SESSIONS && oldest !== undefined) await end(oldest);
        const tell = (uri: string) => {
          if (isSubscribed(server, uri)) server.server.sendResourceUpdated({ uri }).catch(onError);
        };
        sessions.set(id, { server, transport, unwatch: watchResources(backend.listen, tell) });
      },
      onsessionclosed: (id) => end(id),
    });
    transport.onerror = onError;
    await server.connect(transport);
    return transport;
  };

  return {
    async fetch(request, body) {
      if (request.method === "POST" && body === undefined) return refusal(400, -32700, "The body is empty.");
      if (!(await isLegacyRequest(request, body))) return modern.fetch(request, { parsedBody: body });
      const id = request.headers.get("mcp-session-id");
      const known = id === null ? undefined : sessions.get(id);
      if (known && id !== null) {
        // Used last: the last to go.
        sessions.delete(id);
        sessions.set(id, known);
        return known.transport.handleRequest(request, { parsedBody: body });
      }
      if (id !== null) return refusal(404, -32001, "This session is over. Initialize a new one.");
      if (!isInitializeRequest(body))
        return refusal(400, -32000, "Send initialize first: there is no session.");
      return (await open()).handleRequest(request, { parsedBody: body });
    },
    async close() {
      unwatch();
      await Promise.all([modern.close(), ...[...sessions.keys()].map(end)]);
    },
  };
}

const refusal = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
