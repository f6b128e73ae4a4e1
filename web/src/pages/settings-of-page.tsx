import { useState } from "preact/compat";
import { COLUMNS } from "../calls/columns.tsx";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { DEFAULT_PREFS, prefs, type SavedFilter, usePrefs } from "../prefs.ts";
import { askForNotifications, canNotify } from "../shell/notifications.ts";
import { keepTheme, storedTheme, type Theme } from "../theme.ts";
import { Setting } from "./setting.tsx";

const THEMES: readonly [Theme, string][] = [
  ["system", "As the system"],
  ["dark", "Dark"],
  ["light", "Light"],
];

export function PageSettings() {
  const { actions } = useApp();
  const { log, notify, columns, filters, history } = usePrefs();
  const [theme, setTheme] = useState(storedTheme);
  const [refused, setRefused] = useState(false);
  const choose = (next: Theme) => {
    keepTheme(next);
    setTheme(next);
  };
  const forget = () => {
    const was = prefs.get();
    prefs.set(DEFAULT_PREFS);
    actions.say({ before: "Forgot what this browser kept of the page", undo: () => prefs.set(was) });
  };
  const toggleNotify = async () => {
    if (notify) return prefs.set({ notify: false });
    const isAllowed = await askForNotifications();
    setRefused(!isAllowed);
    prefs.set({ notify: isAllowed });
  };
  return (
    <section aria-labelledby="of-page">
      <h3 className="subtitle" id="of-page">
        This page
      </h3>
      <Setting title="Theme" about="Colours of the page.">
        <fieldset className="segments">
          <legend className="hidden">Theme</legend>
          {THEMES.map(([value, text]) => (
            <label key={value}>
              <input type="radio" name="theme" checked={theme === value} onChange={() => choose(value)} />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      </Setting>
      <Setting
        title="Notifications"
        about={
          refused
            ? "The browser does not allow them for this page: allow them in its site settings."
            : "One from the desktop when a call begins to wait while this page is out of sight."
        }
      >
        <label className="check">
          <input
            type="checkbox"
            checked={notify}
            disabled={!canNotify()}
            onChange={() => void toggleNotify()}
          />
          Tell me of new pauses
        </label>
      </Setting>
      <Setting title="Event log" about="What happened, in lines below every page.">
        <label className="check">
          <input type="checkbox" checked={log} onChange={() => prefs.set({ log: !log })} />
          Show it
        </label>
      </Setting>
      <Setting title="Columns" about="Of the list of calls, besides the function.">
        <div className="checks">
          {COLUMNS.map((column) => (
            <label key={column.id} className="check">
              <input
                type="checkbox"
                checked={columns.includes(column.id)}
                onChange={() =>
                  prefs.set({
                    columns: columns.includes(column.id)
                      ? columns.filter((each) => each !== column.id)
                      : [...columns, column.id],
                  })
                }
              />
              {column.title}
            </label>
          ))}
        </div>
      </Setting>
      <Setting title="Saved filters" about="Offered under the filter and in the commands, by their name.">
        {filters.length === 0 ? (
          <span className="note">None: the star beside a filter saves it.</span>
        ) : (
          <ul className="saved-filters">
            {filters.map((filter) => (
              <SavedRow key={filter.filter} filter={filter} />
            ))}
          </ul>
        )}
      </Setting>
      <Setting
        title="Forget"
        about="What this browser keeps of the page: sizes, columns, filters asked before."
      >
        <button
          type="button"
          className="button small"
          disabled={history.length === 0}
          onClick={() => prefs.set({ history: [] })}
        >
          Filters asked before
        </button>{" "}
        <button type="button" className="button small" onClick={forget}>
          Everything
        </button>
      </Setting>
    </section>
  );
}

function SavedRow({ filter }: { filter: SavedFilter }) {
  const others = (change: SavedFilter | null) => {
    const kept = prefs
      .get()
      .filters.flatMap((each) => (each.filter === filter.filter ? (change ?? []) : each));
    prefs.set({ filters: kept });
  };
  return (
    <li>
      <input
        type="text"
        className="inline-input"
        value={filter.name}
        aria-label={`Name of the filter ${filter.filter}`}
        onChange={(event) => others({ ...filter, name: event.currentTarget.value })}
      />
      <code className="cell">
        <Shown text={filter.filter} />
      </code>
      <button
        type="button"
        className="button small icon-only quiet"
        aria-label={`Forget the filter ${filter.name}`}
        onClick={() => others(null)}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}
