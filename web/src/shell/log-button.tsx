/** Opens and closes the event log, and says how much is in it. */
import { useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { prefs, usePrefs } from "../prefs.ts";

export function LogButton() {
  const { log } = usePrefs();
  const events = useSelector((state) => state.log.length);
  return (
    <button
      type="button"
      className="button icon-only quiet log-button"
      aria-pressed={log}
      aria-label={`Event log, ${events} ${events === 1 ? "event" : "events"}`}
      title="Event log: what happened since the page was opened (l)"
      onClick={() => prefs.set({ log: !log })}
    >
      <Icon name="log" />
      {events > 0 && <span className="log-count">{events > 99 ? "99+" : events}</span>}
    </button>
  );
}
