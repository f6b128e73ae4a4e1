/** The arguments of a paused call as places that can be edited, and what an edit of them sends. */
import type { ContinueRequest } from "../../../src/protocol/actions.ts";
import { parameterNames } from "../../../src/protocol/parameters.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { PayloadItem } from "../../../src/protocol/payload.ts";
import { type JsonScan, scanJson } from "../values/json-scan.ts";
import { formatJson, minifyJson } from "../values/json-text.ts";
import { isPlainPickle } from "../values/pickle-shape.ts";
import { notCarried } from "../values/tags.ts";
import type { Draft } from "./drafts.ts";

export interface Slot {
  /** `a0` for the first positional argument, `k:name` for a keyword. */
  readonly key: string;
  readonly label: string;
  /** What the function calls it, when its signature says. */
  readonly name: string | null;
  readonly cid: string;
  /** The value as readable JSON. */
  readonly text: string;
  /** `whole`: JSON cannot carry the value back, so that any edit replaces all of it. */
  readonly editing: "leaf" | "whole";
  /** Why, in words. */
  readonly why: string | null;
  /** What an edit begins with. */
  readonly seed: string;
}

/** Past this many characters a value is shown as it came, not laid out. */
const LARGE_TEXT = 100_000;
/** Past this a text area answers too slowly: the value can be replaced, not edited. */
const EDITABLE_TEXT = 1_000_000;

const cache = new WeakMap<PausedCall, readonly Slot[]>();

export function slotsOf(pause: PausedCall): readonly Slot[] {
  const known = cache.get(pause);
  if (known) return known;
  const { args, kwargs, pretty_args, pretty_kwargs, signature } = pause.call_data;
  const names = parameterNames(signature, args.length);
  const slots = [
    ...args.map((item, at) => ({
      ...slotOf(`a${at}`, `args[${at}]`, item, pretty_args[at]),
      name: names[at] ?? null,
    })),
    ...Object.entries(kwargs).map(([name, item]) =>
      slotOf(`k:${name}`, name, item, Object.hasOwn(pretty_kwargs, name) ? pretty_kwargs[name] : null),
    ),
  ];
  cache.set(pause, slots);
  return slots;
}

function slotOf(key: string, label: string, item: PayloadItem, pretty: unknown): Slot {
  const isJson = item.serialization_format === "json" && typeof item.data === "string";
  const raw = isJson ? (item.data ?? "") : JSON.stringify(pretty ?? null);
  const text = raw.length > LARGE_TEXT ? raw : formatJson(raw);
  const isHuge = text.length > EDITABLE_TEXT;
  const why = isHuge ? "It is too large to be edited here." : whyWhole(item, text);
  return {
    key,
    label,
    name: null,
    cid: item.cid,
    text,
    editing: why === null ? "leaf" : "whole",
    why,
    seed: isHuge ? "null" : text,
  };
}

/** Why the text shown cannot stand for the value; null when it can. */
function whyWhole(item: PayloadItem, text: string): string | null {
  if (typeof item.data !== "string") return "This is a shortened form of the value.";
  if (item.serialization_format !== "json") {
    return isPlainPickle(item.data) ? null : "This is a readable form of a Python object, not the object.";
  }
  const lost = text.includes("$type") ? notCarried(parsed(text)) : [];
  return lost.length === 0 ? null : `It holds what JSON cannot carry (${lost.join(", ")}).`;
}

/** Whether an event left out large data, which `GET /api/paused/<id>` has. */
export function lacksData(pause: PausedCall): boolean {
  const { args, kwargs } = pause.call_data;
  return [...args, ...Object.values(kwargs)].some((item) => typeof item.data !== "string");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface Edit {
  readonly slot: Slot;
  readonly text: string;
  readonly scan: JsonScan;
}

const edited = new WeakMap<Draft, { pause: PausedCall; edits: readonly Edit[] }>();

/** Edits that would change something: spacing alone does not, replacing a whole value always does. */
export function editsOf(pause: PausedCall, draft: Draft | undefined): readonly Edit[] {
  if (!draft) return [];
  const known = edited.get(draft);
  if (known?.pause === pause) return known.edits;
  const edits = findEdits(pause, draft);
  edited.set(draft, { pause, edits });
  return edits;
}

function findEdits(pause: PausedCall, draft: Draft): readonly Edit[] {
  const edits: Edit[] = [];
  for (const slot of slotsOf(pause)) {
    const text = Object.hasOwn(draft.edits, slot.key) ? draft.edits[slot.key] : undefined;
    if (text === undefined) continue;
    const scan = scanJson(text);
    const isSame =
      slot.editing === "leaf" && scan.error === null && minifyJson(text) === minifyJson(slot.text);
    if (!isSame) edits.push({ slot, text, scan });
  }
  return edits;
}

export type Body = { ok: true; body: ContinueRequest } | { ok: false; reason: string };

/** Run with the edits: values for what was changed, `{cid}` for what was not, so that it stays the very same object. */
export function modifyBody(pause: PausedCall, draft: Draft | undefined): Body {
  const edits = new Map(editsOf(pause, draft).map((edit) => [edit.slot.key, edit]));
  if (edits.size === 0) return { ok: false, reason: "Nothing is edited yet." };
  const values = new Map<string, unknown>();
  for (const [key, edit] of edits) {
    if (edit.scan.error) return { ok: false, reason: `${edit.slot.label}: ${edit.scan.error.message}` };
    const value: unknown = JSON.parse(edit.text);
    if (looksLikeItem(value)) return { ok: false, reason: `${edit.slot.label}: ${ITEM_AMBIGUITY}` };
    values.set(key, value);
  }
  const args: unknown[] = [];
  const kwargs = new Map<string, unknown>();
  for (const slot of slotsOf(pause)) {
    const value = values.has(slot.key) ? values.get(slot.key) : { cid: slot.cid };
    if (slot.key.startsWith("k:")) kwargs.set(slot.key.slice(2), value);
    else args.push(value);
  }
  return {
    ok: true,
    body: { action: "modify", modified_args: args, modified_kwargs: Object.fromEntries(kwargs) },
  };
}

export function skipBody(text: string): Body {
  const { error } = scanJson(text);
  if (error) return { ok: false, reason: error.message };
  const value: unknown = JSON.parse(text);
  if (looksLikeItem(value)) return { ok: false, reason: ITEM_AMBIGUITY };
  return { ok: true, body: { action: "skip", fake_result: value } };
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
