/** What can be done with a row, shown when it is pointed at or active. */
import { Icon, type IconName } from "../components/icon.tsx";
import { isTableLike } from "./previews.ts";
import type { RowActions, TreeEdits } from "./tree-edits.ts";
import type { TreeRow } from "./tree-rows.ts";
import { changeOf, isTopRow, nameOf, shapeOf } from "./value-row.tsx";
import { plainText } from "./visible-text.ts";

interface RowToolsProps {
  row: TreeRow;
  edits: TreeEdits | null;
  actions: RowActions;
  onEdit: () => void;
  onCopy: () => void;
  onTable: () => void;
}

export function RowTools({ row, edits, actions, onEdit, onCopy, onTable }: RowToolsProps) {
  const { node, root } = row;
  if (node.kind !== "value") return null;
  const name = plainText(nameOf(row), 80);
  const isEditable = edits !== null && !edits.isClosed && root.before !== null;
  const isTop = isTopRow(row);
  const canType =
    isEditable && edits.whyWhole(root.key) === null && shapeOf(root.text, node).literal !== null;
  return (
    <span className="row-tools">
      {isEditable && changeOf(row) !== null && (
        <Tool
          icon="revert"
          label={isTop ? `Revert ${name}` : `Revert ${name}`}
          keys="⌫"
          onClick={() => edits.revert(root.key, isTop ? null : node.path)}
        />
      )}
      {canType && <Tool icon="edited" label={`Edit ${name}`} keys="⏎" onClick={onEdit} />}
      {isEditable && isTop && (
        <button type="button" className="row-tool text" onClick={() => edits.openText(root)} tabIndex={-1}>
          {edits.whyWhole(root.key) === null ? "Edit as text" : "Replace"}
          <span className="hidden"> {name}</span>
        </button>
      )}
      {isTableLike(root.text, node.span) && (
        <Tool icon="table" label={`Show ${name} as a table`} onClick={onTable} />
      )}
      {actions.breakOn && (
        <Tool
          icon="breakpoint"
          label={`Pause when ${name} is this again`}
          onClick={() => actions.breakOn?.(row)}
        />
      )}
      <Tool icon="copy" label={`Copy ${name}`} keys="c" onClick={onCopy} />
    </span>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  keys?: string;
  onClick: () => void;
}

/** Reached with the keyboard through the row's own keys, so that a tree is one stop. */
function Tool({ icon, label, keys, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className="row-tool"
      tabIndex={-1}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
