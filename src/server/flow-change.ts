/** A request to control the flow, carried out. */
import type { DecidedBy } from "../protocol/actions.ts";
import type { DelayedCall, FlowChanged, FlowRequest, FlowResponse } from "../protocol/flow.ts";
import type { ServerContext } from "./context.ts";
import { processKey } from "./engine/calls.ts";
import type { FlowChange } from "./engine/flow.ts";
import type { BreakpointManager } from "./engine/manager.ts";
import type { Pause } from "./engine/pauses.ts";
import { Refusal } from "./engine/refusal.ts";

/** Delayed calls that are listed; their number tells of more. */
const MOST_LISTED = 200;

export function flowView(manager: BreakpointManager): FlowResponse {
  const delayed = manager.delayed().sort((a, b) => (a.until ?? 0) - (b.until ?? 0));
  return { ...manager.flow(), delayed: delayed.slice(0, MOST_LISTED).map(delayedCall) };
}

const delayedCall = ({ id, call, rule, pausedAt, until }: Pause): DelayedCall => ({
  pause_id: id,
  call_id: call.id,
  function_name: call.methodName,
  process_key: processKey(call.process),
  rule,
  delayed_at: pausedAt,
  until: until ?? pausedAt,
});

/** Everything is looked at first, so that a request that is refused has changed nothing. */
export async function changeFlow(
  context: Pick<ServerContext, "manager" | "debuggees" | "agents">,
  request: FlowRequest,
  by: DecidedBy,
): Promise<FlowChanged> {
  const { manager } = context;
  const { step, resume_all } = request;
  if (step === true && resume_all == null)
    throw new Refusal(
      "invalid_request",
      "step is true, which goes with resume_all; to step one call give the id of its pause. Nothing has changed.",
    );
  if (typeof step === "string" && resume_all != null)
    throw new Refusal(
      "invalid_request",
      "step names one pause and resume_all means many: leave one of them out. Nothing has changed.",
    );
  if (step != null && request.mute)
    throw new Refusal(
      "flow_muted",
      "mute lets everything run, so a step would never pause: leave one of them out. Nothing has changed.",
    );
  const stepped = typeof step === "string" ? manager.requireWaiting(step) : null;
  const which = resume_all === true || resume_all == null ? {} : resume_all;
  const meant = stepped ? [stepped] : resume_all == null ? [] : manager.heldBack(which);
  for (const pause of meant) context.agents.enter(by, pause, "release a call of");
  const change = changeOf(context, request);
  if (stepped) change.pauseNext = processKey(stepped.call.process);
  manager.changeFlow(change);
  const released: Pause[] = [];
  if (stepped) {
    await release(context, stepped, by);
    released.push(stepped);
  }
  if (resume_all != null) {
    if (step === true) await pauseNextOfEach(context, which);
    released.push(...manager.resumeAll(which, by));
  }
  return { status: "ok", resumed: released.map(({ id }) => id), ...flowView(manager) };
}

/** The programs know that their next call is asked about before any of them goes on. */
async function pauseNextOfEach(
  { manager, debuggees }: Pick<ServerContext, "manager" | "debuggees">,
  which: Parameters<BreakpointManager["resumeAll"]>[0],
): Promise<void> {
  const processes = new Set(manager.heldBack(which).map(({ call }) => processKey(call.process)));
  for (const process of processes) manager.changeFlow({ pauseNext: process });
  await debuggees.settled();
}

async function release(
  { manager, debuggees }: Pick<ServerContext, "manager" | "debuggees">,
  pause: Pause,
  by: DecidedBy,
): Promise<void> {
  await debuggees.settled();
  manager.release(pause.id, manager.continueAction(pause), { by });
}

function changeOf(context: Pick<ServerContext, "manager" | "debuggees">, request: FlowRequest): FlowChange {
  const known = (process: string) => knownProcess(context, process);
  const change: FlowChange = {};
  const { pause_all, pause_next, mute, mute_process, unmute_process, max_pauses_per_second } = request;
  if (pause_all != null) change.pauseAll = pause_all;
  if (pause_next != null) change.pauseNext = typeof pause_next === "string" ? known(pause_next) : pause_next;
  if (mute != null) change.mute = mute;
  if (mute_process != null) change.muteProcess = known(mute_process);
  // One that is gone may still be listed as muted.
  if (unmute_process != null)
    change.unmuteProcess = context.manager.flow().muted_processes.includes(unmute_process)
      ? unmute_process
      : known(unmute_process);
  if (max_pauses_per_second != null) change.maxPausesPerSecond = max_pauses_per_second;
  return change;
}

/** The process_key of a program that is there, by that or by its pid. */
function knownProcess(
  { manager, debuggees }: Pick<ServerContext, "manager" | "debuggees">,
  wanted: string,
): string {
  const keys = [
    ...debuggees.processes().map(({ process_key }) => process_key),
    ...manager.heldBack({}).map(({ call }) => processKey(call.process)),
  ];
  if (keys.includes(wanted)) return wanted;
  const [byPid] = keys.filter((key) => key.endsWith(`+${wanted}`));
  if (byPid !== undefined) return byPid;
  throw new Refusal(
    "process_not_found",
    `There is no process ${JSON.stringify(wanted)}. GET /api/processes lists those there are. Nothing has changed.`,
  );
}
