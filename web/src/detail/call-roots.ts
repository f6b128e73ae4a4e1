/** A call's values as the roots of a tree, edits included. */
import { useMemo } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Draft } from "../state/drafts.ts";
import { type Slot, slotsOf } from "../state/slots.ts";
import { formatJson } from "../values/json-text.ts";
import type { TreeRoot } from "../values/tree-rows.ts";
import { useValueTexts, valueText } from "../values/value-texts.ts";
import type { CallValue } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";

/** Past this many characters a value is shown as it came, not laid out. */
const LAID_OUT = 100_000;

const laidOut = new WeakMap<CallValue, string>();

/** A text for a value that is not here yet, or cannot be had. */
const stand = (text: string) => JSON.stringify({ $type: "python", text });

export function textOfValue(value: CallValue, slot: Slot | undefined): string {
  if (slot && !slot.isPython && value.data !== null) return slot.text;
  if (value.format === "json" && value.data !== null) {
    const known = laidOut.get(value);
    if (known !== undefined) return known;
    const text = value.data.length > LAID_OUT ? value.data : formatJson(value.data);
    laidOut.set(value, text);
    return text;
  }
  const fetched = valueText(value.cid, detailApi.value);
  if (fetched.state === "there") return fetched.text;
  return stand(fetched.state === "loading" ? "…" : `not shown: ${fetched.message}`);
}

/** What a recorded call ran with in place of a value; null where that was the value, or is not here yet. */
function ranText({ ranWith }: CallValue): string | null {
  if (ranWith === undefined) return null;
  const fetched = valueText(ranWith, detailApi.value);
  return fetched.state === "there" ? fetched.text : null;
}

export interface Editable {
  readonly pause: PausedCall;
  readonly draft: Draft;
  /** Which values may be edited now. */
  readonly keys: (key: string) => boolean;
}

/** Roots stay the same objects until their text changes: what was found in them is kept with them. */
export function useRoots(values: readonly CallValue[], editable: Editable | null): readonly TreeRoot[] {
  const version = useValueTexts();
  const pause = editable?.pause ?? null;
  const edits = editable?.draft.edits;
  const keys = editable?.keys;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` rises when a value has arrived
  return useMemo(() => {
    const slots = new Map((pause ? slotsOf(pause) : []).map((slot) => [slot.key, slot]));
    return values.map((value) => {
      const slot = slots.get(value.key);
      const original = textOfValue(value, slot);
      const ran = slot ? null : ranText(value);
      if (ran !== null) return rootOf(value, ran, original);
      const edit = edits && Object.hasOwn(edits, value.key) ? edits[value.key] : undefined;
      const canEdit = slot !== undefined && (keys?.(value.key) ?? false);
      const text = edit !== undefined && isJson(edit) ? edit : original;
      return rootOf(value, text, canEdit ? original : null);
    });
  }, [values, pause, edits, keys, version]);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const made = new WeakMap<CallValue, TreeRoot>();

function rootOf(value: CallValue, text: string, before: string | null): TreeRoot {
  const known = made.get(value);
  if (known && known.text === text && known.before === before) return known;
  const root: TreeRoot = { key: value.key, name: value.name, label: value.label, text, before };
  made.set(value, root);
  return root;
}
