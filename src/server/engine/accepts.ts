/** What a paused call can be released with. Nothing else is ever sent to its client. */
import type { ActionName } from "../../protocol/actions.ts";
import type { Pause } from "./pauses.ts";

const BEFORE: readonly ActionName[] = ["continue", "modify", "skip", "raise", "replace"];

/** A client of the contract knows no more once a call has run; ours say what they can. */
export function acceptedBy({ when, call }: Pick<Pause, "when" | "call">): readonly ActionName[] {
  if (when === "before") return BEFORE;
  const features = call.client?.features ?? [];
  return [
    "continue",
    ...(features.includes("change_outcome") ? (["skip", "raise"] as const) : []),
    ...(features.includes("call_again") ? (["call_again"] as const) : []),
  ];
}

/** Over HTTP every end is reported and may be answered with a pause; on the live channel the client must know. */
export function acceptsPauseAfter({ when, call }: Pick<Pause, "when" | "call">): boolean {
  return when === "before" && (call.client === undefined || call.client.features.includes("pause_after"));
}

/** Why not, for a person. */
export function refusalOf(pause: Pick<Pause, "when" | "call">, action: string): string {
  const accepted = acceptedBy(pause).join(", ");
  if (pause.when === "after" && (action === "modify" || action === "replace"))
    return `The call has already run, so ${JSON.stringify(action)} comes too late; it takes ${accepted}. It is still paused.`;
  if (pause.when === "before" && action === "call_again")
    return `The call has not run yet, so it cannot run again; it takes ${accepted}. It is still paused.`;
  return `The call has already run, and its client takes only ${accepted} now, not ${JSON.stringify(action)}. It is still paused.`;
}
