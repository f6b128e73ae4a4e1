/**
 * What agents may do, who works at a pause, and what was proposed. A state machine like the engine beside it: no HTTP, no
 * timers; `sweep` lets go of what was held too long.
 */
import type { DecidedBy } from "../../protocol/actions.ts";
import type { ReplEvalResponse } from "../../protocol/pauses.ts";
import type { AgentPolicies, AgentPolicy, Holder, Proposal, ProposedAct } from "../../protocol/proposals.ts";
import type { RuleRequest } from "../../protocol/rules.ts";
import { BoundedMap } from "./bounded.ts";
import type { Pause } from "./pauses.ts";
import { Refusal } from "./refusal.ts";

/** A pause is somebody's for so long after they last did something there, in seconds. */
const HOLD_S = 120;

/** Proposals that are remembered. */
const MOST_PROPOSALS = 1_000;

export interface AgentsListener {
  proposal?(proposal: Proposal): void;
  held?(pauseId: string, holder: Holder | null): void;
  policy?(policies: AgentPolicies): void;
}

export interface AgentsOptions {
  now: () => number;
  newId?: () => string;
  /** What agents may do where nothing else is said. Default: everything. */
  policy?: AgentPolicy;
  listener?: AgentsListener;
}

export class Agents {
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #listener: AgentsListener;
  readonly #functions = new Map<string, AgentPolicy>();
  readonly #holders = new Map<string, Holder>();
  readonly #proposals = new BoundedMap<string, Proposal>(MOST_PROPOSALS);
  /** Proposals that are being carried out. */
  readonly #underway = new Set<string>();
  #default: AgentPolicy;

  constructor({ now, newId, policy, listener }: AgentsOptions) {
    this.#now = now;
    this.#newId = newId ?? (() => crypto.randomUUID());
    this.#default = policy ?? "allow";
    this.#listener = listener ?? {};
  }

  // What agents may do

