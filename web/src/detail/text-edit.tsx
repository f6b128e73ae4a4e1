/** A whole value edited as JSON text, with its first mistake marked. */
import { useMemo } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { type Draft, withoutEdit, withTyped } from "../state/drafts.ts";
import { errorIn, isTooLongAsText, type Slot } from "../state/slots.ts";
import { CodeEditor } from "../values/editor/code-editor.tsx";
import type { Problem } from "../values/editor/editor-types.ts";
import { scanJson } from "../values/json-scan.ts";
import { inexactNumbers } from "../values/json-text.ts";
import { plainText } from "../values/visible-text.ts";
import { closeText } from "./pause-edits.ts";

/** Mistakes of a JSON text, for the margin of an editor. */
export function jsonProblems(text: string): Problem[] {
  const error = errorIn(text);
  if (!error) return [];
  const from = Math.min(error.offset, text.length);
  return [{ from, to: Math.min(from + 1, text.length), message: error.message, severity: "error" }];
}

/** The first mistake in words, and numbers that would not arrive as they are written. */
export function JsonNote({ text }: { text: string }) {
  const error = useMemo(() => errorIn(text), [text]);
  const inexact = useMemo(() => (text.length > 50_000 ? [] : inexactNumbers(scanJson(text).tokens)), [text]);
  if (error) {
    return (
      <p className="editor-note bad" role="status">
        <Icon name="warning" /> Line {error.line}, column {error.column}: {error.message}
      </p>
    );
  }
  return inexact[0] === undefined ? null : (
    <p className="editor-note note" role="status">
      <Icon name="warning" /> {inexact[0]} has more digits than a number keeps. Write it as{" "}
      {'{"$type": "bigint", "value": "…"}'} or as text.
    </p>
  );
}

export function TextEdit({ pause, slot, draft }: { pause: PausedCall; slot: Slot; draft: Draft }) {
  const { actions } = useApp();
  const text = Object.hasOwn(draft.edits, slot.key) ? (draft.edits[slot.key] ?? "") : slot.text;
  const name = plainText(slot.name ?? slot.label);
  return (
    <section className="text-edit" aria-label={`${name} as text`} data-slot={slot.key}>
      <header>
        <h3>
          <Shown text={slot.name ?? slot.label} />
        </h3>
        {slot.name !== null && slot.name !== slot.label && <span className="note">{slot.label}</span>}
        <span className="space" />
        <button
          type="button"
          className="link"
          onClick={() => actions.edit(pause.id, (before) => withoutEdit(before, slot.key))}
        >
          <Icon name="revert" /> Revert<span className="hidden"> {plainText(slot.label)}</span>
        </button>
        <button
          type="button"
          className="link"
          onClick={() => actions.edit(pause.id, (before) => closeText(before, slot.key))}
        >
          <Icon name="check" /> Done
        </button>
      </header>
      {slot.why !== null && (
        <p className="note">{slot.why} What you write here takes the place of the whole value.</p>
      )}
      {isTooLongAsText(slot) && (
        <p className="note">It is too long to be edited as text: this replaces all of it.</p>
      )}
      <CodeEditor
        text={text}
        label={`${plainText(slot.label)}, as JSON`}
        language="json"
        kind="argument"
        autoFocus
        onChange={(now) => actions.edit(pause.id, (before) => withTyped(before, slot.key, now))}
        check={jsonProblems}
      />
      <JsonNote text={text} />
    </section>
  );
}
