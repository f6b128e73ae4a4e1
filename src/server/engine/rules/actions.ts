/** What a rule does, as the request a person would send to do it. */
import type { ContinueRequest } from "../../../protocol/actions.ts";
import type { RuleAction } from "../../../protocol/rules.ts";
import { own } from "../../own-property.ts";
import type { Call } from "../calls.ts";
import { Refusal } from "../refusal.ts";

/** Throws a Refusal when the call has no such argument. */
export function requestFor(action: RuleAction, call: Call): ContinueRequest {
  switch (action.type) {
    case "skip":
    case "rewrite":
      return { action: "skip", fake_result: action.result ?? null };
    case "raise":
      return {
        action: "raise",
        exception_type: action.exception_type ?? null,
        exception_message: action.exception_message ?? "",
      };
    case "replace":
      return { action: "replace", replacement_function: action.function_name };
    case "modify":
      return modified(call, action.args ?? {}, action.kwargs ?? {});
    default:
      return { action: "continue" };
  }
}

/** Only what is named changes; the rest stays the very objects the caller passed. */
function modified(
  call: Call,
  args: Readonly<Record<string, unknown>>,
  kwargs: Readonly<Record<string, unknown>>,
): ContinueRequest {
  const changed: unknown[] = call.args.map(({ cid }) => ({ cid }));
  for (const [place, value] of Object.entries(args)) {
    const index = Number(place);
    if (!Number.isInteger(index) || index < 0 || index >= changed.length)
      throw new Refusal(
        "invalid_request",
        `The rule changes args[${place}], and the call has ${changed.length === 0 ? "no arguments" : `${changed.length} argument(s)`}.`,
      );
    changed[index] = value;
  }
  const named: Record<string, unknown> = {};
  for (const [name, { cid }] of call.kwargs) own(named, name, { cid });
  for (const [name, value] of Object.entries(kwargs)) own(named, name, value);
  return { action: "modify", modified_args: changed, modified_kwargs: named };
}
