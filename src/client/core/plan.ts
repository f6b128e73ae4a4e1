/** Turns the server's action into what this process does: run something, answer something, or throw something. */
import type { FinalAction, ModifyAction, SkipAction } from "../../protocol/actions.ts";
import type { CallSite } from "../../protocol/calls.ts";
import type { PayloadItem } from "../../protocol/payload.ts";
import { decode } from "../encode/decode.ts";
import { DebugCidNotFoundError, DebugSerializationError } from "../errors.ts";
import { beginInProgram } from "./call-site.ts";
import type { CallDraft } from "./draft.ts";
import type { KnownFunction, Registry } from "./registry.ts";
import { currentArgs } from "./repl-scope.ts";

export type Plan =
  /** `by` is `null` for the function itself. */
  | { kind: "run"; args: unknown[]; by: KnownFunction | null }
  | { kind: "answer"; value: unknown }
  | { kind: "throw"; error: unknown };

/** What to do with a call. Throws a `DebugError` when the action cannot be carried out here. */
export function planOf(action: FinalAction, draft: CallDraft, registry: Registry): Plan {
  const own = currentArgs(draft);
  switch (action.action) {
    case "continue":
      return { kind: "run", args: own, by: null };
    case "modify":
      return { kind: "run", args: modifiedArgs(action, draft), by: null };
    case "skip":
      return { kind: "answer", value: fakeResult(action, draft) };
    case "raise":
      return {
        kind: "throw",
        error: buildError(action.exception_type, action.exception_message, draft.site),
      };
    case "replace":
      return { kind: "run", args: own, by: registry.replacement(action.function_name) };
  }
}

function modifiedArgs(action: ModifyAction, draft: CallDraft): unknown[] {
  const current = currentArgs(draft);
  return action.modified_args.map((item, index) => {
    const own = draft.args[index];
    if (own && own.cid === item.cid) return current[index];
    const held = heldValue(item.cid, draft);
    if (held) return held.value;
    const what = `argument ${index + 1} of ${draft.name}`;
    return decode(dataOf(item, what), own && { text: own.text, value: own.value });
  });
}

/** A value of this very call, so that arguments can change places and stay the objects they are. */
function heldValue(cid: string | null | undefined, draft: CallDraft): { value: unknown } | undefined {
  if (!cid) return undefined;
  return (
    draft.args.find((payload) => payload.cid === cid) ??
    (draft.target?.cid === cid ? draft.target : undefined)
  );
}

function dataOf(item: PayloadItem, what: string): string {
  if (typeof item.data !== "string") {
    throw new DebugCidNotFoundError(
      `The server sent ${what} by its CID alone, and it is none of this call's values (${item.cid.slice(0, 12)}…).`,
      [item.cid],
    );
  }
  return jsonOnly(item.data, item.serialization_format, what);
}

function jsonOnly(data: string, format: string | null | undefined, what: string): string {
  if (format !== "dill") return data;
  throw new DebugSerializationError(
    `The server sent ${what} as a Python pickle, which JavaScript cannot read; this client asks for "json".`,
  );
}

/** The value a `skip` answers with. */
export function fakeResult(action: SkipAction, draft: CallDraft): unknown {
  const held = heldValue(action.fake_result_cid, draft);
  if (held) return held.value;
  if (typeof action.fake_result_data !== "string") return action.fake_result;
  const what = `the result of ${draft.name}`;
  return decode(jsonOnly(action.fake_result_data, action.fake_result_serialization_format, what));
}

/** Marks errors that a person or a rule chose, not the program. Not enumerable: it changes no comparison, no JSON. */
export const FROM_DEBUGGER = "fromDebugger";

const BUILT_IN = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/**
 * An error of the type that was named: a built-in one where JavaScript has it, else an `Error` that bears the name. Its stack
 * begins where the program made the call.
 */
export function buildError(type: string, message: unknown, site: CallSite): Error {
  const text = typeof message === "string" ? message : "";
  const Known = Object.hasOwn(BUILT_IN, type) ? BUILT_IN[type as keyof typeof BUILT_IN] : undefined;
  const error = Known ? new Known(text) : new Error(text);
  if (!Known) Object.defineProperty(error, "name", { value: type, writable: true, configurable: true });
  Object.defineProperty(error, FROM_DEBUGGER, { value: true, configurable: true });
  beginInProgram(error, error.name, site.stack_trace);
  return error;
}
