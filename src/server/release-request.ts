/** What a request to release a call means; refused when it could mean something else than was meant. */
import { distance } from "fastest-levenshtein";
import { ContinueRequest } from "../protocol/actions.ts";
import { Refusal } from "./engine/refusal.ts";

type Intent = "continue" | "modify" | "skip" | "raise" | "replace";

/** Which action each field belongs to. */
const INTENTS: Record<
  Exclude<keyof ContinueRequest, "action" | "pause_after" | "call_again" | "step">,
  Exclude<Intent, "continue">
> = {
  modified_args: "modify",
  modified_kwargs: "modify",
  fake_result: "skip",
  fake_result_data: "skip",
  fake_result_cid: "skip",
  fake_result_serialization_format: "skip",
  exception_type: "raise",
  exception_message: "raise",
  replacement_function: "replace",
};

/** How many letters a mistyped field may differ by. */
const NEAR = 3;

/**
 * The action a request asks for: the one it names, or the one its fields belong to. Releasing the wrong way cannot be
 * undone, so a mistyped field, fields of two actions, and an action without what it needs are refused.
 */
export function intentOf(request: ContinueRequest): Intent {
  refuseMistyped(request);
  const given = Object.entries(INTENTS).filter(([field]) => isGiven(request, field as keyof ContinueRequest));
  const [first, second] = new Map(given.map(([field, intent]) => [intent, field]));
  // The contract names "continue" for a replacement.
  const named = request.action === "continue" && first?.[0] === "replace" ? "replace" : request.action;
  const intent = (named ?? first?.[0] ?? "continue") as Intent;
  const stray = second ?? (first && first[0] !== intent ? first : undefined);
  if (stray) {
    throw new Refusal(
      "invalid_request",
      `${stray[1]} does not go with the action ${JSON.stringify(intent)}. Leave one of them out; the call is still paused.`,
    );
  }
  if ((intent === "modify" || intent === "replace") && !first) {
    const needed = intent === "modify" ? "modified_args or modified_kwargs" : "replacement_function";
    throw new Refusal(
      "missing_fields",
      `The action ${JSON.stringify(intent)} needs ${needed}; the call is still paused.`,
    );
  }
  return intent;
}

/** `fake_result: null` is a result; elsewhere null is as good as nothing. */
function isGiven(request: ContinueRequest, field: keyof ContinueRequest): boolean {
  return field === "fake_result" ? request.fake_result !== undefined : request[field] != null;
}

function refuseMistyped(request: ContinueRequest): void {
  const known = Object.keys(ContinueRequest.properties);
  for (const field of Object.keys(request).filter((name) => !known.includes(name))) {
    const nearest = known.find((name) => distance(field, name) <= NEAR);
    if (nearest === undefined) continue;
    throw new Refusal(
      "invalid_request",
      `There is no field ${JSON.stringify(field)}; did you mean ${nearest}? The call is still paused.`,
    );
  }
}
