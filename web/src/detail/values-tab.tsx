/** Arguments, or what came of the call: a tree, and below it whatever is edited as text. */
import type { Ref } from "preact";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Draft } from "../state/drafts.ts";
import { slotsOf } from "../state/slots.ts";
import type { RowActions } from "../values/tree-edits.ts";
import { ValueTree, type ValueTreeHandle } from "../values/value-tree.tsx";
import type { CallModel, CallValue } from "./call-model.ts";
import { useRoots } from "./call-roots.ts";
import { usePauseEdits } from "./pause-edits.ts";
import { TextEdit } from "./text-edit.tsx";

interface ValuesTabProps {
  call: CallModel;
  values: readonly CallValue[];
  label: string;
  /** Whose edits are shown; null when nothing can be edited. */
  pause: PausedCall | null;
  /** The call still waits: its values can be edited. */
  isOpen: boolean;
  draft: Draft;
  /** Which of the values may be edited. */
  editable: (key: string) => boolean;
  actions: RowActions;
  empty: string;
  ref?: Ref<ValueTreeHandle>;
}

export function ValuesTab({
  call,
  values,
  label,
  pause,
  isOpen,
  draft,
  editable,
  actions,
  empty,
  ref,
}: ValuesTabProps) {
  const edits = usePauseEdits(pause, draft, isOpen);
  const roots = useRoots(values, pause ? { pause, draft, keys: editable } : null);
  const open = pause
    ? slotsOf(pause).filter(
        ({ key }) => draft.asText.includes(key) && values.some((value) => value.key === key),
      )
    : [];
  return (
    <div className="values-tab">
      {values.length === 0 ? (
        <p className="empty">{empty}</p>
      ) : (
        <ValueTree
          {...(ref ? { ref } : {})}
          roots={roots}
          label={label}
          memory={`${call.name} ${label}`}
          edits={edits}
          actions={actions}
        />
      )}
      {pause && open.length > 0 && (
        <div className="text-edits">
          {open.map((slot) => (
            <TextEdit key={slot.key} pause={pause} slot={slot} draft={draft} />
          ))}
        </div>
      )}
    </div>
  );
}