  policies(): AgentPolicies {
    return { default: this.#default, functions: Object.fromEntries(this.#functions) };
  }

  policyOf(functionName: string): AgentPolicy {
    return this.#functions.get(functionName) ?? this.#default;
  }

  /** Of a function, or without one the default. `null`: the function follows the default again. */
  setPolicy(functionName: string | null, policy: AgentPolicy | null): void {
    if (functionName === null) {
      if (policy === null)
        throw new Refusal("invalid_request", "The default policy is allow, propose or deny, not null.");
      this.#default = policy;
    } else if (policy === null) this.#functions.delete(functionName);
    else this.#functions.set(functionName, policy);
    this.#listener.policy?.(this.policies());
  }

  /** Whether some function is not left to agents altogether. */
  get isAnythingKept(): boolean {
    return this.#default !== "allow" || [...this.#functions.values()].some((policy) => policy !== "allow");
  }

  /** Refuses what an agent may not decide by itself. `what` completes "An agent may not …". */
  requireAllowed(by: DecidedBy, functionName: string, what: string): void {
    if (by.kind !== "agent") return;
    const policy = this.policyOf(functionName);
    if (policy === "allow") return;
    const name = JSON.stringify(functionName);
    if (policy === "deny") {
      throw new Refusal(
        "denied_to_agents",
        `An agent may not ${what} ${name}: its policy for agents is "deny", so a person has to.`,
      );
    }
    throw new Refusal(
      "proposal_needed",
      `An agent may not ${what} ${name} by itself: its policy for agents is "propose". POST /api/proposals says what it would do; a person confirms.`,
    );
  }

  /** Refuses agents what touches calls of any function: that is a person's while some function is kept from them. */
  requireAllAllowed(by: DecidedBy, what: string): void {
    if (by.kind !== "agent" || !this.isAnythingKept) return;
    throw new Refusal(
      "denied_to_agents",
      `An agent may not ${what}: agents are not left every function here, and this could be about any. Name one function, or ask a person.`,
    );
  }

  /** A rule that only pauses or logs leaves the decision to others; one that acts decides by itself. */
  requireRule(by: DecidedBy, rule: RuleRequest): void {
    const type = rule.action?.type ?? "pause";
    if (type === "pause" || type === "log") return;
    if ((rule.match ?? "name") === "name")
      this.requireAllowed(by, rule.function, "set a rule that acts on calls of");
    else this.requireAllAllowed(by, "set a rule that acts on calls of many functions");
  }

  /** Refuses an agent at a pause where it may not act, or where a person is at work. Else the pause is its own now. */
  enter(by: DecidedBy, pause: Pause, what: string): void {
    this.requireAllowed(by, pause.call.methodName, what);
    this.#requireFree(by, pause.id);
    this.hold(by, pause.id);
  }

  // Who works at a pause

  holders(): Record<string, Holder> {
    return Object.fromEntries([...this.#holders].filter(([, { until }]) => until > this.#now()));
  }

  holderOf(pauseId: string): Holder | null {
    const holder = this.#holders.get(pauseId);
    return holder && holder.until > this.#now() ? holder : null;
  }

  /** Scripts decide and are gone: they hold nothing. */
  hold(by: DecidedBy, pauseId: string): Holder | null {
    if (by.kind !== "person" && by.kind !== "agent") return this.holderOf(pauseId);
    const before = this.holderOf(pauseId);
    const now = this.#now();
    const isSame = before?.kind === by.kind && before.name === by.name;
    const holder: Holder = { ...by, since: isSame ? before.since : now, until: now + HOLD_S };
    this.#holders.set(pauseId, holder);
    if (!isSame) this.#listener.held?.(pauseId, holder);
    return holder;
  }

  /** As `hold`, asked for: an agent does not take a pause from a person. */
  take(by: DecidedBy, pauseId: string): Holder | null {
    this.#requireFree(by, pauseId);
    return this.hold(by, pauseId);
  }

  letGo(by: DecidedBy, pauseId: string): void {
    const holder = this.holderOf(pauseId);
    if (!holder || (by.kind === "agent" && holder.kind !== "agent")) return;
    this.#free(pauseId);
  }

  #requireFree(by: DecidedBy, pauseId: string): void {
    const holder = this.holderOf(pauseId);
    if (by.kind !== "agent" || holder?.kind !== "person") return;
    const seconds = Math.ceil(holder.until - this.#now());
    throw new Refusal(
      "held_by_person",
      `A person${holder.name ? ` (${holder.name})` : ""} works at this pause, for ${seconds} s more unless they go on. Propose what you would do, or wait.`,
    );
  }

  #free(pauseId: string): void {
    if (this.#holders.delete(pauseId)) this.#listener.held?.(pauseId, null);
  }

  sweep(): void {
    const now = this.#now();
    for (const [id, { until }] of this.#holders) if (until <= now) this.#free(id);
  }

  /** The pause is over: nobody holds it, and what was proposed for it has no point any more. */
  pauseEnded(pauseId: string): void {
    this.#free(pauseId);
    for (const proposal of this.#proposals.values()) {
      if (proposal.pause_id !== pauseId || proposal.status !== "open" || this.#underway.has(proposal.id))
        continue;
      this.#answer(proposal, { status: "obsolete", answered_at: this.#now() });
    }
  }

  // Proposals

  propose(by: DecidedBy, pause: Pause, proposed: ProposedAct, note: string): Proposal {
    if (by.kind === "agent" && this.policyOf(pause.call.methodName) === "deny")
      this.requireAllowed(by, pause.call.methodName, "propose anything about");
    const proposal: Proposal = {
      id: this.#newId(),
      pause_id: pause.id,
      call_id: pause.call.id,
      function_name: pause.call.methodName,
      proposed,
      note,
      proposed_by: by,
      proposed_at: this.#now(),
      status: "open",
      answered_by: null,
      answered_at: null,
      answer: "",
      accepted: null,
      result: null,
    };
    this.#proposals.set(proposal.id, proposal);
    this.#listener.proposal?.(proposal);
    return proposal;
  }

  proposals(which: { status?: string | undefined; pauseId?: string | undefined } = {}): Proposal[] {
    return [...this.#proposals.values()].filter(
      ({ status, pause_id }) =>
        (which.status === undefined || status === which.status) &&
        (which.pauseId === undefined || pause_id === which.pauseId),
    );
  }

  requireProposal(id: string): Proposal {
    const proposal = this.#proposals.get(id);
    if (proposal) return proposal;
    throw new Refusal(
      "proposal_not_found",
      `There is no proposal ${JSON.stringify(id)}. GET /api/proposals lists those there are.`,
    );
  }

  /** One that still waits for an answer. */
  requireOpen(id: string): Proposal {
    const proposal = this.requireProposal(id);
    if (proposal.status === "open" && !this.#underway.has(id)) return proposal;
    const state = proposal.status === "open" ? "being carried out" : proposal.status;
    throw new Refusal(
      "proposal_closed",
      `The proposal ${JSON.stringify(id)} is ${state} already; the first answer stands.`,
    );
  }

  /** A person confirmed it, and carrying it out takes a while: from now on nobody else can answer. */
  begin(id: string): void {
    this.#underway.add(this.requireOpen(id).id);
  }

  /** It was carried out, or (`failed`) could not be. */
  accept(
    id: string,
    by: DecidedBy,
    accepted: ProposedAct,
    outcome: { result?: ReplEvalResponse; failed?: string } = {},
  ): Proposal {
    this.#underway.delete(id);
    return this.#answer(this.requireOpen(id), {
      status: outcome.failed === undefined ? "accepted" : "failed",
      answered_by: by,
      answered_at: this.#now(),
      answer: outcome.failed ?? "",
      accepted,
      result: outcome.result ?? null,
    });
  }

  reject(id: string, by: DecidedBy, reason: string): Proposal {
    const proposal = this.requireOpen(id);
    if (by.kind === "agent" && proposal.proposed_by.name !== by.name)
      throw new Refusal("denied_to_agents", "An agent can take back its own proposals only.");
    return this.#answer(proposal, {
      status: "rejected",
      answered_by: by,
      answered_at: this.#now(),
      answer: reason,
    });
  }

  #answer(proposal: Proposal, change: Partial<Proposal>): Proposal {
    const changed = { ...proposal, ...change };
    // In its old place: a map keeps the order of what it has.
    Map.prototype.set.call(this.#proposals, proposal.id, changed);
    this.#listener.proposal?.(changed);
    return changed;
  }
}
