/** Pinning calls, so that they stay when old ones are removed; all of them are pinned already: unpinning. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { useApp } from "../components/context.ts";
import { recordApi } from "./record-api.ts";

export function usePin(): (calls: readonly CallSummary[]) => Promise<void> {
  const { actions, feed } = useApp();
  const set = async (calls: readonly CallSummary[], pinned: boolean) => {
    for (const { number } of calls) {
      await recordApi.pin(number, pinned);
      feed.window.patch(number, { pinned });
    }
  };
  return async (calls) => {
    const pinned = !calls.every((call) => call.pinned);
    const changed = calls.filter((call) => call.pinned !== pinned);
    const verb = pinned ? "Pinned" : "Unpinned";
    await actions.tell(set(changed, pinned), {
      before: changed.length === 1 ? `${verb} #${changed[0]?.number}` : `${verb} ${changed.length} calls`,
      undo: () => void actions.tell(set(changed, !pinned)),
    });
  };
}
