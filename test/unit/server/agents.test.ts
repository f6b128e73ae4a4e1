/** What agents may do, who works at a pause, what was proposed: the state machine alone, with a clock of its own. */
import { beforeEach, describe, expect, test } from "bun:test";
import type { DecidedBy } from "../../../src/protocol/actions.ts";
import { Agents } from "../../../src/server/engine/agents.ts";
import type { Pause } from "../../../src/server/engine/pauses.ts";
import { Refusal } from "../../../src/server/engine/refusal.ts";

const ADA: DecidedBy = { kind: "person", name: "Ada" };
const CLAUDE: DecidedBy = { kind: "agent", name: "Claude" };
const OTHER: DecidedBy = { kind: "agent", name: "other" };
const SCRIPT: DecidedBy = { kind: "script" };

const pause = (id = "p1", methodName = "charge") => ({ id, call: { id: `call-${id}`, methodName } }) as Pause;

let now: number;
let told: string[];
let agents: Agents;
beforeEach(() => {
  now = 1_000;
  told = [];
  let ids = 0;
  agents = new Agents({
    now: () => now,
    newId: () => `id${++ids}`,
    listener: {
      proposal: ({ id, status }) => told.push(`${id} ${status}`),
      held: (id, holder) => told.push(`${id} held by ${holder?.name ?? "nobody"}`),
      policy: ({ default: policy }) => told.push(`policy ${policy}`),
    },
  });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return "allowed";
}

describe("the policy", () => {
  test("binds agents alone; a function's own goes before the default", () => {
    const may = (by: DecidedBy, name: string) => codeOf(() => agents.requireAllowed(by, name, "touch"));
    expect(may(CLAUDE, "charge")).toBe("allowed");
    agents.setPolicy(null, "propose");
    agents.setPolicy("read", "allow");
    agents.setPolicy("pay", "deny");
    expect(may(CLAUDE, "charge")).toBe("proposal_needed");
    expect(may(CLAUDE, "read")).toBe("allowed");
    expect(may(CLAUDE, "pay")).toBe("denied_to_agents");
    for (const by of [ADA, SCRIPT]) expect(may(by, "pay")).toBe("allowed");
    agents.setPolicy("pay", null);
    expect(may(CLAUDE, "pay")).toBe("proposal_needed");
    expect(agents.policies()).toEqual({ default: "propose", functions: { read: "allow" } });
    expect(codeOf(() => agents.setPolicy(null, null))).toBe("invalid_request");
    expect(told).toEqual(Array.from({ length: 4 }, () => "policy propose"));
  });

  test("a rule that pauses or logs is anybody's; one that acts is not, nor one about many functions", () => {
    agents.setPolicy("pay", "deny");
    const rule = (fields: object) =>
      codeOf(() => agents.requireRule(CLAUDE, { function: "pay", ...fields } as never));
    expect(rule({})).toBe("allowed");
    expect(rule({ action: { type: "log", template: "x" } })).toBe("allowed");
    expect(rule({ action: { type: "skip" } })).toBe("denied_to_agents");
    expect(rule({ function: "other", action: { type: "skip" } })).toBe("allowed");
    expect(rule({ function: "*", match: "glob", action: { type: "skip" } })).toBe("denied_to_agents");
    agents.setPolicy("pay", null);
    expect(rule({ function: "*", match: "glob", action: { type: "skip" } })).toBe("allowed");
  });
});

describe("a pause", () => {
  test("is held by who acts there, for a while after the last act; scripts hold nothing", () => {
    agents.enter(SCRIPT, pause(), "touch");
    expect(agents.holderOf("p1")).toBeNull();
    agents.enter(CLAUDE, pause(), "touch");
    expect(agents.holderOf("p1")).toMatchObject({ ...CLAUDE, since: 1_000, until: 1_120 });
    now += 100;
    agents.enter(CLAUDE, pause(), "touch");
    expect(agents.holderOf("p1")).toMatchObject({ since: 1_000, until: 1_220 });
    now += 121;
    agents.sweep();
    expect(agents.holders()).toEqual({});
    expect(told).toEqual(["p1 held by Claude", "p1 held by nobody"]);
  });

  test("that a person holds is closed to agents; a person takes over from one", () => {
    agents.enter(CLAUDE, pause(), "touch");
    agents.take(ADA, "p1");
    expect(agents.holderOf("p1")).toMatchObject(ADA);
    expect(codeOf(() => agents.enter(CLAUDE, pause(), "touch"))).toBe("held_by_person");
    expect(codeOf(() => agents.take(CLAUDE, "p1"))).toBe("held_by_person");
    agents.letGo(CLAUDE, "p1");
    expect(agents.holderOf("p1")).toMatchObject(ADA);
    agents.letGo(ADA, "p1");
    expect(codeOf(() => agents.enter(CLAUDE, pause(), "touch"))).toBe("allowed");
  });
});

describe("a proposal", () => {
  const release = { kind: "release" as const, action: {} };
  const propose = (by = CLAUDE, at = pause()) => agents.propose(by, at, release, "because");

  test("waits, is listed, and is answered once", () => {
    const { id } = propose();
    expect(agents.proposals({ status: "open" })).toMatchObject([
      { id, note: "because", proposed_by: CLAUDE },
    ]);
    expect(agents.accept(id, ADA, release)).toMatchObject({ status: "accepted", answered_by: ADA });
    expect(codeOf(() => agents.accept(id, ADA, release))).toBe("proposal_closed");
    expect(codeOf(() => agents.reject(id, ADA, ""))).toBe("proposal_closed");
    expect(codeOf(() => agents.requireProposal("id9"))).toBe("proposal_not_found");
    expect(told).toEqual(["id1 open", "id1 accepted"]);
  });

  test("that is being carried out takes no other answer, and does not become pointless by it", () => {
    const { id } = propose();
    agents.begin(id);
    expect(codeOf(() => agents.begin(id))).toBe("proposal_closed");
    expect(codeOf(() => agents.reject(id, ADA, ""))).toBe("proposal_closed");
    agents.pauseEnded("p1");
    expect(agents.accept(id, ADA, release, { failed: "too late" })).toMatchObject({
      status: "failed",
      answer: "too late",
    });
  });

  test("is rejected by a person, or taken back by who made it", () => {
    expect(agents.reject(propose().id, ADA, "no")).toMatchObject({ status: "rejected", answer: "no" });
    const { id } = propose();
    expect(codeOf(() => agents.reject(id, OTHER, ""))).toBe("denied_to_agents");
    expect(agents.reject(id, CLAUDE, "")).toMatchObject({ status: "rejected", answered_by: CLAUDE });
  });

  test("has no point any more when its pause is over", () => {
    const [first, second] = [propose(), propose(CLAUDE, pause("p2"))];
    agents.pauseEnded("p1");
    expect(agents.requireProposal(first.id).status).toBe("obsolete");
    expect(agents.proposals({ pauseId: "p2" })).toMatchObject([{ id: second.id, status: "open" }]);
  });

  test("needs a function that is not closed to agents", () => {
    agents.setPolicy("charge", "deny");
    expect(codeOf(() => propose())).toBe("denied_to_agents");
    expect(codeOf(() => propose(SCRIPT as never))).toBe("allowed");
  });
});
