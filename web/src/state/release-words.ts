/** What was done with a paused call, in words. A release cannot be taken back: this says what it was. */
import type { ContinueRequest } from "../../../src/protocol/actions.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Said } from "./toasts.ts";

/** `pauses` were released with one body, all of one function. */
export function releasedWords(pauses: readonly PausedCall[], body: ContinueRequest): Said | null {
  const first = pauses[0]?.call_data;
  if (!first) return null;
  const isAfter = first.pause_when === "after";
  const times = pauses.length > 1 ? `, ${pauses.length} times` : "";
  const next = body.step ? `${times}; the next call of its program pauses` : times;
  const words = (before: string, after = ""): Said => ({
    before,
    name: first.method_name,
    after: after + next,
  });
  switch (body.action) {
    case "modify":
      return words("Ran", " with the edit");
    case "skip":
      return isAfter ? words("Gave", " another result") : words("Skipped");
    case "raise":
      return words("Threw in place of");
    case "replace":
      return words("Ran another function in place of");
    case "call_again":
      return words("Calling", " again");
    default:
      return words("Resumed");
  }
}
