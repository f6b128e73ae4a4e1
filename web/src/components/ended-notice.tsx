/** In place of the actions, when the call shown no longer waits. */
import type { Ended } from "../state/model.ts";
import { useApp, useSelector } from "./context.ts";
import { Icon } from "./icon.tsx";

export function EndedNotice({ ended }: { ended: Ended }) {
  const { actions } = useApp();
  const others = useSelector((state) => state.pauses.length);
  return (
    <div className="actions" role="alert">
      <Icon name="warning" className="bad" />
      <p className="ended">{explain(ended)}</p>
      <span className="space" />
      <button type="button" className="button" onClick={actions.dismissEnded}>
        {others > 0 ? "Next call" : "Close"}
      </button>
    </div>
  );
}

function explain({ how, action }: Ended): string {
  if (how === "abandoned") return "The program went away, so nothing waits here any more.";
  if (how === "gone")
    return "This call no longer waits: it was resumed, or the server restarted, while the page was away.";
  const what = action === null || action === "continue" ? "" : ` (${action})`;
  return `Taken by someone else: this call is already resumed${what}.`;
}
