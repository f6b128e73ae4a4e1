/** Paused calls: see them, wait for the next, decide about them. */
import { type Static, Type } from "@sinclair/typebox";
import { ActionName, type ContinueRequest } from "../../../protocol/actions.ts";
import type { PausedCall } from "../../../protocol/pauses.ts";
import type { AgentsView, Holder } from "../../../protocol/proposals.ts";
import { DEFAULT_CHARS, MOST_CHARS } from "../../bounded.ts";
import type { Api } from "../backend.ts";
import { editedArgs } from "../edits.ts";
import { PausedView, pausedView } from "../paused-view.ts";
import { defineTool } from "../tool.ts";
import { firstPause } from "../wait.ts";

const strict = { additionalProperties: false };
const PauseId = Type.String({
  minLength: 1,
  description: "As breakpoint_list_paused or breakpoint_wait_for_pause tells it",
});

/** Pauses in one list, and characters of each there. */
const MOST_LISTED = 20;
const LISTED_CHARS = 1_200;

/** Hosts give a tool 60 s: an answer comes well before. */
const LONGEST_WAIT_S = 50;
const USUAL_WAIT_S = 45;

const now = () => Date.now() / 1_000;

/** How a call goes on: shared by continuing and proposing. */
export const ReleaseFields = {
  action: Type.Optional(ActionName),
  args: Type.Optional(
    Type.Record(Type.String({ pattern: "^\\d+$" }), Type.Unknown(), {
      description:
        'modify: new whole arguments by their place, {"0": 5}. Those that are not named stay the objects they are',
    }),
  ),
  edits: Type.Optional(
    Type.Array(
      Type.Object(
        {
          at: Type.String({ description: "args[0].lines[2].qty" }),
          value: Type.Unknown({ description: "The new value, as JSON" }),
        },
        strict,
      ),
      { description: "modify: changes within arguments; the rest of each stays as it is" },
    ),
  ),
  kwargs: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: "modify: new keyword arguments by name (Python); others stay",
    }),
  ),
  result: Type.Optional(Type.Unknown({ description: "skip: what the call answers instead, as JSON" })),
  exception_type: Type.Optional(Type.String({ description: "raise: such as ValueError, TypeError" })),
  exception_message: Type.Optional(Type.String()),
  replacement_function: Type.Optional(
    Type.String({ description: "replace: a registered function that runs instead" }),
  ),
  pause_after: Type.Optional(
    Type.Boolean({ description: "Pause this call again when it has run, with its result" }),
  ),
  step: Type.Optional(Type.Boolean({ description: "And pause the next call of the same process" })),
};
const Release = Type.Object(ReleaseFields);
export type Release = Static<typeof Release>;

/** The API's request for what an agent asked. Reads the pause when arguments are to be edited. */
export async function releaseRequest(api: Api, pauseId: string, asked: Release): Promise<ContinueRequest> {
  const { args, edits, kwargs, result, action, ...rest } = asked;
  const request: ContinueRequest = { ...rest };
  if (args || edits || kwargs)
    Object.assign(request, await editedArgs(api, pauseId, { args, edits, kwargs }));
  if (result !== undefined) request.fake_result = result;
  // Without an action the API takes what the fields mean; a skip without a result answers null.
  if (action !== undefined) request.action = action;
  return request;
}

export const agentsView = (api: Api): Promise<AgentsView> => api.get<AgentsView>("/api/agents");

export const pausedList = async (api: Api): Promise<PausedCall[]> =>
  (await api.get<{ paused: PausedCall[] }>("/api/paused?data_limit=0")).paused;

const onePause = (api: Api, id: string): Promise<PausedCall> =>
  api.get<PausedCall>(`/api/paused/${encodeURIComponent(id)}?data_limit=0`);

const holdersOf = async (api: Api): Promise<Record<string, Holder>> => (await agentsView(api)).holders;

