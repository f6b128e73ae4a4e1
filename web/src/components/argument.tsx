/** One argument: read, edited, reverted. */
import { useState } from "react";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { withEdit, withoutEdit } from "../state/drafts.ts";
import { editsOf, type Slot } from "../state/slots.ts";
import { plainText } from "../values/visible-text.ts";
import { useApp, useSelector } from "./context.ts";
import { focusArgument } from "./focus.ts";
import { Icon } from "./icon.tsx";
import { JsonChanges } from "./json-changes.tsx";
import { JsonEditor } from "./json-editor.tsx";
import { JsonView, size } from "./json-text.tsx";
import { Shown } from "./shown.tsx";

/** Longer values are read first and edited on request: a text area of this size answers slowly. */
const LONG = 20_000;

interface ArgumentProps {
  pause: PausedCall;
  slot: Slot;
  /** False once the call has run. */
  isEditable: boolean;
}

export function Argument({ pause, slot, isEditable }: ArgumentProps) {
  const { actions } = useApp();
  const draft = useSelector((state) => state.drafts.get(pause.id));
  const [isOpen, setOpen] = useState(false);

  const draftText = draft && Object.hasOwn(draft.edits, slot.key) ? draft.edits[slot.key] : undefined;
  const edits = editsOf(pause, draft);
  const edit = edits.find((each) => each.slot.key === slot.key);
  const isKept = edits.length > 0 && !edit;
  const needsAsking = slot.editing === "whole" || slot.text.length > LONG;
  const isEditing = isEditable && (!needsAsking || isOpen || draftText !== undefined);

  const change = (text: string) => actions.edit(pause.id, (before) => withEdit(before, slot.key, text));
  const revert = () => {
    actions.edit(pause.id, (before) => withoutEdit(before, slot.key));
    setOpen(false);
  };
  const open = () => {
    if (slot.editing === "whole") change(slot.seed);
    setOpen(true);
    focusArgument(slot.key);
  };

  return (
    <article className="argument" data-slot={slot.key} data-edited={edit !== undefined}>
      <header>
        <h4>
          <Shown text={slot.name ?? slot.label} />
        </h4>
        {slot.name !== null && <span className="note">{slot.label}</span>}
        {edit && (
          <span className="accent">
            <Icon name="edited" /> edited
          </span>
        )}
        {isKept && <span className="note">kept as it is</span>}
        <span className="space" />
        {isEditable && !isEditing && (
          <button type="button" className="link" title={slot.why ?? undefined} onClick={open}>
            <Icon name="edited" /> {slot.editing === "whole" ? "Replace whole value" : "Edit"}
          </button>
        )}
        {draftText !== undefined && (
          <button type="button" className="link" onClick={revert}>
            <Icon name="revert" /> Revert<span className="hidden"> {plainText(slot.label)}</span>
          </button>
        )}
      </header>
      {isEditing ? (
        <JsonEditor
          kind="argument"
          label={`${plainText(slot.label)}, as JSON`}
          text={draftText ?? slot.text}
          onChange={change}
        />
      ) : (
        <JsonView label={plainText(slot.label)} text={slot.text} />
      )}
      {isEditing && slot.why !== null && (
        <p className="note">{slot.why} What you write here takes the place of the whole value.</p>
      )}
      {isEditing && slot.text.length > LONG && <p className="note">{size(slot.text.length)}</p>}
      {edit && edit.scan.error === null && edit.text.length <= LONG && slot.text.length <= LONG && (
        <JsonChanges before={slot.text} after={edit.text} />
      )}
    </article>
  );
}
