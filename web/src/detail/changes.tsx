/** What running with the edit would change: old and new side by side, each to be taken back. */
import { useMemo } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import type { Draft } from "../state/drafts.ts";
import { type Edit, editsOf, slotsOf } from "../state/slots.ts";
import { diffValues, type ValueChange } from "../values/value-diff.ts";
import { plainText } from "../values/visible-text.ts";
import { usePauseEdits } from "./pause-edits.ts";

/** Changes shown of one value. */
const SHOWN = 50;
/** Larger texts are compared when the person asks for it by looking at the tree. */
const COMPARED = 4_000_000;

export function Changes({ pause, draft }: { pause: PausedCall; draft: Draft }) {
  const { actions } = useApp();
  const edits = editsOf(pause, draft);
  if (edits.length === 0) return null;
  const kept = slotsOf(pause).length - edits.length;
  return (
    <section className="changes" aria-label="Changes">
      <header>
        <h3>About to change</h3>
        <span className="note">
          {kept > 0 &&
            `${kept} other ${kept === 1 ? "value stays the very object it was" : "values stay the very objects they were"}`}
        </span>
        <span className="space" />
        {draft.past.length > 0 && (
          <button type="button" className="link" onClick={() => actions.undo(pause.id)}>
            <Icon name="revert" /> Undo <kbd>z</kbd>
          </button>
        )}
      </header>
      <div className="changes-list">
        {edits.map((edit) => (
          <SlotChanges key={edit.slot.key} pause={pause} draft={draft} edit={edit} />
        ))}
      </div>
    </section>
  );
}

function SlotChanges({ pause, draft, edit }: { pause: PausedCall; draft: Draft; edit: Edit }) {
  const { slot, text, error } = edit;
  const top = slot.name ?? slot.label;
  const diff = useMemo(
    () => (error || slot.text.length > COMPARED ? null : diffValues(slot.text, text)),
    [slot.text, text, error],
  );
  const edits = usePauseEdits(pause, draft);
  if (error) {
    return (
      <p className="change-broken bad">
        <Icon name="warning" /> <Shown text={top} /> is not JSON yet: {error.message}
      </p>
    );
  }
  if (!diff || diff.changes.length === 0) {
    return (
      <p className="change-broken note">
        <Shown text={top} /> is replaced as a whole.
      </p>
    );
  }
  const more = diff.changes.length - SHOWN;
  return (
    <table>
      <caption className="hidden">{plainText(top)}</caption>
      <colgroup>
        <col className="what" />
        <col span={2} />
        <col className="back" />
      </colgroup>
      <thead className="hidden">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Old</th>
          <th scope="col">New</th>
          <th scope="col">Take back</th>
        </tr>
      </thead>
      <tbody>
        {diff.changes.slice(0, SHOWN).map((change) => (
          <ChangeRow
            key={change.label}
            top={top}
            change={change}
            onRevert={() => edits?.revert(slot.key, change.path.length === 0 ? null : change.path)}
          />
        ))}
        {more > 0 && (
          <tr>
            <td colSpan={4} className="note">
              and {more}
              {diff.isCut ? " or more" : ""} others
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function ChangeRow({ top, change, onRevert }: { top: string; change: ValueChange; onRevert: () => void }) {
  const label =
    change.label.startsWith("[") || change.label === "" ? `${top}${change.label}` : `${top}.${change.label}`;
  return (
    <tr>
      <th scope="row">
        <Shown text={label} />
      </th>
      <td>
        {change.before === null ? (
          <span className="note">nothing</span>
        ) : (
          <del>
            <Shown text={change.before} />
          </del>
        )}
      </td>
      <td>
        {change.after === null ? (
          <span className="note">taken out</span>
        ) : (
          <ins>
            <Shown text={change.after} />
          </ins>
        )}
      </td>
      <td>
        <button
          type="button"
          className="row-tool"
          aria-label={`Revert ${plainText(label, 80)}`}
          title="Revert"
          onClick={onRevert}
        >
          <Icon name="revert" />
        </button>
      </td>
    </tr>
  );
}
