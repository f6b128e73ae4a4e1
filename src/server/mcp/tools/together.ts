/** What an agent does with a person: propose instead of decide, and wait for the answer. */
import { Type } from "@sinclair/typebox";
import type { AgentPolicies, Proposal, ProposedAct } from "../../../protocol/proposals.ts";
import { defineTool } from "../tool.ts";
import { until } from "../wait.ts";
import { agentsView, ReleaseFields, releaseRequest } from "./pauses.ts";

const strict = { additionalProperties: false };

const ProposalView = Type.Object({
  proposal_id: Type.String(),
  pause_id: Type.String(),
  function_name: Type.String(),
  status: Type.String({ description: "open, accepted, rejected, obsolete, failed" }),
  message: Type.String(),
  result: Type.Unknown({ description: "Of an evaluation that was accepted" }),
  changed: Type.Boolean({ description: "The person carried out something else than was proposed" }),
  carried_out: Type.Unknown(),
});

function view(proposal: Proposal) {
  const by = proposal.answered_by
    ? `${proposal.answered_by.kind}${proposal.answered_by.name ? ` ${proposal.answered_by.name}` : ""}`
    : "";
  const messages: Record<Proposal["status"], string> = {
    open: "Waits for a person. Ask again with breakpoint_wait_for_proposal.",
    accepted: `Confirmed by ${by} and carried out.`,
    rejected: `Rejected by ${by}${proposal.answer ? `: ${proposal.answer}` : ""}. The call is still paused.`,
    obsolete: "The call was released or ended before anybody answered.",
    failed: `Confirmed by ${by}, but it could not be carried out: ${proposal.answer}. The call is still paused.`,
  };
  return {
    proposal_id: proposal.id,
    pause_id: proposal.pause_id,
    function_name: proposal.function_name,
    status: proposal.status,
    message: messages[proposal.status],
    result: proposal.result,
    changed:
      proposal.accepted !== null && JSON.stringify(proposal.accepted) !== JSON.stringify(proposal.proposed),
    carried_out: proposal.accepted,
  };
}

export const togetherTools = [
  defineTool({
    name: "breakpoint_propose",
    title: "Propose how a paused call goes on",
    description:
      "Says what you would do, for a person to confirm, change or reject at the page: the same input as breakpoint_continue, or expr to evaluate code. Say why in note. Needed where breakpoint_continue is refused with proposal_needed; good wherever a decision has consequences. Then breakpoint_wait_for_proposal.",
    input: Type.Object(
      {
        pause_id: Type.String({ minLength: 1 }),
        note: Type.Optional(Type.String({ maxLength: 10_000, description: "Why: the person reads it" })),
        expr: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 100_000,
            description: "Code to evaluate, instead of a release",
          }),
        ),
        ...ReleaseFields,
      },
      strict,
    ),
    output: ProposalView,
    effect: "change",
    async run({ pause_id, note, expr, ...asked }, { api }) {
      const proposed: ProposedAct =
        expr === undefined
          ? { kind: "release", action: await releaseRequest(api, pause_id, asked) }
          : { kind: "evaluate", expr };
      return view(await api.post<Proposal>("/api/proposals", { pause_id, note, proposed }));
    },
  }),
  defineTool({
    name: "breakpoint_wait_for_proposal",
    title: "Wait for a person's answer",
    description:
      "Answers as soon as a proposal was confirmed, changed, rejected, or became pointless; after timeout_s with status open, which is normal: ask again.",
    input: Type.Object(
      {
        proposal_id: Type.String({ minLength: 1 }),
        timeout_s: Type.Optional(Type.Number({ minimum: 0, maximum: 50, description: "Default 45" })),
      },
      strict,
    ),
    output: ProposalView,
    effect: "look",
    async run({ proposal_id, timeout_s = 45 }, context) {
      const get = () => context.api.get<Proposal>(`/api/proposals/${encodeURIComponent(proposal_id)}`);
      const answered = async () => {
        const proposal = await get();
        return proposal.status === "open" ? null : proposal;
      };
      const matters = (event: { type: string }) => event.type === "proposal";
      return view((await until(context, answered, matters, timeout_s)) ?? (await get()));
    },
  }),
  defineTool({
    name: "breakpoint_get_policy",
    title: "What agents may do",
    description:
      "allow: you decide. propose: say what you would do with breakpoint_propose. deny: look only. Functions of their own go before the default. Only people can change it.",
    input: Type.Object({}, strict),
    output: Type.Object({ default: Type.String(), functions: Type.Record(Type.String(), Type.String()) }),
    effect: "look",
    run: async (_, { api }) => (await agentsView(api)).policy satisfies AgentPolicies,
  }),
];
