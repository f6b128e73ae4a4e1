/** Edits of a paused call's values as a tree asks for them. */
import { useMemo } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp } from "../components/context.ts";
import { type Draft, withEdit, withoutEdit } from "../state/drafts.ts";
import { isTooLongAsText, type Slot, slotsOf } from "../state/slots.ts";
import { removeAt, replaceAt, type Step, spanAt } from "../values/json-span.ts";
import type { TreeEdits, Typing } from "../values/tree-edits.ts";

/** Null for a call whose values cannot be edited; closed for one that no longer waits. */
export function usePauseEdits(pause: PausedCall | null, draft: Draft, isOpen = true): TreeEdits | null {
  const { actions } = useApp();
  return useMemo(() => {
    if (!pause) return null;
    const slotOf = (key: string) => slotsOf(pause).find((slot) => slot.key === key);
    const edit = (change: (draft: Draft) => Draft) => actions.edit(pause.id, change);
    return {
      isClosed: !isOpen,
      typing: draft.typing,
      type: (typing: Typing | null) => edit((before) => ({ ...before, typing })),
      set: (key, path, json) => {
        const slot = slotOf(key);
        if (slot) edit((before) => put(before, slot, (text) => replaceAt(text, path, json)));
      },
      revert: (key, path) => {
        const slot = slotOf(key);
        if (!slot) return;
        if (path === null) edit((before) => withoutEdit(before, key));
        else edit((before) => put(before, slot, (text) => reverted(slot.text, text, path)));
      },
      openText: (root) => {
        const slot = slotOf(root.key);
        if (slot) edit((before) => openAsText(before, slot));
      },
      whyWhole: (key) => slotOf(key)?.why ?? null,
    };
  }, [pause, draft.typing, actions, isOpen]);
}

/** Opens a slot's text. A value that can only be replaced begins as what stands for it. */
export function openAsText(draft: Draft, slot: Slot): Draft {
  const opened = { ...draft, typing: null, asText: [...new Set([...draft.asText, slot.key])] };
  const isReplaced =
    (slot.editing === "whole" || isTooLongAsText(slot)) && !Object.hasOwn(draft.edits, slot.key);
  return isReplaced ? withEdit(opened, slot.key, slot.seed) : opened;
}

export const closeText = (draft: Draft, key: string): Draft => ({
  ...draft,
  asText: draft.asText.filter((each) => each !== key),
});

/** Changes a slot's text; what comes out as it was is no edit. */
function put(draft: Draft, slot: Slot, change: (text: string) => string | null): Draft {
  const text = Object.hasOwn(draft.edits, slot.key) ? (draft.edits[slot.key] ?? slot.text) : slot.text;
  const next = change(text);
  if (next === null || next === text) return draft;
  return next === slot.text ? withoutEdit(draft, slot.key) : withEdit(draft, slot.key, next);
}

/** The place as it was: its old value, or nothing when there was nothing. */
function reverted(original: string, text: string, path: readonly Step[]): string | null {
  const old = spanAt(original, path);
  return old ? replaceAt(text, path, original.slice(old.start, old.end)) : removeAt(text, path);
}
