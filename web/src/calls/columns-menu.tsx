/** Which columns the list has. */
import { useId } from "preact/compat";
import { Icon } from "../components/icon.tsx";
import { DEFAULT_PREFS, prefs, usePrefs } from "../prefs.ts";
import { COLUMNS } from "./columns.tsx";

export function ColumnsMenu() {
  const { columns } = usePrefs();
  const id = useId();
  const toggle = (column: string) =>
    prefs.set({
      columns: columns.includes(column) ? columns.filter((each) => each !== column) : [...columns, column],
    });
  return (
    <>
      <button
        type="button"
        className="button icon-only quiet small"
        popoverTarget={id}
        aria-label="Columns"
        title="Columns"
        style={{ ["anchorName" as string]: "--columns-button" }}
      >
        <Icon name="columns" />
      </button>
      <div
        id={id}
        popover="auto"
        className="menu columns-menu"
        style={{ ["positionAnchor" as string]: "--columns-button" }}
      >
        <h3 className="subtitle">Columns</h3>
        {COLUMNS.map((column) => (
          <label key={column.id}>
            <input type="checkbox" checked={columns.includes(column.id)} onChange={() => toggle(column.id)} />
            {column.title}
          </label>
        ))}
        <button type="button" className="link" onClick={() => prefs.set({ columns: DEFAULT_PREFS.columns })}>
          As at first
        </button>
      </div>
    </>
  );
}
