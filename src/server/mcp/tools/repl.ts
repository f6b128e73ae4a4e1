/** Evaluating at a paused call. */
import { Type } from "@sinclair/typebox";
import type { ReplEvalResponse, ReplSession } from "../../../protocol/pauses.ts";
import { bounded, DEFAULT_CHARS, MOST_CHARS } from "../../bounded.ts";
import type { Api } from "../backend.ts";
import { defineTool } from "../tool.ts";

export const replTools = [
  defineTool({
    name: "breakpoint_repl_eval",
    title: "Evaluate code at a paused call",
    description:
      "Runs code in the paused program, beside the call, in the program's own language. JavaScript sees the parameters by name, $args, $this, after the call $result or $error, _ (the last result), and keeps variables; await works unless the call blocks its thread. Assigning to a parameter or to $args[0] changes what the call runs with when it is released. Python sees args, kwargs and the caller's names as its client offers them. The program is really changed by what the code does.",
    input: Type.Object(
      {
        pause_id: Type.Optional(Type.String({ minLength: 1, description: "Where; or session_id" })),
        session_id: Type.Optional(
          Type.String({ minLength: 1, description: "A session of before, with its variables" }),
        ),
        expr: Type.String({
          minLength: 1,
          maxLength: 100_000,
          description: "An expression, or statements that end in one",
        }),
        max_chars: Type.Optional(
          Type.Integer({ minimum: 100, maximum: MOST_CHARS, description: `Default ${DEFAULT_CHARS}` }),
        ),
      },
      { additionalProperties: false },
    ),
    output: Type.Object({
      session_id: Type.String({ description: "Give it next time to go on with the same variables" }),
      output: Type.String({ description: "The value as text, or what was thrown" }),
      stdout: Type.String({ description: "What the code printed" }),
      is_error: Type.Boolean(),
      result_cid: Type.Union([Type.String(), Type.Null()], { description: "For breakpoint_inspect_object" }),
      cut: Type.Array(Type.Object({ at: Type.String(), was: Type.String() })),
    }),
    effect: "act",
    async run({ pause_id, session_id, expr, max_chars = DEFAULT_CHARS }, { api, signal }) {
      const session = session_id ?? (await sessionAt(api, pause_id));
      const path = `/api/repl/${encodeURIComponent(session)}/eval`;
      const answer = await api.post<ReplEvalResponse>(path, { expr }, signal);
      const { output, stdout } = answer;
      const shown = bounded({ output, stdout }, { chars: max_chars });
      const texts = shown.value as { output: string; stdout: string };
      return { session_id: session, ...answer, ...texts, cut: shown.cut };
    },
  }),
];

/** Goes on with this agent's own session at the pause, or opens one. */
async function sessionAt(api: Api, pauseId: string | undefined): Promise<string> {
  if (pauseId === undefined) throw new Error("Give pause_id (from breakpoint_list_paused) or session_id.");
  const key = `${api.actor} ${pauseId}`;
  const sessions = sessionsOf(api);
  const kept = sessions.get(key);
  if (kept !== undefined && (await isActive(api, kept))) return kept;
  const { session_id } = await api.post<{ session_id: string }>("/api/repl/start", { pause_id: pauseId });
  sessions.set(key, session_id);
  return session_id;
}

const kept = new WeakMap<object, Map<string, string>>();

/** Kept with the backend: over HTTP every request of an agent has a server object of its own. */
function sessionsOf(api: Api): Map<string, string> {
  const sessions = kept.get(api.backend) ?? new Map<string, string>();
  if (sessions.size > 1_000) sessions.clear();
  kept.set(api.backend, sessions);
  return sessions;
}

async function isActive(api: Api, id: string): Promise<boolean> {
  try {
    const { session } = await api.get<{ session: ReplSession }>(`/api/repl/${encodeURIComponent(id)}`);
    return session.status === "active";
  } catch {
    return false;
  }
}
