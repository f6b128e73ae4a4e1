/** What can be done with the calls that are marked. */
import { reasonOf } from "../api.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { router } from "../router.ts";
import { recordApi } from "./record-api.ts";
import { useMarks } from "./use-marks.ts";

export function MarksBar() {
  const { feed, actions } = useApp();
  const marks = useMarks();
  if (marks.numbers.size === 0) return null;
  const calls = [...marks.calls.values()].sort((a, b) => a.number - b.number);
  const isPinned = calls.every((call) => call.pinned);
  const pin = async () => {
    try {
      for (const call of calls) {
        await recordApi.pin(call.number, !isPinned);
        feed.window.patch(call.number, { pinned: !isPinned });
      }
    } catch (error) {
      actions.say(reasonOf(error));
    }
  };
  return (
    <div className="marks-bar" role="toolbar" aria-label="Marked calls">
      <b>{calls.length} marked</b>
      <button
        type="button"
        className="button small"
        disabled={calls.length !== 2}
        title={calls.length === 2 ? "What differs between the two (c)" : "Mark two calls to compare them"}
        onClick={() => router.set({ compare: calls.map((call) => call.number).join(",") }, "push")}
      >
        <Icon name="compare" /> Compare
      </button>
      <button
        type="button"
        className="button small"
        title="Pinned calls stay when old ones are removed (p)"
        onClick={() => void pin()}
      >
        <Icon name="pin" /> {isPinned ? "Unpin" : "Pin"}
      </button>
      <button type="button" className="button small quiet" onClick={() => marks.clear()}>
        <Icon name="cross" /> Clear
      </button>
    </div>
  );
}
