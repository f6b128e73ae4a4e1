/** An MCP server over a backend: one for each connection, or over HTTP for each request. */
import { McpServer } from "@modelcontextprotocol/server";
import { VERSION } from "../../protocol/version.ts";
import { Api, type Backend } from "./backend.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { registerPrompts } from "./prompts.ts";
import { registerResources } from "./resources.ts";
import { breakpointTools } from "./tools/breakpoints.ts";
import { objectTools } from "./tools/objects.ts";
import { pauseTools } from "./tools/pauses.ts";
import { recordTools } from "./tools/record.ts";
import { replTools } from "./tools/repl.ts";
import { ruleTools } from "./tools/rules.ts";
import { togetherTools } from "./tools/together.ts";

export const TOOLS = [
  ...breakpointTools,
  ...pauseTools,
  ...replTools,
  ...objectTools,
  ...recordTools,
  ...ruleTools,
  ...togetherTools,
];

/** Longest name of an agent that is shown. */
const LONGEST_NAME = 60;

/** Arguments of one call that are read: a tool takes few. */
const MOST_INPUT = 100_000;

export function createMcpServer(backend: Backend, era: "legacy" | "modern"): McpServer {
  const server = new McpServer(
    { name: "cideldill", title: "CID el Dill", version: VERSION },
    {
      instructions: INSTRUCTIONS,
      capabilities: { tools: {}, resources: { subscribe: true }, prompts: {} },
      maxToolInputElements: MOST_INPUT,
    },
  );
  const api = new Api(backend, () => `agent${nameOf(server)}`);
  for (const tool of TOOLS) tool.register(server, api);
  registerResources(server, api);
  registerPrompts(server);
  if (era === "legacy") acceptSubscriptions(server);
  return server;
}

/** What the agent's host calls itself, as far as a header can carry it. */
function nameOf(server: McpServer): string {
  const name =
    server.server
      .getClientVersion()
      ?.name.replace(/[^\x20-\x7e]/g, "?")
      .trim() ?? "";
  return name === "" ? "" : `:${name.slice(0, LONGEST_NAME)}`;
}

const subscriptions = new WeakMap<McpServer, Set<string>>();

/** Revisions up to 2025-11-25 ask for each resource; later ones have a stream of their own, which the SDK serves. */
function acceptSubscriptions(server: McpServer): void {
  const uris = new Set<string>();
  subscriptions.set(server, uris);
  server.server.setRequestHandler("resources/subscribe", ({ params }) => {
    uris.add(params.uri);
    return {};
  });
  server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
    uris.delete(params.uri);
    return {};
  });
}

/** Whether a connection of the older kind asked to hear of a resource. */
export const isSubscribed = (server: McpServer, uri: string): boolean =>
  subscriptions.get(server)?.has(uri) ?? true;
