/** What an agent's host can show or watch without a tool: five views of the server's state, told about when they change. */
import type { McpServer } from "@modelcontextprotocol/server";
import type { BreakpointList, FunctionList } from "../../protocol/breakpoints.ts";
import type { FlowResponse } from "../../protocol/flow.ts";
import type { LiveEvent } from "../../protocol/live.ts";
import type { CallPage } from "../../protocol/records.ts";
import type { Api } from "./backend.ts";
import { pausedView } from "./paused-view.ts";
import { agentsView, pausedList } from "./tools/pauses.ts";

interface View {
  uri: string;
  name: string;
  description: string;
  read(api: Api): Promise<unknown>;
  /** Events after which it reads differently. */
  changes: readonly LiveEvent["type"][];
}

/** Calls in `breakpoint://call-history`. */
const HISTORY = 50;

const PAUSED_CHARS = 2_000;

export const VIEWS: readonly View[] = [
  {
    uri: "breakpoint://status",
    name: "status",
    description:
      "Where the server is, how many calls wait, what holds for all breakpoints, what agents may do",
    async read(api) {
      const [paused, behavior, flow, agents, url] = await Promise.all([
        pausedList(api),
        api.get<{ behavior: string }>("/api/behavior"),
        api.get<FlowResponse>("/api/flow"),
        agentsView(api),
        api.backend.url(),
      ]);
      const { delayed: _, ...state } = flow;
      return {
        url,
        paused: paused.length,
        default_behavior: behavior.behavior,
        flow: state,
        policy: agents.policy,
      };
    },
    changes: ["pause_added", "pause_removed", "global_behavior", "flow", "agent_policy"],
  },
  {
    uri: "breakpoint://breakpoints",
    name: "breakpoints",
    description: "Breakpoints and rules",
    async read(api) {
      const [list, { rules }] = await Promise.all([
        api.get<BreakpointList>("/api/breakpoints"),
        api.get<{ rules: unknown[] }>("/api/rules"),
      ]);
      return { ...list, rules };
    },
    changes: ["breakpoint_set", "breakpoint_removed", "rule_set", "rule_removed"],
  },
  {
    uri: "breakpoint://paused",
    name: "paused",
    description: "Calls that wait for a decision, the oldest first",
    async read(api) {
      const [paused, { holders }] = await Promise.all([pausedList(api), agentsView(api)]);
      const now = Date.now() / 1_000;
      const shown = paused.slice(0, HISTORY);
      return {
        paused: shown.map((pause) =>
          pausedView(pause, { chars: PAUSED_CHARS, now, holder: holders[pause.id] }),
        ),
        total: paused.length,
      };
    },
    changes: ["pause_added", "pause_removed", "pause_held"],
  },
  {
    uri: "breakpoint://call-history",
    name: "call-history",
    description: `The newest ${HISTORY} recorded calls`,
    read: (api) => api.get<CallPage>(`/api/calls?limit=${HISTORY}`),
    changes: ["calls_recorded"],
  },
  {
    uri: "breakpoint://functions",
    name: "functions",
    description: "Functions that programs have registered",
    read: (api) => api.get<FunctionList>("/api/functions"),
    changes: ["function_registered"],
  },
];

export function registerResources(server: McpServer, api: Api): void {
  for (const { uri, name, description, read } of VIEWS) {
    server.registerResource(name, uri, { description, mimeType: "application/json" }, async () => ({
      contents: [{ uri, mimeType: "application/json", text: JSON.stringify(await read(api)) }],
    }));
  }
}

/** The resources that an event makes read differently. */
export const changedBy = (event: LiveEvent): string[] =>
  VIEWS.filter(({ changes }) => changes.includes(event.type)).map(({ uri }) => uri);

/**
 * Tells of changed resources, each at most so often: a busy program changes them thousands of times a second. Returns how
 * to stop.
 */
export function watchResources(
  listen: (listener: (event: LiveEvent) => void) => () => void,
  tell: (uri: string) => void,
  restMs = 250,
): () => void {
  const due = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const uri of due) tell(uri);
    due.clear();
  };
  const unlisten = listen((event) => {
    for (const uri of changedBy(event)) due.add(uri);
    if (due.size > 0) timer ??= setTimeout(flush, restMs);
  });
  return () => {
    unlisten();
    clearTimeout(timer);
  };
}
