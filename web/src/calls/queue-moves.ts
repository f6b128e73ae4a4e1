/** From one waiting call to the next; from one that ended, to the one that took its place. */
import { focusNow } from "../components/focus.ts";
import type { Actions } from "../state/actions.ts";
import type { Change, State } from "../state/model.ts";
import type { Store } from "../state/store.ts";

export function moveInQueue(store: Store<State, Change>, actions: Actions, step: number): void {
  const { pauses, selectedId, ended } = store.get();
  const at = pauses.findIndex((pause) => pause.id === selectedId);
  const from = at === -1 ? (ended?.index ?? 0) - (step > 0 ? 1 : 0) : at;
  const next = pauses[Math.min(Math.max(from + step, 0), pauses.length - 1)];
  if (!next) return;
  const isInQueue = document.activeElement?.hasAttribute("data-pause") ?? false;
  actions.select(next.id);
  if (isInQueue) focusNow(`[data-pause="${CSS.escape(next.id)}"]`);
}
