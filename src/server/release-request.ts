/** What a request to release a call means; refused when it could mean something else than was meant. */
import { ContinueRequest } from "../protocol/actions.ts";
import { Refusal } from "./engine/refusal.ts";
import { nearest } from "./nearest.ts";
import { unknownField } from "./unknown-field.ts";

type Intent = "continue" | "modify" | "skip" | "raise" | "replace" | "call_again";

/** What a request says beside its action. */
type Beside = "action" | "pause_after" | "call_again" | "step";

/** Which action each field belongs to. */
const INTENTS: Record<Exclude<keyof ContinueRequest, Beside>, Exclude<Intent, "continue" | "call_again">> = {
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

/**
 * The action a request asks for: the one it names, or the one its fields belong to. Releasing the wrong way cannot be
 * undone, so a mistyped field, fields of two actions, and an action without what it needs are refused.
 */
export function intentOf(request: ContinueRequest): Intent {
  refuseMistyped(request);
  const given = Object.entries(INTENTS).filter(([field]) => isGiven(request, field as keyof ContinueRequest));
  const [first, second] = new Map(given.map(([field, intent]) => [intent, field]));
  const intent = (namedBy(request, first?.[0]) ?? first?.[0] ?? "continue") as Intent;
  const stray = second ?? (first && first[0] !== withoutAgain(intent) ? first : undefined);
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
  if (request.pause_after && (intent === "skip" || intent === "raise"))
    throw new Refusal(
      "invalid_request",
      `pause_after does not go with ${JSON.stringify(intent)}: the function will not run. Leave it out; the call is still paused.`,
    );
  return intent;
}

/** The contract names "continue" for a replacement; running once more may be said by a field of its own. */
function namedBy(
  { action, call_again }: ContinueRequest,
  given: Intent | undefined,
): string | null | undefined {
  if (call_again) {
    if (action == null || action === "call_again" || action === "modify") return "call_again";
    throw new Refusal(
      "invalid_request",
      `call_again does not go with the action ${JSON.stringify(action)}. Leave one of them out; the call is still paused.`,
    );
  }
  return action === "continue" && given === "replace" ? "replace" : action;
}

/** Arguments are given to a call that runs once more as they are to one that runs. */
const withoutAgain = (intent: Intent): Intent => (intent === "call_again" ? "modify" : intent);

/** `fake_result: null` is a result; elsewhere null is as good as nothing. */
function isGiven(request: ContinueRequest, field: keyof ContinueRequest): boolean {
  return field === "fake_result" ? request.fake_result !== undefined : request[field] != null;
}

/** A field that looks like none is of a newer client, and means nothing here. */
function refuseMistyped(request: ContinueRequest): void {
  const known = Object.keys(ContinueRequest.properties);
  const mistyped = Object.keys(request).find(
    (name) => !known.includes(name) && nearest(name, known) !== undefined,
  );
  if (mistyped !== undefined) throw unknownField(mistyped, known, "The call is still paused");
}
