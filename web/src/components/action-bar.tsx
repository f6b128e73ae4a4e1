/** What can be done with a paused call, always in the same place, with the keys on it. */
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { emptyDraft } from "../state/drafts.ts";
import { editsOf } from "../state/slots.ts";
import { useApp, useSelector } from "./context.ts";
import { Icon } from "./icon.tsx";
import { once } from "./once.ts";
import { togglePanel } from "./panels.ts";
import { isMac } from "./platform.ts";
import { SkipForm, ThrowForm } from "./release-forms.tsx";
import { Shown } from "./shown.tsx";

export function ActionBar({ pause }: { pause: PausedCall }) {
  const { actions } = useApp();
  const draft = useSelector((state) => state.drafts.get(pause.id)) ?? emptyDraft;
  const isBusy = useSelector((state) => state.busy.has(pause.id));
  const notice = useSelector((state) => state.notices.get(pause.id));

  const edits = editsOf(pause, draft);
  const invalid = edits.find((edit) => edit.scan.error !== null);
  const { accepts } = pause.call_data;
  const isEdited = edits.length > 0;
  const isPrimary = draft.panel === null;

  return (
    <>
      {draft.panel === "skip" && <SkipForm pause={pause} draft={draft} isBusy={isBusy} />}
      {draft.panel === "throw" && <ThrowForm pause={pause} draft={draft} isBusy={isBusy} />}
      {notice !== undefined && (
        <p className="notice bad" role="alert">
          <Icon name="warning" /> <Shown text={notice} />
        </p>
      )}
      <footer className="actions">
        <button
          type="button"
          className={`button ${isPrimary && !isEdited ? "primary" : ""}`}
          disabled={isBusy}
          onClick={once(() => actions.resume(pause))}
          title={isEdited ? "Runs it as it was, without your edit (F8)" : "Runs it as it was (F8)"}
        >
          <Icon name="play" /> Resume <kbd>a</kbd>
        </button>
        {accepts.includes("modify") && (
          <button
            type="button"
            className={`button ${isPrimary && isEdited ? "primary" : ""}`}
            disabled={isBusy || !isEdited || invalid !== undefined}
            onClick={once(() => actions.runWithEdit(pause))}
            title={
              invalid
                ? `${invalid.slot.label} is not JSON yet`
                : "What you did not edit stays the very same object"
            }
          >
            <Icon name="edited" /> Run with edit <kbd>{isMac ? "⌘⏎" : "Ctrl ⏎"}</kbd>
          </button>
        )}
        {accepts.includes("skip") && (
          <button
            type="button"
            className="button"
            aria-expanded={draft.panel === "skip"}
            disabled={isBusy}
            onClick={() => togglePanel(actions, pause, "skip")}
          >
            <Icon name="skip" /> Skip with a result… <kbd>s</kbd>
          </button>
        )}
        {accepts.includes("raise") && (
          <button
            type="button"
            className="button"
            aria-expanded={draft.panel === "throw"}
            disabled={isBusy}
            onClick={() => togglePanel(actions, pause, "throw")}
          >
            <Icon name="throw" /> Throw… <kbd>t</kbd>
          </button>
        )}
      </footer>
    </>
  );
}
