/** What the pages besides the calls ask for. */

import type { Static } from "@sinclair/typebox";
import type { DemoState } from "../../../src/protocol/demo.ts";
import type { Health } from "../../../src/protocol/health.ts";
import type {
  FunctionStatsList,
  Nondeterminism,
  ObjectPage,
  ObjectView,
} from "../../../src/protocol/objects.ts";
import type { ReplSession } from "../../../src/protocol/pauses.ts";
import type { AgentPolicies, AgentPolicyRequest } from "../../../src/protocol/proposals.ts";
import type { RecordedProcess, RecordState, Retention } from "../../../src/protocol/records.ts";
import type {
  PruneRequest,
  SessionPatch,
  SessionRemoved,
  SessionView,
} from "../../../src/protocol/sessions.ts";
import { request } from "../api.ts";
import { get } from "../calls/record-api.ts";

export const pagesApi = {
  stats: (signal?: AbortSignal) => get<Static<typeof FunctionStatsList>>("/api/functions/stats", {}, signal),
  nondeterminism: (name: string, signal?: AbortSignal) =>
    get<Static<typeof Nondeterminism>>("/api/functions/nondeterminism", { function: name }, signal),
  recordedProcesses: (signal?: AbortSignal) =>
    get<{ processes: RecordedProcess[] }>("/api/record/processes", {}, signal),
  objects: (q: string, cursor: string | null, signal?: AbortSignal) =>
    get<Static<typeof ObjectPage>>("/api/objects", { q, cursor, limit: 100 }, signal),
  object: (cid: string, signal?: AbortSignal) =>
    get<ObjectView>(`/api/objects/${encodeURIComponent(cid)}`, {}, signal),
  sessions: (signal?: AbortSignal) => get<{ sessions: SessionView[] }>("/api/sessions", {}, signal),
  changeSession: (id: number, change: SessionPatch) =>
    request<unknown>("PATCH", `/api/sessions/${id}`, change),
  removeSession: (id: number) => request<SessionRemoved>("DELETE", `/api/sessions/${id}`),
  prune: (what: PruneRequest) => request<SessionRemoved>("POST", "/api/sessions/prune", what),
  transcripts: (search: string, signal?: AbortSignal) =>
    get<{ sessions: ReplSession[] }>("/api/repl/sessions", { search }, signal),
  comErrors: (signal?: AbortSignal) =>
    get<{ errors: Record<string, unknown>[] }>("/api/com-errors", {}, signal),
  record: (signal?: AbortSignal) => get<RecordState>("/api/record", {}, signal),
  retain: (retention: Partial<Retention>) => request<RecordState>("PATCH", "/api/record", { retention }),
  demo: (signal?: AbortSignal) => get<Static<typeof DemoState>>("/api/demo", {}, signal),
  startDemo: () => request<Static<typeof DemoState>>("POST", "/api/demo", {}),
  health: (signal?: AbortSignal) => get<Health>("/api/health", {}, signal),
  policies: (signal?: AbortSignal) => get<AgentPolicies>("/api/agents/policy", {}, signal),
  setPolicy: (change: AgentPolicyRequest) => request<AgentPolicies>("POST", "/api/agents/policy", change),
};
