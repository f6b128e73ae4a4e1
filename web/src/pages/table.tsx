/** A table with columns that sort. What it is sorted by is in the address. */
import type { ComponentChildren } from "preact";
import { router, useQuery } from "../router.ts";

export interface TableColumn<T> {
  readonly id: string;
  readonly title: string;
  readonly isNumber?: boolean;
  /** Takes the room that the others leave. */
  readonly isWide?: boolean;
  /** By what it sorts; without it, it does not. */
  readonly by?: (row: T) => string | number | null;
  readonly show: (row: T) => ComponentChildren;
}

interface TableProps<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** `-count` is by count, the largest first. */
  usual: string;
  selected?: string | null;
}

export function Table<T>({ label, columns, rows, keyOf, usual, selected = null }: TableProps<T>) {
  const asked = useQuery("sort") || usual;
  const isDown = asked.startsWith("-");
  const id = asked.replace("-", "");
  const by = columns.find((column) => column.id === id)?.by;
  const sorted = by ? sortBy(rows, by, isDown) : rows;
  const sort = (column: TableColumn<T>) => {
    const next = column.id === id ? `${isDown ? "" : "-"}${id}` : `${column.isNumber ? "-" : ""}${column.id}`;
    router.set({ sort: next === usual ? null : next });
  };
  return (
    <div className="table-box">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={classOf(column)}
                aria-sort={column.id === id ? (isDown ? "descending" : "ascending") : undefined}
              >
                {column.by ? (
                  <button
                    type="button"
                    className="sort"
                    aria-pressed={column.id === id}
                    onClick={() => sort(column)}
                  >
                    {column.title}
                    <span aria-hidden="true">{column.id === id ? (isDown ? "↓" : "↑") : ""}</span>
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the link in the row is what the keyboard reaches */}
        <tbody onClick={follow}>
          {sorted.map((row) => {
            const key = keyOf(row);
            return (
              <tr key={key} className={key === selected ? "is-selected" : ""}>
                {columns.map((column) => (
                  <td key={column.id} className={classOf(column)}>
                    {column.show(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Anywhere in a row is its link, unless something else is there or text was selected. */
function follow(event: MouseEvent): void {
  const at = event.target as Element;
  if (at.closest("a, button, input") || getSelection()?.isCollapsed === false) return;
  at.closest("tr")?.querySelector<HTMLElement>("a.plain-link")?.click();
}

const classOf = <T,>({ isNumber, isWide }: TableColumn<T>): string =>
  isNumber ? "number" : isWide ? "is-wide" : "";

/** Nothing comes last, whichever way. */
export function sortBy<T>(
  rows: readonly T[],
  by: (row: T) => string | number | null,
  isDown: boolean,
): readonly T[] {
  const sign = isDown ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? -sign : sign;
  });
}
