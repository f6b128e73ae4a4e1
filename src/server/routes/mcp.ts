/** `/mcp`: agents connect here. The MCP SDK is loaded with the first request, not with the server. */
import { Elysia } from "elysia";
import type { ServerContext } from "../context.ts";
import type { McpEndpoint } from "../mcp/http.ts";
import { detail } from "./docs.ts";

/** One for each server: 127.0.0.1 and [::1] have apps of their own, and an agent may come by either. */
const endpoints = new WeakMap<ServerContext, Promise<McpEndpoint>>();

export const mcpRoutes = (context: ServerContext, handle: (request: Request) => Promise<Response>) => {
  const load = async (): Promise<McpEndpoint> => {
    const [{ mcpEndpoint }, { localBackend }] = await Promise.all([
      import("../mcp/http.ts"),
      import("../mcp/local-backend.ts"),
    ]);
    const made = mcpEndpoint(localBackend(context, handle), (error) =>
      context.debug(`mcp: ${error.message}`),
    );
    context.stopping.addEventListener("abort", () => void made.close());
    return made;
  };
  const answer = async ({
    request,
    body,
    server,
  }: {
    request: Request;
    body: unknown;
    server: Bun.Server<unknown> | null;
  }) => {
    // Streams and tools that wait stay open longer than any idle timeout.
    server?.timeout(request, 0);
    const endpoint = endpoints.get(context) ?? load();
    endpoints.set(context, endpoint);
    return (await endpoint).fetch(request, body ?? undefined);
  };
  return new Elysia({ name: "mcp" })
    .post("/mcp", answer, detail("server", "MCP over Streamable HTTP", "See docs/mcp.md."))
    .get("/mcp", answer, detail("server", "The stream of an MCP session", "Of revisions up to 2025-11-25."))
    .delete("/mcp", answer, detail("server", "End an MCP session"));
};
