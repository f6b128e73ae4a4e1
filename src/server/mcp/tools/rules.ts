/** Rules (conditions, counts, answers without anybody) and the control of the flow. */
import { type Static, Type } from "@sinclair/typebox";
import { FunctionHint } from "../../../protocol/fields.ts";
import type { FlowChanged, FlowResponse } from "../../../protocol/flow.ts";
import type { ProcessView } from "../../../protocol/processes.ts";
import {
  MatchKind,
  type Rule,
  RuleAction,
  type RuleCheckResponse,
  type RuleRequest,
  RuleScope,
  type RuleSet,
  RuleWhen,
} from "../../../protocol/rules.ts";
import { defineTool } from "../tool.ts";

const strict = { additionalProperties: false };

const RuleView = Type.Object({
  id: Type.String(),
  function: Type.String(),
  when: Type.String(),
  condition: Type.Union([Type.String(), Type.Null()]),
  action: Type.Unknown(),
  state: Type.String({ description: "active, disabled, expired, spent" }),
  hits: Type.Integer({ description: "Calls that reached it" }),
  matches: Type.Integer({ description: "Those whose condition held" }),
  acted: Type.Integer(),
  note: Type.String(),
  last_error: Type.Union([Type.String(), Type.Null()], { description: "Why it could not be evaluated" }),
});

const view = (rule: Rule): Static<typeof RuleView> => ({
  id: rule.id,
  function: rule.function,
  when: rule.when,
  condition: rule.condition,
  action: rule.action,
  state: rule.state,
  hits: rule.hits,
  matches: rule.matches,
  acted: rule.acted,
  note: rule.note,
  last_error: rule.last_error,
});

const RuleInput = Type.Object(
  {
    id: Type.Optional(
      Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 100, description: "Of a rule to replace" }),
    ),
    function: Type.String({
      minLength: 1,
      description: "A name, or with match a glob (Cart.*) or a regular expression",
    }),
    match: Type.Optional(MatchKind),
    scope: Type.Optional(RuleScope),
    when: Type.Optional(RuleWhen),
    condition: Type.Optional(
      Type.String({
        description:
          'CEL over args, kwargs, target, result, error, caller, process, duration_ms, hits: args[0].total > 100.0 && args[1] == "EUR"',
      }),
    ),
    count: Type.Optional(
      Type.String({ description: 'Which of the matching calls: "== 3", ">= 10", "% 100"' }),
    ),
    one_shot: Type.Optional(Type.Boolean({ description: "Acts once, then it is spent" })),
    enabled: Type.Optional(Type.Boolean()),
    note: Type.Optional(Type.String({ maxLength: 10_000, description: "Why it is there: people see it" })),
    expires_in: Type.Optional(Type.Number({ minimum: 0, description: "Seconds" })),
    action: Type.Optional(RuleAction),
  },
  strict,
);

export const ruleTools = [
  defineTool({
    name: "breakpoint_list_rules",
    title: "List rules",
    description:
      "Rules with what they did so far. A rule that has hits and no matches has a condition that never holds; last_error tells why one fails.",
    input: Type.Object({}, strict),
    output: Type.Object({ rules: Type.Array(RuleView) }),
    effect: "look",
    run: async (_, { api }) => ({ rules: (await api.get<{ rules: Rule[] }>("/api/rules")).rules.map(view) }),
  }),
  defineTool({
    name: "breakpoint_set_rule",
    title: "Set a rule",
    description:
      "A breakpoint that thinks: pauses (or logs, skips, raises, modifies, delays, replaces, rewrites) the calls of a function that fit a condition. The default action is pause, before the call. The condition is checked before the rule is kept. Prefer one_shot or a narrow condition: every pause stops a program.",
    input: RuleInput,
    output: Type.Object({ rule: RuleView, hint: FunctionHint }),
    effect: "act",
    async run(input, { api }) {
      const { condition, function: name, match, count, when } = input;
      const check = await api.post<RuleCheckResponse>("/api/rules/check", {
        condition,
        function: name,
        match,
        count,
        when,
      });
      if (!check.ok) {
        const [problem] = check.problems;
        const where = problem?.column ? ` (column ${problem.column})` : "";
        throw new Error(
          `The ${problem?.field ?? "rule"} is not well said${where}: ${problem?.message ?? "unknown"}. No rule was set.`,
        );
      }
      const set = await api.post<RuleSet>("/api/rules", input satisfies RuleRequest);
      return { rule: view(set), ...(set.hint === undefined ? {} : { hint: set.hint }) };
    },
  }),
  defineTool({
    name: "breakpoint_remove_rule",
    title: "Remove a rule",
    description: "Takes a rule away. Calls that it paused stay paused.",
    input: Type.Object({ id: Type.String({ minLength: 1 }) }, strict),
    output: Type.Object({ status: Type.Literal("ok"), id: Type.String() }),
    effect: "change",
    run: ({ id }, { api }) => api.delete(`/api/rules/${encodeURIComponent(id)}`),
  }),
  defineTool({
    name: "breakpoint_flow",
    title: "Control what pauses at all",
    description:
      "Without a field tells how things stand. pause_next pauses the next call of any function, pause_all every call, mute lets everything run while breakpoints and rules are kept, resume_all releases all paused calls, step releases one and pauses the next call of its process. People at the page are affected as well.",
    input: Type.Object(
      {
        pause_next: Type.Optional(Type.Boolean()),
        pause_all: Type.Optional(Type.Boolean()),
        mute: Type.Optional(Type.Boolean()),
        resume_all: Type.Optional(Type.Literal(true)),
        step: Type.Optional(Type.String({ minLength: 1, description: "A pause id" })),
      },
      strict,
    ),
    output: Type.Object({
      pause_all: Type.Boolean(),
      pause_next: Type.Boolean(),
      muted: Type.Boolean(),
      max_pauses_per_second: Type.Integer(),
      resumed: Type.Array(Type.String(), { description: "Pauses that were released" }),
    }),
    effect: "act",
    async run(input, { api }) {
      const asks = Object.keys(input).length > 0;
      const flow = asks
        ? await api.post<FlowChanged>("/api/flow", input)
        : { ...(await api.get<FlowResponse>("/api/flow")), resumed: [] };
      const { pause_all, pause_next, muted, max_pauses_per_second, resumed } = flow;
      return { pause_all, pause_next, muted, max_pauses_per_second, resumed };
    },
  }),
  defineTool({
    name: "breakpoint_list_processes",
    title: "List programs",
    description: "Programs that are connected now. None: the program has to run with the client switched on.",
    input: Type.Object({}, strict),
    output: Type.Object({ processes: Type.Array(Type.Unknown()) }),
    effect: "look",
    run: (_, { api }) => api.get<{ processes: ProcessView[] }>("/api/processes"),
  }),
];
