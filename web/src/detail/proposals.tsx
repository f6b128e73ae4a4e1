/** Who else is at a paused call: who works there, and what an agent proposes to do, for a person to accept or refuse. */
import { useState } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { AgentsView, Holder, Proposal } from "../../../src/protocol/proposals.ts";
import { reasonOf, request } from "../api.ts";
import { Icon } from "../components/icon.tsx";
import { once } from "../components/once.ts";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { decidedText } from "./call-header.tsx";

const AGAIN_MS = 1_500;

export function Proposals({ pause }: { pause: PausedCall }) {
  const { data, again } = useRemote(
    pause.id,
    (signal) => request<AgentsView>("GET", "/api/agents", undefined, signal),
    AGAIN_MS,
  );
  const holder = data?.holders[pause.id];
  const proposals = data?.proposals.filter(({ pause_id }) => pause_id === pause.id) ?? [];
  return (
    <>
      {holder?.kind === "agent" && <AtWork holder={holder} pauseId={pause.id} onTaken={again} />}
      {reassignedText(pause) !== "" && (
        <p className="proposal">
          <Icon name="agent" className="accent" />
          <span className="proposal-text">
            An evaluation changed <Shown text={reassignedText(pause)} />: the call runs with that.
          </span>
        </p>
      )}
      {proposals.map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} />
      ))}
    </>
  );
}

/** An agent is at this pause: a person may take it over, and the agent can then only propose. */
function AtWork({ holder, pauseId, onTaken }: { holder: Holder; pauseId: string; onTaken: () => void }) {
  const take = () => {
    request("POST", `/api/paused/${encodeURIComponent(pauseId)}/hold`, {}).then(onTaken, onTaken);
  };
  return (
    <section className="proposal" aria-label="At work here">
      <Icon name="agent" className="accent" />
      <p className="proposal-text">
        <b>
          <Shown text={decidedText({ decided_by: holder })} />
        </b>{" "}
        is at work here.
      </p>
      <button type="button" className="button" onClick={once(take)}>
        <Icon name="person" /> Take over
      </button>
    </section>
  );
}

/** `args[0] = 99`, of arguments that an evaluation before the call changed. */
function reassignedText({ call_data: { mutated, pause_when } }: PausedCall): string {
  if (pause_when !== "before" || !mutated) return "";
  return mutated
    .map(({ index, pretty }) => `args[${index}] = ${JSON.stringify(pretty)?.slice(0, 200)}`)
    .join(", ");
}

function ProposalCard({ proposal }: { proposal: Proposal }) {
  const [problem, setProblem] = useState<string | null>(null);
  const answer = (how: "accept" | "reject") => {
    request("POST", `/api/proposals/${encodeURIComponent(proposal.id)}/${how}`, {}).then(
      () => setProblem(null),
      (error: unknown) => setProblem(reasonOf(error)),
    );
  };
  return (
    <section className="proposal" aria-label="Proposal">
      <Icon name="agent" className="accent" />
      <div className="proposal-text">
        <p>
          <b>
            <Shown text={decidedText({ decided_by: proposal.proposed_by })} />
          </b>{" "}
          proposes to{" "}
          {proposal.proposed.kind === "evaluate"
            ? "evaluate"
            : (proposal.proposed.action.action ?? "continue").replace("_", " ")}
          {proposal.note !== "" && (
            <>
              {": "}
              <Shown text={proposal.note} />
            </>
          )}
        </p>
        <pre className="code">
          <Shown text={proposedText(proposal)} block />
        </pre>
        {problem !== null && (
          <p className="bad" role="alert">
            <Shown text={problem} />
          </p>
        )}
      </div>
      <button type="button" className="button primary" onClick={once(() => answer("accept"))}>
        <Icon name="check" /> Accept
      </button>
      <button type="button" className="button" onClick={once(() => answer("reject"))}>
        <Icon name="cross" /> No
      </button>
    </section>
  );
}

/** What would be sent, in short. */
function proposedText({ proposed }: Proposal): string {
  if (proposed.kind === "evaluate") return proposed.expr;
  const { action: _name, ...rest } = proposed.action;
  const text = JSON.stringify(rest);
  return text === "{}" ? "" : text.slice(0, 2_000);
}
