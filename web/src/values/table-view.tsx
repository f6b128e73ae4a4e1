/** A list of records as a table, in a dialog over the page. */
import { useEffect, useRef } from "preact/compat";
import { Shown } from "../components/shown.tsx";
import type { Table } from "./previews.ts";

export function TableView({ table, title, onClose }: { table: Table; title: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="table-view" aria-label={`${title}, as a table`} onClose={onClose}>
      <header>
        <h2>
          <Shown text={title} />
        </h2>
        <span className="note">
          {(table.rows.length + table.moreRows).toLocaleString("en-US")} rows
          {table.moreColumns > 0 && `, ${table.moreColumns} more columns`}
        </span>
        <span className="space" />
        <button type="button" className="button small" onClick={() => dialog.current?.close()}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div className="table-scroll" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">#</th>
              {table.columns.map((column) => (
                <th scope="col" key={column}>
                  <Shown text={column} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
              <tr key={at}>
                <th scope="row">{at}</th>
                {row.map((cell, column) => (
                  <td key={table.columns[column]}>{cell === null ? "" : <Shown text={cell} />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {table.moreRows > 0 && (
          <p className="note">{table.moreRows.toLocaleString("en-US")} more rows are not shown.</p>
        )}
      </div>
    </dialog>
  );
}
