/** Calls by when they ran: an overview of the window, and a waterfall of what is in it. */
import type { TargetedPointerEvent } from "preact";
import { useMemo, useState } from "preact/compat";
import { durationText } from "../../../src/protocol/words.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { useQuery } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { count, markOf, momentText } from "./call-words.ts";
import { Text } from "./columns.tsx";
import { recordApi } from "./record-api.ts";
import { usePausedIds } from "./use-paused.ts";
import { VirtualList } from "./virtual-list.tsx";
import { bars, fitting, type TimeWindow, ticks, zoomed } from "./waterfall.ts";

const ROW = 24;

export function CallTimeline() {
  const { actions } = useApp();
  const q = useQuery("q");
  const paused = usePausedIds();
  const [asked, setAsked] = useState<TimeWindow | null>(null);
  const { data, problem, isLoading, again } = useRemote(
    `timeline ${q} ${asked?.from} ${asked?.to}`,
    async (signal) => {
      const ask = (part: TimeWindow | null) =>
        recordApi.timeline({ q, from: part?.from, to: part?.to, limit: 2_000, buckets: 120 }, signal);
      const found = await ask(asked);
      // Unasked, it is the newest minute: as much of it as there are calls in.
      const fit = asked === null ? fitting(found.spans, found) : null;
      return fit ? ask(fit) : found;
    },
  );
  const window = data ? { from: data.from, to: data.to } : { from: 0, to: 1 };
  const rows = useMemo(() => (data ? bars(data.spans, { from: data.from, to: data.to }) : []), [data]);
  const selected = useSelector((state) => state.callId);
  const at = rows.findIndex(({ span }) => selected === String(span.number) || selected === span.call_id);

  const zoom = (factor: number, middle = 0.5) => data && setAsked(zoomed(window, factor, middle));
  const pan = (part: number) => {
    const by = (window.to - window.from) * part;
    setAsked({ from: window.from + by, to: window.to + by });
  };
  useCommands([
    {
      id: "zoom-in",
      title: "Timeline: zoom in",
      group: "View",
      keys: ["+", "Shift++", "="],
      run: () => zoom(0.5),
    },
    { id: "zoom-out", title: "Timeline: zoom out", group: "View", keys: ["-"], run: () => zoom(2) },
    { id: "pan-left", title: "Timeline: earlier", group: "View", keys: ["["], run: () => pan(-0.5) },
    { id: "pan-right", title: "Timeline: later", group: "View", keys: ["]"], run: () => pan(0.5) },
    { id: "zoom-all", title: "Timeline: the newest", group: "View", keys: ["0"], run: () => setAsked(null) },
  ]);

  const choose = (index: number) => {
    const bar = rows[index];
    if (bar) actions.selectCall(String(bar.span.number));
  };

  return (
    <>
      <div className="view-bar">
        <span className="faint tabular">
          {data &&
            `${momentText(data.from)} · ${durationText((data.to - data.from) * 1000)} · ${count(data.spans.length)} calls`}
        </span>
        <span className="space" />
        <button
          type="button"
          className="button small quiet"
          onClick={() => pan(-0.5)}
          aria-label="Earlier"
          title="Earlier ([)"
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => pan(0.5)}
          aria-label="Later"
          title="Later (])"
        >
          <Icon name="arrow" />
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => zoom(0.5)}
          title="Zoom in (+)"
          aria-label="Zoom in"
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => zoom(2)}
          title="Zoom out (-)"
          aria-label="Zoom out"
        >
          <Icon name="minus" />
        </button>
        <button
          type="button"
          className="button small quiet"
          onClick={() => (asked === null ? again() : setAsked(null))}
          title="The newest (0)"
        >
          <Icon name="again" /> Newest
        </button>
      </div>
      {problem !== null && (
        <p className="list-note bad" role="alert">
          <Icon name="warning" /> <Shown text={problem} />
        </p>
      )}
      {data && <Overview buckets={data.buckets} window={window} onChoose={setAsked} />}
      {data && (
        <div className="scale" aria-hidden="true">
          <span>{momentText(data.from)}</span>
          <div>
            {ticks(window, 5).map((tick) => (
              <i key={tick.text} style={{ left: `${tick.at * 100}%` }}>
                {tick.text}
              </i>
            ))}
          </div>
        </div>
      )}
      {problem === null && rows.length === 0 && (
        <p className="list-note">{isLoading ? "Asking the server…" : "No call in this window."}</p>
      )}
      {data && !data.complete && <p className="list-note">More calls than can be drawn: zoom in.</p>}
      <VirtualList
        role="listbox"
        label="Calls by time"
        count={rows.length}
        row={ROW}
        at={at}
        last={rows.length - 1}
        onChoose={choose}
        idOf={(index) => `bar-${index}`}
      >
        {(index) => {
          const bar = rows[index];
          if (!bar) return null;
          const { span, depth, left, width } = bar;
          const mark = markOf(span, paused.has(span.call_id));
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it has the keys.
            // biome-ignore lint/a11y/useFocusableInteractive: the list around it has the focus.
            <div
              key={span.number}
              id={`bar-${index}`}
              role="option"
              aria-selected={index === at}
              className={`row waterfall-row ${index === at ? "is-selected" : ""}`}
              data-call={span.number}
              onClick={() => choose(index)}
            >
              <span className="waterfall-name" style={{ paddingLeft: Math.min(depth, 10) * 10 }}>
                <Icon name={mark.icon} className={mark.tone} />
                <span className="hidden">{mark.text} </span>
                <Text text={span.function_name} />
              </span>
              <span className="waterfall-track">
                <i
                  className={`waterfall-bar ${mark.tone}`}
                  style={{ left: `${left * 100}%`, width: `max(2px, ${width * 100}%)` }}
                />
                <span
                  className="waterfall-time"
                  style={
                    left + width > 0.82
                      ? { right: `${(1 - left) * 100}%` }
                      : { left: `${(left + width) * 100}%` }
                  }
                >
                  {durationText(span.duration_ms)}
                </span>
              </span>
            </div>
          );
        }}
      </VirtualList>
    </>
  );
}

interface OverviewProps {
  buckets: readonly { at: number; calls: number; errors: number }[];
  window: TimeWindow;
  onChoose: (window: TimeWindow) => void;
}

/** Calls over time; a stretch that is dragged over becomes the window. */
function Overview({ buckets, window, onChoose }: OverviewProps) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const most = Math.max(1, ...buckets.map((bucket) => bucket.calls));
  const partOf = (event: TargetedPointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const end = () => {
    if (drag && Math.abs(drag.to - drag.from) > 0.01) {
      const range = window.to - window.from;
      const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onChoose({ from: window.from + a * range, to: window.from + b * range });
    }
    setDrag(null);
  };
  return (
    <div
      className="overview"
      role="img"
      aria-label={`Calls over time, at most ${most} in a stretch`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: partOf(event), to: partOf(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: partOf(event) })}
      onPointerUp={end}
      onPointerCancel={() => setDrag(null)}
    >
      {buckets.map((bucket) => (
        <i key={bucket.at}>
          <b style={{ height: `${(bucket.calls / most) * 100}%` }}>
            {bucket.errors > 0 && (
              <em style={{ height: `${(bucket.errors / Math.max(1, bucket.calls)) * 100}%` }} />
            )}
          </b>
        </i>
      ))}
      {drag && (
        <span
          className="overview-drag"
          style={{
            left: `${Math.min(drag.from, drag.to) * 100}%`,
            width: `${Math.abs(drag.to - drag.from) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