export const pauseTools = [
  defineTool({
    name: "breakpoint_list_paused",
    title: "List paused calls",
    description:
      "Calls that wait for a decision now, the oldest first, with their values in short. Nothing paused is a normal answer: set a breakpoint or a rule, then breakpoint_wait_for_pause.",
    input: Type.Object({}, strict),
    output: Type.Object({
      paused: Type.Array(PausedView),
      total: Type.Integer({ description: `How many there are; at most ${MOST_LISTED} are listed` }),
    }),
    effect: "look",
    async run(_, { api }) {
      const [paused, holders] = await Promise.all([pausedList(api), holdersOf(api)]);
      const shown = paused.slice(0, MOST_LISTED);
      return {
        paused: shown.map((pause) =>
          pausedView(pause, { chars: LISTED_CHARS, now: now(), holder: holders[pause.id] }),
        ),
        total: paused.length,
      };
    },
  }),
  defineTool({
    name: "breakpoint_wait_for_pause",
    title: "Wait for the next paused call",
    description: `Answers as soon as a call is paused (at once when one is), or after timeout_s with paused: null, which is normal: ask again. Give ids you have seen in known to wait for another one.`,
    input: Type.Object(
      {
        timeout_s: Type.Optional(
          Type.Number({ minimum: 0, maximum: LONGEST_WAIT_S, description: `Default ${USUAL_WAIT_S}` }),
        ),
        function_name: Type.Optional(Type.String({ description: "Only calls of this function" })),
        known: Type.Optional(Type.Array(Type.String(), { description: "Pause ids that are not meant" })),
      },
      strict,
    ),
    output: Type.Object({
      paused: Type.Union([PausedView, Type.Null()]),
      waited_s: Type.Number(),
      message: Type.String(),
    }),
    effect: "look",
    async run({ timeout_s = USUAL_WAIT_S, function_name, known = [] }, context) {
      const began = now();
      const fits = (pause: PausedCall) =>
        !known.includes(pause.id) &&
        (function_name === undefined || pause.call_data.method_name === function_name);
      const found = await firstPause(context, fits, timeout_s);
      const waited_s = Math.round((now() - began) * 10) / 10;
      if (!found)
        return {
          paused: null,
          waited_s,
          message: "None yet. Nothing is wrong: wait again, or make the program call it.",
        };
      const holders = await holdersOf(context.api);
      const paused = pausedView(found, { chars: DEFAULT_CHARS, now: now(), holder: holders[found.id] });
      return { paused, waited_s, message: `${paused.function_name} is paused ${paused.when} its call.` };
    },
  }),
  defineTool({
    name: "breakpoint_inspect_paused",
    title: "Look at a paused call",
    description:
      "All of one paused call: values, the stack it came by, what was decided about it before. Long values are cut, and each cut is told.",
    input: Type.Object(
      {
        pause_id: PauseId,
        max_chars: Type.Optional(
          Type.Integer({
            minimum: 200,
            maximum: MOST_CHARS,
            description: `Room for values; default ${DEFAULT_CHARS}`,
          }),
        ),
      },
      strict,
    ),
    output: Type.Object({
      paused: PausedView,
      stack: Type.Array(Type.String(), { description: "The innermost frame last" }),
      decisions: Type.Array(Type.Unknown()),
      page: Type.String({ description: "Where a person sees it" }),
    }),
    effect: "look",
    async run({ pause_id, max_chars = DEFAULT_CHARS }, { api }) {
      const [pause, holders] = await Promise.all([onePause(api, pause_id), holdersOf(api)]);
      const stack = (pause.call_data.call_site.stack_trace ?? []).slice(-30).map((frame) => {
        const code =
          typeof frame.code_context === "string" ? `: ${frame.code_context.trim().slice(0, 200)}` : "";
        return `${frame.filename ?? "?"}:${frame.lineno ?? "?"} ${frame.function ?? ""}${code}`;
      });
      return {
        paused: pausedView(pause, { chars: max_chars, now: now(), holder: holders[pause_id] }),
        stack,
        decisions: (pause.call_data.decisions ?? []).slice(-10),
        page: await api.backend.url(),
      };
    },
  }),
  defineTool({
    name: "breakpoint_continue",
    title: "Release a paused call",
    description:
      "Decides how a paused call goes on. Without more it runs as it was called. modify runs it with other arguments (args, edits, kwargs), skip answers result without running it, raise throws, replace runs another function, call_again (after the call) runs it once more. The decision cannot be taken back.",
    input: Type.Object({ pause_id: PauseId, ...ReleaseFields }, strict),
    output: Type.Object({ status: Type.Literal("ok"), pause_id: Type.String(), action: Type.String() }),
    effect: "act",
    async run({ pause_id, ...asked }, { api }) {
      const request = await releaseRequest(api, pause_id, asked);
      await api.post(`/api/paused/${encodeURIComponent(pause_id)}/continue`, request);
      return { status: "ok" as const, pause_id, action: asked.action ?? meant(request) };
    },
  }),
  defineTool({
    name: "breakpoint_hold",
    title: "Say that you work at a paused call",
    description:
      "Tells people and other agents that you are at work at a pause (it is shown beside it), or with release: true that you are done. Evaluating and proposing do this by themselves. A person can take over at any time.",
    input: Type.Object({ pause_id: PauseId, release: Type.Optional(Type.Boolean()) }, strict),
    output: Type.Object({ status: Type.Literal("ok"), pause_id: Type.String(), holder: Type.Unknown() }),
    effect: "change",
    run: ({ pause_id, release }, { api }) =>
      api.post(`/api/paused/${encodeURIComponent(pause_id)}/hold`, { release: release ?? false }),
  }),
];

/** What the API reads from the fields, for the answer. */
function meant(request: ContinueRequest): string {
  if (request.modified_args || request.modified_kwargs) return "modify";
  if (request.fake_result !== undefined) return "skip";
  if (request.exception_type) return "raise";
  return request.replacement_function ? "replace" : "continue";
}
