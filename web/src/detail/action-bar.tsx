/** What can be done with a paused call, always in the same place, with the keys on it. */
import type { ComponentChildren } from "preact";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { once } from "../components/once.ts";
import { SUBMIT_KEY } from "../components/platform.ts";
import { Shown } from "../components/shown.tsx";
import type { Draft, Panel } from "../state/drafts.ts";
import { editsOf } from "../state/slots.ts";
import { Changes } from "./changes.tsx";
import { togglePanel } from "./panels.ts";
import { ReplaceForm, SkipForm, ThrowForm } from "./release-forms.tsx";

export function ActionBar({ pause, draft }: { pause: PausedCall; draft: Draft }) {
  const { actions } = useApp();
  const isBusy = useSelector((state) => state.busy.has(pause.id));
  const notice = useSelector((state) => state.notices.get(pause.id));
  const { accepts, accepts_pause_after, pause_when } = pause.call_data;
  const edits = editsOf(pause, draft);
  const isEdited = edits.length > 0;
  const isBefore = pause_when === "before";
  const form = { pause, draft, isBusy };
  const panelButton = (panel: Panel, action: PausedCall["call_data"]["accepts"][number], face: Face) =>
    accepts.includes(action) && (
      <Action
        {...face}
        isBusy={isBusy}
        isOpen={draft.panel === panel}
        onClick={() => togglePanel(actions, pause, panel)}
      />
    );

  return (
    <div className="release">
      <Changes pause={pause} draft={draft} />
      {draft.panel === "skip" && <SkipForm {...form} />}
      {draft.panel === "throw" && <ThrowForm {...form} />}
      {draft.panel === "replace" && <ReplaceForm {...form} />}
      {notice !== undefined && (
        <p className="notice bad" role="alert">
          <Icon name="warning" /> <Shown text={notice} />
        </p>
      )}
      <footer className="actions">
        <EditAction pause={pause} draft={draft} isBusy={isBusy} />
        <Action
          icon="play"
          keys="a"
          isBusy={isBusy}
          isPrimary={draft.panel === null && !isEdited}
          title={isEdited ? "Runs it as it was, without your edit (a, F8)" : "Goes on as it was (a, F8)"}
          onClick={() => actions.resume(pause)}
        >
          {isEdited ? (isBefore ? "Run as it was" : "Go on as it was") : "Resume"}
        </Action>
        {panelButton("skip", "skip", {
          icon: "skip",
          keys: "s",
          children: isBefore ? "Skip…" : "Other result…",
        })}
        {panelButton("throw", "raise", { icon: "throw", keys: "t", children: "Throw…" })}
        {panelButton("replace", "replace", { icon: "replace", keys: "r", children: "Replace…" })}
        {accepts.includes("call_again") && (
          <Action
            icon="again"
            keys="C"
            isBusy={isBusy}
            title="Runs the same call once more, and pauses after it again"
            onClick={() => actions.again(pause)}
          >
            Call again
          </Action>
        )}
        <span className="actions-flow">
          {accepts_pause_after && isBefore && (
            <label className="check" title="Pause this call again when it has ended (P)">
              <input
                type="checkbox"
                checked={draft.pauseAfter}
                onChange={(event) =>
                  actions.edit(pause.id, (before) => ({ ...before, pauseAfter: event.currentTarget.checked }))
                }
              />
              pause again after
            </label>
          )}
          <Action
            icon="step"
            keys="F10"
            isBusy={isBusy}
            title="Releases it, and pauses the next call of this program (F10)"
            onClick={() => actions.step(pause)}
          >
            Step
          </Action>
          <Action
            icon="finish"
            keys="F9"
            isBusy={isBusy}
            title="This program runs free from now on: nothing of it pauses (F9)"
            onClick={() => void actions.runToEnd(pause)}
          >
            Run free
          </Action>
        </span>
      </footer>
    </div>
  );
}

/** Run with the edit; greyed until there is one, so that its place is known. */
function EditAction({ pause, draft, isBusy }: { pause: PausedCall; draft: Draft; isBusy: boolean }) {
  const { actions } = useApp();
  const { accepts, pause_when } = pause.call_data;
  const edits = editsOf(pause, draft);
  const broken = edits.find((edit) => edit.error !== null);
  const isBefore = pause_when === "before";
  const canEdit =
    accepts.includes("modify") || (!isBefore && (accepts.includes("skip") || accepts.includes("call_again")));
  if (!canEdit) return null;
  const isOfArguments = edits.some(({ slot }) => slot.key !== "r");
  const label = isBefore ? "Run with edit" : isOfArguments ? "Call again with edit" : "Answer with edit";
  return (
    <Action
      icon="edited"
      keys={SUBMIT_KEY}
      isPrimary={draft.panel === null && edits.length > 0}
      isBusy={isBusy || edits.length === 0 || broken !== undefined}
      title={
        broken ? `${broken.slot.label} is not JSON yet` : "What you did not edit stays the very same object"
      }
      onClick={() => actions.runWithEdit(pause)}
    >
      {label}
    </Action>
  );
}

interface Face {
  icon: IconName;
  keys: string;
  title?: string;
  children: ComponentChildren;
}

interface ActionProps extends Face {
  isBusy: boolean;
  isPrimary?: boolean;
  isOpen?: boolean;
  onClick: () => void;
}

function Action({ icon, keys, title, isBusy, isPrimary = false, isOpen, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      className={`button ${isPrimary ? "primary" : ""}`}
      disabled={isBusy}
      title={title}
      aria-expanded={isOpen}
      onClick={once(onClick)}
    >
      <Icon name={icon} /> {children} <kbd>{keys}</kbd>
    </button>
  );
}
