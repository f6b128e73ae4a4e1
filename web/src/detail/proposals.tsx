/** What an agent proposes to do about a paused call: a person accepts it, or says no. */
import { useState } from "react";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Proposal } from "../../../src/protocol/proposals.ts";
import { reasonOf, request } from "../api.ts";
import { Icon } from "../components/icon.tsx";
import { once } from "../components/once.ts";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { decidedText } from "./call-header.tsx";

const AGAIN_MS = 1_500;

export function Proposals({ pause }: { pause: PausedCall }) {
  const asked = useRemote(
    pause.id,
    (signal) =>
      request<{ proposals: Proposal[] }>(
        "GET",
        `/api/proposals?status=open&pause_id=${encodeURIComponent(pause.id)}`,
        undefined,
        signal,
      ),
    AGAIN_MS,
  );
  return asked.data?.proposals.map((proposal) => <ProposalCard key={proposal.id} proposal={proposal} />);
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
