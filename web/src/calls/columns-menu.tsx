/** Which columns the list has. */
import { Icon } from "../components/icon.tsx";
import { DEFAULT_PREFS, prefs, usePrefs } from "../prefs.ts";
import { COLUMNS } from "./columns.tsx";

/** The names above the list open it too. */
export const COLUMNS_MENU = "columns-menu";

export function ColumnsMenu() {
  const { columns } = usePrefs();
  const toggle = (column: string) =>
    prefs.set({
      columns: columns.includes(column) ? columns.filter((each) => each !== column) : [...columns, column],
    });
  return (
    <>
      <button
        type="button"
        className="button icon-only quiet small"
        popoverTarget={COLUMNS_MENU}
        aria-label="Columns"
        title="Columns"
        style={{ ["anchorName" as string]: "--columns-button" }}
      >
        <Icon name="columns" />
      </button>
      <div
        id={COLUMNS_MENU}
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
        <button
          type="button"
          className="link"
          onClick={() => prefs.set({ columns: DEFAULT_PREFS.columns, widths: {} })}
        >
          Reset
        </button>
      </div>
    </>
  );
}
