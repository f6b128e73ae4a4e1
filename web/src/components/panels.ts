/** Opening and closing the forms above the actions. */
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Actions } from "../state/actions.ts";
import { formatJson } from "../values/json-text.ts";
import { focusForm, leaveField } from "./focus.ts";

/** Opens or closes a form. What was typed stays; a result nobody changed does not. */
export function togglePanel(actions: Actions, pause: PausedCall, panel: "skip" | "throw"): void {
  const initial = initialResult(pause);
  let isOpen = false;
  actions.edit(pause.id, (draft) => {
    isOpen = draft.panel !== panel;
    const result = draft.result === initial ? "" : draft.result;
    return {
      ...draft,
      panel: isOpen ? panel : null,
      result: isOpen && panel === "skip" ? result || initial : result,
    };
  });
  if (isOpen) focusForm();
  else leaveField();
}

function initialResult(pause: PausedCall): string {
  const { pause_when: when, pretty_result: result } = pause.call_data;
  return when === "after" && result !== undefined ? formatJson(JSON.stringify(result)) : "null";
}
