/** A person and agents at the same pauses: holders, proposals, and what agents may do. */
import { Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import type { DecidedBy } from "../../protocol/actions.ts";
import {
  AcceptRequest,
  AgentPolicies,
  AgentPolicyRequest,
  AgentsView,
  HoldRequest,
  HoldResponse,
  Proposal,
  ProposalList,
  ProposalRequest,
  ProposalStatus,
  type ProposedAct,
  RejectRequest,
} from "../../protocol/proposals.ts";
import { actorOf } from "../actor.ts";
import type { ServerContext } from "../context.ts";
import { Refusal } from "../engine/refusal.ts";
import { evaluateIn } from "../evaluate.ts";
import { releasePause } from "../release-pause.ts";
import { answers, detail } from "./docs.ts";

const byId = { params: Type.Object({ id: Type.String() }) };

export const agentRoutes = (context: ServerContext) => {
  const { agents, manager } = context;
  return new Elysia({ name: "agents" })
    .get(
      "/api/agents",
      () => ({
        policy: agents.policies(),
        holders: agents.holders(),
        proposals: agents.proposals({ status: "open" }),
      }),
      { response: answers(AgentsView), ...detail("agents", "Policy, holders and open proposals") },
    )
    .get("/api/agents/policy", () => agents.policies(), {
      response: answers(AgentPolicies),
      ...detail("agents", "What agents may do"),
    })
    .post(
      "/api/agents/policy",
      ({ body, request }) => {
        refuseAgents(actorOf(request), "set what agents may do");
        agents.setPolicy(body.function_name ?? null, body.policy);
        return agents.policies();
      },
      {
        body: AgentPolicyRequest,
        response: answers(AgentPolicies, 400, 403, 415),
        ...detail(
          "agents",
          "Set what agents may do",
          "With a function for its calls, without one for all others.",
        ),
      },
    )
    .post(
      "/api/paused/:id/hold",
      ({ params, body, request }) => {
        const { id } = manager.requireWaiting(params.id);
        const by = actorOf(request);
        if (body.release) agents.letGo(by, id);
        else agents.take(by, id);
        return { status: "ok" as const, pause_id: id, holder: agents.holderOf(id) };
      },
      {
        ...byId,
        body: HoldRequest,
        response: answers(HoldResponse, 400, 404, 409, 415),
        ...detail(
          "agents",
          "Say that one works at a paused call",
          "Shown to others for two minutes after the last act there.",
        ),
      },
    )
    .get(
      "/api/proposals",
      ({ query }) => ({
        proposals: agents.proposals({ status: query.status, pauseId: query.pause_id }),
      }),
      {
        query: t.Object({ status: t.Optional(ProposalStatus), pause_id: t.Optional(t.String()) }),
        response: answers(ProposalList, 400),
        ...detail("agents", "Proposals, the oldest first"),
      },
    )
    .get("/api/proposals/:id", ({ params }) => agents.requireProposal(params.id), {
      ...byId,
      response: answers(Proposal, 404),
      ...detail("agents", "One proposal"),
    })
    .post(
      "/api/proposals",
      ({ body, request }) =>
        agents.propose(
          actorOf(request),
          manager.requireWaiting(body.pause_id),
          body.proposed,
          body.note ?? "",
        ),
      {
        body: ProposalRequest,
        response: answers(Proposal, 400, 403, 404, 409, 415),
        ...detail("agents", "Propose how a paused call goes on", "A person accepts or rejects it."),
      },
    )
    .post(
      "/api/proposals/:id/accept",
      ({ params, body, request, server }) => {
        server?.timeout(request, 0);
        return accept(context, params.id, actorOf(request), body.proposed ?? null);
      },
      {
        ...byId,
        body: AcceptRequest,
        response: answers(Proposal, 400, 403, 404, 409, 415),
        ...detail(
          "agents",
          "Carry a proposal out",
          "What is refused leaves it open. With `proposed` something else of its kind is carried out.",
        ),
      },
    )
    .post(
      "/api/proposals/:id/reject",
      ({ params, body, request }) => agents.reject(params.id, actorOf(request), body.reason ?? ""),
      {
        ...byId,
        body: RejectRequest,
        response: answers(Proposal, 400, 403, 404, 409, 415),
        ...detail("agents", "Reject a proposal, or take one's own back"),
      },
    );
};

function refuseAgents(by: DecidedBy, what: string): void {
  if (by.kind === "agent")
    throw new Refusal("denied_to_agents", `An agent may not ${what}; a person has to.`);
}

async function accept(
  context: ServerContext,
  id: string,
  by: DecidedBy,
  instead: ProposedAct | null,
): Promise<Proposal> {
  const { agents, manager } = context;
  refuseAgents(by, "confirm a proposal");
  const proposal = agents.requireOpen(id);
  const act = instead ?? proposal.proposed;
  if (act.kind !== proposal.proposed.kind) {
    throw new Refusal(
      "invalid_request",
      `The proposal is to ${proposal.proposed.kind}; something else can only be confirmed in its place if it is of the same kind, not ${act.kind}.`,
    );
  }
  const inName: DecidedBy = { kind: by.kind, name: inNameOf(by, proposal) };
  if (act.kind === "release") {
    // Accepted only when it can be carried out: what is refused here leaves it open, to be mended.
    await releasePause(context, proposal.pause_id, act.action, inName, () => agents.accept(id, by, act));
    return agents.requireProposal(id);
  }
  const pause = manager.requireWaiting(proposal.pause_id);
  agents.begin(id);
  const { session_id } = manager.repl.start(pause.id, pause.call, manager.now());
  try {
    const result = await evaluateIn(context, session_id, act.expr, { by: inName });
    return agents.accept(id, by, act, { result });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return agents.accept(id, by, act, { failed: error.message });
  }
}

/** `Ada, as agent Claude proposed`: the record tells both. */
function inNameOf(by: DecidedBy, { proposed_by }: Proposal): string {
  const proposer = `${proposed_by.kind}${proposed_by.name ? ` ${proposed_by.name}` : ""}`;
  return `${by.name ? `${by.name}, ` : ""}as ${proposer} proposed`;
}
