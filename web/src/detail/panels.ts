/** Opening and closing the forms above the actions. */
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { focusForm, leaveField } from "../components/focus.ts";
import type { Actions } from "../state/actions.ts";
import { INITIAL_RESULT, type Panel } from "../state/drafts.ts";

const ACTION_OF = { skip: "skip", throw: "raise", replace: "replace" } as const;

/** Whether a call can be released with what a form says. */
export const canOpenPanel = (pause: PausedCall, panel: Panel): boolean =>
  pause.call_data.accepts.includes(ACTION_OF[panel]);

/** Opens or closes a form, if the call can be released that way. What was typed stays; an untouched result does not. */
export function togglePanel(actions: Actions, pause: PausedCall, panel: Panel): void {
  if (!canOpenPanel(pause, panel)) return;
  let isOpen = false;
  actions.edit(pause.id, (draft) => {
    isOpen = draft.panel !== panel;
    const result = draft.result === INITIAL_RESULT ? "" : draft.result;
    return {
      ...draft,
      panel: isOpen ? panel : null,
      result: isOpen && panel === "skip" ? result || INITIAL_RESULT : result,
    };
  });
  if (isOpen) focusForm();
  else leaveField();
}
