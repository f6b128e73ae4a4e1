/** What releasing a paused call sends: values for what was edited, `{cid}` for what was not, so that it stays the very same object. */
import type { ContinueRequest } from "../../../src/protocol/actions.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { readLiteral } from "../values/literal.ts";
import { notCarried, strangers } from "../values/tags.ts";
import type { Draft } from "./drafts.ts";
import { argumentSlots, type Edit, editsOf, errorIn, slotsOf } from "./slots.ts";

export type Body = { ok: true; body: ContinueRequest } | { ok: false; reason: string };

const refused = (reason: string): Body => ({ ok: false, reason });

const after = (draft: Draft | undefined, pause: PausedCall): Pick<ContinueRequest, "pause_after"> =>
  draft?.pauseAfter && pause.call_data.accepts_pause_after ? { pause_after: true } : {};

/** Run it as it was. */
export const continueBody = (pause: PausedCall, draft: Draft | undefined): ContinueRequest => ({
  action: "continue",
  ...after(draft, pause),
});

/** Run with the edits; after the call, run once more with them. */
export function modifyBody(pause: PausedCall, draft: Draft | undefined): Body {
  const made = argumentsOf(pause, draft);
  if (!made.ok) return made;
  if (!made.isEdited) return refused("Nothing is edited yet.");
  const { modified_args, modified_kwargs } = made;
  return { ok: true, body: { action: "modify", modified_args, modified_kwargs, ...after(draft, pause) } };
}

/** After the call: the same function once more, with the edited arguments if there are any. */
export function againBody(pause: PausedCall, draft: Draft | undefined): Body {
  const made = argumentsOf(pause, draft);
  if (!made.ok) return made;
  if (editsOf(pause, draft).some(({ slot }) => slot.key === "r"))
    return refused("Running it again makes another result: take the edit of the result back first.");
  const { modified_args, modified_kwargs } = made;
  return {
    ok: true,
    body: { action: "call_again", ...(made.isEdited ? { modified_args, modified_kwargs } : {}) },
  };
}

type Made =
  | { ok: true; isEdited: boolean; modified_args: unknown[]; modified_kwargs: Record<string, unknown> }
  | { ok: false; reason: string };

function argumentsOf(pause: PausedCall, draft: Draft | undefined): Made {
  const slots = argumentSlots(pause);
  const edits = new Map(
    editsOf(pause, draft)
      .filter(({ slot }) => slots.includes(slot))
      .map((edit) => [edit.slot.key, edit]),
  );
  const half = halfTyped(pause, draft);
  if (half) return { ok: false, reason: half };
  const values = new Map<string, unknown>();
  for (const [key, edit] of edits) {
    const value = valueIn(edit);
    if (!value.ok) return value;
    values.set(key, value.value);
  }
  const args: unknown[] = [];
  const kwargs = new Map<string, unknown>();
  for (const slot of slots) {
    const value = values.has(slot.key) ? values.get(slot.key) : { cid: slot.cid };
    if (slot.key.startsWith("k:")) kwargs.set(slot.key.slice(2), value);
    else args.push(value);
  }
  return {
    ok: true,
    isEdited: edits.size > 0,
    modified_args: args,
    modified_kwargs: Object.fromEntries(kwargs),
  };
}

/** A leaf that is being typed and is not a value yet must not be left out silently. */
function halfTyped(pause: PausedCall, draft: Draft | undefined): string | null {
  const typing = draft?.typing;
  if (!typing) return null;
  const read = readLiteral(typing.text, "date");
  const label = slotsOf(pause).find(({ key }) => key === typing.root)?.label ?? "the value";
  return read.ok ? null : `${label}: ${read.message}`;
}

function valueIn({ slot, text, error }: Edit): { ok: true; value: unknown } | { ok: false; reason: string } {
  if (error) return { ok: false, reason: `${slot.label}: ${error.message}` };
  const value: unknown = JSON.parse(text);
  if (looksLikeItem(value)) return { ok: false, reason: `${slot.label}: ${ITEM_AMBIGUITY}` };
  const lost = slot.editing === "leaf" ? strangers(JSON.parse(slot.text), value) : notCarried(value);
  if (lost.length > 0) return { ok: false, reason: `${slot.label}: ${cannotMake(lost)}` };
  return { ok: true, value };
}

/** Answer with the edited result of a call that has run. */
export function resultBody(pause: PausedCall, draft: Draft | undefined): Body {
  const edit = editsOf(pause, draft).find(({ slot }) => slot.key === "r");
  const half = halfTyped(pause, draft);
  if (half) return refused(half);
  if (!edit) return refused("The result is not edited yet.");
  const value = valueIn(edit);
  return value.ok ? { ok: true, body: { action: "skip", fake_result: value.value } } : value;
}

/** What the edits ask for: to run with them, to answer with another result, or to run once more. */
export function editedBody(pause: PausedCall, draft: Draft | undefined): Body {
  if (pause.call_data.pause_when === "before") return modifyBody(pause, draft);
  const edits = editsOf(pause, draft);
  return edits.some(({ slot }) => slot.key !== "r") ? againBody(pause, draft) : resultBody(pause, draft);
}

/** Do not run it; answer with a result. */
export function skipBody(text: string): Body {
  const error = errorIn(text);
  if (error) return refused(error.message);
  const value: unknown = JSON.parse(text);
  if (looksLikeItem(value)) return refused(ITEM_AMBIGUITY);
  const lost = notCarried(value);
  return lost.length > 0
    ? refused(cannotMake(lost))
    : { ok: true, body: { action: "skip", fake_result: value } };
}

export function throwBody(draft: Draft): Body {
  const type = draft.exceptionType.trim();
  return {
    ok: true,
    body: {
      action: "raise",
      ...(type === "" ? {} : { exception_type: type }),
      exception_message: draft.exceptionMessage,
    },
  };
}

export function replaceBody(pause: PausedCall, draft: Draft): Body {
  const name = draft.replacement.trim();
  if (name === "") return refused("Choose the function to run instead.");
  return { ok: true, body: { action: "replace", replacement_function: name, ...after(draft, pause) } };
}

const cannotMake = (lost: readonly string[]): string =>
  `a ${lost[0]} stands where there was none. Its text cannot be made into one: it stays only where it was.`;

const ITEM_AMBIGUITY =
  'An object with nothing but a CID stands for a value already known to the server. Add another property, or send it from code with "data".';

/** The server's own rule for telling an item from a value. */
function looksLikeItem(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "cid")) return false;
  const cid: unknown = Reflect.get(value, "cid");
  if (typeof cid !== "string" || !/^[0-9a-f]{128}$/i.test(cid)) return false;
  return Object.keys(value).every((key) =>
    ["cid", "data", "serialization_format", "client_ref"].includes(key),
  );
}
