/** What can be done with the calls that are marked. */
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { router } from "../router.ts";
import { ShareMenu } from "./share-menu.tsx";
import { useMarks } from "./use-marks.ts";
import { usePin } from "./use-pin.ts";

export function MarksBar() {
  const { actions } = useApp();
  const marks = useMarks();
  const pin = usePin();
  if (marks.numbers.size === 0) return null;
  const calls = [...marks.calls.values()].sort((a, b) => a.number - b.number);
  const isPinned = calls.every((call) => call.pinned);
  const clear = () => {
    marks.clear();
    actions.say({ before: `Cleared ${calls.length} marks`, undo: () => marks.restore(calls) });
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
        onClick={() => void pin(calls)}
      >
        <Icon name="pin" /> {isPinned ? "Unpin" : "Pin"}
      </button>
      <ShareMenu numbers={calls.map((call) => call.number)} className="button small" word="Export" />
      <button type="button" className="button small quiet" onClick={clear}>
        <Icon name="cross" /> Clear
      </button>
    </div>
  );
}
