/** The values of a paused call as places that can be edited. What an edit of them sends: release-bodies.ts. */
import { parameterNames } from "../../../src/protocol/parameters.ts";
import type { PausedCall, PausedCallData } from "../../../src/protocol/pauses.ts";
import type { PayloadItem } from "../../../src/protocol/payload.ts";
import { type JsonError, scanJson } from "../values/json-scan.ts";
import { formatJson, minifyJson } from "../values/json-text.ts";
import { isPlainPickle } from "../values/pickle-shape.ts";
import type { Draft } from "./drafts.ts";

export interface Slot {
  /** `a0` for the first positional argument, `k:name` for a keyword, `r` for the result. */
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
  /** Python: its own tree is fetched by the CID, for the text is only a readable form. */
  readonly isPython: boolean;
}

/** Past this many characters a value is shown as it came, not laid out. */
const LARGE_TEXT = 100_000;
/** Past this, leaves are edited but not the whole text. */
const EDITABLE_TEXT = 2_000_000;
/** Past this, each edit would cost a noticeable time. */
const EDITABLE_LEAVES = 16_000_000;

const cache = new WeakMap<PausedCall, readonly Slot[]>();

/** The result of a call that has run; null before it, or when it threw. */
export function resultSlotOf(data: PausedCallData): Slot | null {
  if (data.pause_when === "before" || data.result === undefined) return null;
  return { ...slotOf("r", "result", data.result, data.pretty_result), name: "result" };
}

export function slotsOf(pause: PausedCall): readonly Slot[] {
  const known = cache.get(pause);
  if (known) return known;
  const { args, kwargs, pretty_args, pretty_kwargs, signature } = pause.call_data;
  const names = parameterNames(signature, args.length);
  const result = resultSlotOf(pause.call_data);
  const slots = [
    ...args.map((item, at) => ({
      ...slotOf(`a${at}`, `args[${at}]`, item, pretty_args[at]),
      name: names[at] ?? null,
    })),
    ...Object.entries(kwargs).map(([name, item]) =>
      slotOf(`k:${name}`, name, item, Object.hasOwn(pretty_kwargs, name) ? pretty_kwargs[name] : null),
    ),
    ...(result ? [result] : []),
  ];
  cache.set(pause, slots);
  return slots;
}

/** Arguments, without the result. */
export const argumentSlots = (pause: PausedCall): readonly Slot[] =>
  slotsOf(pause).filter(({ key }) => key !== "r");

/** A value as it came, or else the server's readable form of it. */
export function readableText(item: PayloadItem, pretty: unknown): string {
  const isJson = item.serialization_format === "json" && typeof item.data === "string";
  const raw = isJson ? (item.data ?? "") : JSON.stringify(pretty ?? null);
  return raw.length > LARGE_TEXT ? raw : formatJson(raw);
}

function slotOf(key: string, label: string, item: PayloadItem, pretty: unknown): Slot {
  const text = readableText(item, pretty);
  const isHuge = text.length > EDITABLE_LEAVES;
  const why = isHuge ? "It is too large to be edited here." : whyWhole(item);
  return {
    key,
    label,
    name: null,
    cid: item.cid,
    text,
    editing: why === null ? "leaf" : "whole",
    why,
    // The notation of a Python object is a text: run by mistake, it would be passed in the object's place.
    seed: text.length > EDITABLE_TEXT || (why !== null && typeof pretty === "string") ? "null" : text,
    isPython: item.serialization_format !== "json" && why !== null,
  };
}

/** Why the text shown cannot stand for the value; null when it can. */
function whyWhole(item: PayloadItem): string | null {
  if (typeof item.data !== "string") return "This is a shortened form of the value.";
  if (item.serialization_format === "json") return null;
  return isPlainPickle(item.data) ? null : "This is a readable form of a Python object, not the object.";
}

/** Whether a value is too long to be edited as one text. */
export const isTooLongAsText = (slot: Slot): boolean => slot.text.length > EDITABLE_TEXT;

/** Whether an event left out large data, which `GET /api/paused/<id>` has. */
export function lacksData(pause: PausedCall): boolean {
  const { args, kwargs, result } = pause.call_data;
  return [...args, ...Object.values(kwargs), ...(result ? [result] : [])].some(
    (item) => typeof item.data !== "string",
  );
}

export interface Edit {
  readonly slot: Slot;
  readonly text: string;
  readonly error: JsonError | null;
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

/** Texts up to this are read token by token, which finds the mistake; longer ones only when there is one. */
const SCANNED = 50_000;

/** The first thing that keeps a text from being JSON. */
export function errorIn(text: string): JsonError | null {
  if (text.length > SCANNED) {
    try {
      JSON.parse(text);
      return null;
    } catch {
      // Where is asked below.
    }
  }
  return scanJson(text).error;
}

function findEdits(pause: PausedCall, draft: Draft): readonly Edit[] {
  const edits: Edit[] = [];
  for (const slot of slotsOf(pause)) {
    const text = Object.hasOwn(draft.edits, slot.key) ? draft.edits[slot.key] : undefined;
    if (text === undefined) continue;
    const error = errorIn(text);
    const isSame = slot.editing === "leaf" && error === null && sameJson(text, slot.text);
    if (!isSame) edits.push({ slot, text, error });
  }
  return edits;
}

/** Longer texts that differ are different: who edits a leaf of one changes nothing else. */
const sameJson = (a: string, b: string): boolean =>
  a === b || (a.length + b.length < 2 * LARGE_TEXT && minifyJson(a) === minifyJson(b));

export const isEdited = (pause: PausedCall, draft: Draft | undefined): boolean =>
  editsOf(pause, draft).length > 0;
