/**
 * A person and an agent at the same pause. Who works at a pause is its holder, for all to see. What agents may do is set
 * for all functions or each one: `allow` (they decide), `propose` (they say what they would do, a person confirms it at
 * the page), `deny` (they may look). An agent is who sends `x-cideldill-actor: agent`, as everything over MCP does.
 */
import { type Static, Type } from "@sinclair/typebox";
import { ContinueRequest, DecidedBy } from "./actions.ts";
import { closed, FunctionName, maybe, object, oneOf, UnixSeconds } from "./fields.ts";
import { ReplEvalResponse } from "./pauses.ts";

/** What agents may do with the calls of a function. */
export const AgentPolicy = oneOf(["allow", "propose", "deny"]);
export type AgentPolicy = Static<typeof AgentPolicy>;

/** Answer of `GET /api/agents/policy`: `functions` go before `default`. */
export const AgentPolicies = object({
  default: AgentPolicy,
  functions: Type.Record(Type.String(), AgentPolicy),
});
export type AgentPolicies = Static<typeof AgentPolicies>;

/** Body of `POST /api/agents/policy`. Agents may not send it. Without a function it sets the default. */
export const AgentPolicyRequest = closed({
  function_name: maybe(FunctionName),
  policy: Type.Union([AgentPolicy, Type.Null()], {
    description: "null: the function follows the default again",
  }),
});
export type AgentPolicyRequest = Static<typeof AgentPolicyRequest>;

/** `open` waits for a person; `obsolete`: the call was released or ended meanwhile; `failed`: confirmed, and refused. */
export const ProposalStatus = oneOf(["open", "accepted", "rejected", "obsolete", "failed"]);
export type ProposalStatus = Static<typeof ProposalStatus>;

/** What is proposed: to release the call with an action, or to evaluate code beside it. */
export const ProposedAct = Type.Union([
  object({ kind: Type.Literal("release"), action: ContinueRequest }),
  object({ kind: Type.Literal("evaluate"), expr: Type.String({ minLength: 1, maxLength: 100_000 }) }),
]);
export type ProposedAct = Static<typeof ProposedAct>;

/** One proposal, from when it is made until it is forgotten (the newest 1,000 are kept). */
export const Proposal = object({
  id: Type.String(),
  pause_id: Type.String(),
  call_id: Type.String(),
  function_name: Type.String(),
  proposed: ProposedAct,
  note: Type.String({ description: "Why, in the proposer's words" }),
  proposed_by: DecidedBy,
  proposed_at: UnixSeconds,
  status: ProposalStatus,
  answered_by: Type.Union([DecidedBy, Type.Null()]),
  answered_at: Type.Union([UnixSeconds, Type.Null()]),
  answer: Type.String({ description: "Why it was rejected, or how carrying it out failed" }),
  accepted: Type.Union([ProposedAct, Type.Null()], {
    description: "What was carried out: the proposal, or what the person made of it",
  }),
  result: Type.Union([ReplEvalResponse, Type.Null()], { description: "Of an evaluation" }),
});
export type Proposal = Static<typeof Proposal>;

/** Body of `POST /api/proposals`; answered with the proposal. */
export const ProposalRequest = closed({
  pause_id: Type.String({ minLength: 1 }),
  proposed: ProposedAct,
  note: maybe(Type.String({ maxLength: 10_000 })),
});
export type ProposalRequest = Static<typeof ProposalRequest>;

/** Answer of `GET /api/proposals?status=&pause_id=`, the oldest first. */
export const ProposalList = object({ proposals: Type.Array(Proposal) });

/**
 * Body of `POST /api/proposals/<id>/accept`: carries it out, in the confirming person's name. `proposed` in place of what
 * was proposed, of the same kind. Agents may not send it. Answered with the proposal.
 */
export const AcceptRequest = closed({ proposed: maybe(ProposedAct) });
/** Body of `POST /api/proposals/<id>/reject`. The proposer may take it back this way too. */
export const RejectRequest = closed({ reason: maybe(Type.String({ maxLength: 10_000 })) });

/**
 * Who works at a pause. A note to others, until `until`; each act at the pause renews it. An agent cannot release what a
 * person holds; a person can always act, and takes the pause over by that.
 */
export const Holder = object({ ...DecidedBy.properties, since: UnixSeconds, until: UnixSeconds });
export type Holder = Static<typeof Holder>;

/** Body of `POST /api/paused/<id>/hold`. `release: true` lets go of it. */
export const HoldRequest = closed({ release: maybe(Type.Boolean()) });
/** Its answer. */
export const HoldResponse = object({
  status: Type.Literal("ok"),
  pause_id: Type.String(),
  holder: Type.Union([Holder, Type.Null()]),
});
export type HoldResponse = Static<typeof HoldResponse>;

/** Answer of `GET /api/agents`: all a page needs to begin with. `holders` by pause id. */
export const AgentsView = object({
  policy: AgentPolicies,
  holders: Type.Record(Type.String(), Holder),
  proposals: Type.Array(Proposal, { description: "Those that wait for a person, the oldest first" }),
});
export type AgentsView = Static<typeof AgentsView>;
