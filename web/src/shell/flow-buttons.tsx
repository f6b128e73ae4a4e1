/** Pause the next call, or let everything run: the flow of all programs. */
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { useCommands } from "./commands.ts";

export function FlowButtons() {
  const { actions } = useApp();
  const flow = useSelector((state) => state.flow);
  const isNext = flow?.pause_next ?? false;
  const isMuted = flow?.muted ?? false;
  const isAll = flow?.pause_all ?? false;
  const pauseNext = () =>
    void actions.setFlow(
      { pause_next: !isNext },
      isNext ? "The next call does not pause" : "The next call of any program pauses",
      { pause_next: isNext },
    );
  const mute = () =>
    void actions.setFlow(
      { mute: !isMuted },
      isMuted ? "Breakpoints and rules pause again" : "Muted: breakpoints and rules do nothing",
      { mute: isMuted },
    );
  const pauseAll = () =>
    void actions.setFlow(
      { pause_all: !isAll },
      isAll ? "Only breakpoints and rules pause" : "Every call pauses",
      { pause_all: isAll },
    );
  useCommands([
    {
      id: "pause-next",
      title: isNext ? "Do not pause the next call" : "Pause the next call",
      group: "Flow",
      keys: ["n"],
      isOff: flow === null,
      run: pauseNext,
    },
    {
      id: "mute",
      title: isMuted ? "Unmute: breakpoints pause again" : "Mute: nothing pauses",
      group: "Flow",
      keys: ["m"],
      isOff: flow === null,
      run: mute,
    },
    {
      id: "pause-all",
      title: isAll ? "Pause only at breakpoints" : "Pause every call",
      group: "Flow",
      isOff: flow === null,
      run: pauseAll,
    },
  ]);
  return (
    <div className="flow">
      <button
        type="button"
        className="button toggle"
        aria-pressed={isNext}
        disabled={flow === null}
        title="The next call of any program pauses, wherever it is (n)"
        onClick={pauseNext}
      >
        <Icon name="pauseNext" /> <span className="wide-only">{isNext ? "Pausing next…" : "Pause next"}</span>
      </button>
      <button
        type="button"
        className={`button toggle ${isMuted ? "muted" : ""}`}
        aria-pressed={isMuted}
        disabled={flow === null}
        title="Everything runs: breakpoints and rules are kept, and do nothing (m)"
        onClick={mute}
      >
        <Icon name={isMuted ? "muted" : "unmuted"} />{" "}
        <span className="wide-only">{isMuted ? "Muted" : "Mute"}</span>
      </button>
    </div>
  );
}
