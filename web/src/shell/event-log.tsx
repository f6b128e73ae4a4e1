/** What happened, newest at the bottom, while the page looked. */
import { useLayoutEffect, useRef } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { prefs } from "../prefs.ts";
import { router } from "../router.ts";
import type { LogLine } from "../state/log.ts";

const ICONS: Record<LogLine["kind"], { icon: IconName; tone: string }> = {
  paused: { icon: "pause", tone: "accent" },
  resumed: { icon: "play", tone: "ok" },
  gone: { icon: "unlink", tone: "dim" },
  rule: { icon: "rule", tone: "info" },
  breakpoint: { icon: "breakpoint", tone: "dim" },
  process: { icon: "process", tone: "dim" },
  flow: { icon: "arrow", tone: "dim" },
  trouble: { icon: "warning", tone: "bad" },
};

/** Drawn at once; older ones are in the record. */
const SHOWN = 200;

export function EventLog() {
  const log = useSelector((state) => state.log);
  const box = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line moves the end.
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log]);
  const onScroll = () => {
    const list = box.current;
    if (list) isAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
  };
  return (
    <section className="event-log" aria-labelledby="log-title">
      <header className="section-title">
        <h2 id="log-title">Event log</h2>
        <span>
          <button
            type="button"
            className="button icon-only quiet small"
            aria-label="Close the event log"
            title="Close (l)"
            onClick={() => prefs.set({ log: false })}
          >
            <Icon name="cross" />
          </button>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <ol ref={box} onScroll={onScroll} tabIndex={0} aria-label="Events">
        {log.length === 0 && <li className="empty">Nothing has happened since the page was opened.</li>}
        {log.slice(-SHOWN).map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ol>
    </section>
  );
}

function Line({ line }: { line: LogLine }) {
  const { actions } = useApp();
  const { icon, tone } = ICONS[line.kind];
  const { callId } = line;
  const show = () => {
    if (callId === null) return;
    actions.selectCall(callId);
    if (router.get().page !== "calls") router.go("calls", { call: callId });
  };
  return (
    <li>
      <time>{timeOfDay(line.at)}</time>
      <Icon name={icon} className={tone} />
      <span className="event-text">
        {line.before}{" "}
        {callId === null ? (
          <b>
            <Shown text={cut(line.name)} />
          </b>
        ) : (
          <button type="button" className="link" onClick={show}>
            <Shown text={cut(line.name)} />
          </button>
        )}{" "}
        <Shown text={cut(line.after)} />
      </span>
    </li>
  );
}

const LONGEST = 300;
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

let clock: Intl.DateTimeFormat | undefined;

function timeOfDay(seconds: number): string {
  clock ??= new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return clock.format(seconds * 1000);
}
