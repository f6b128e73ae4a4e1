/**
 * Values as a tree: lazy, virtual, typed, edited in place. One stop for the keyboard: arrows move and open, Enter edits
 * or opens, Backspace takes an edit back, c copies.
 */
import type { Ref } from "preact";
import { useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from "preact/compat";
import { useVirtualizer } from "../components/use-virtualizer.ts";
import { spanAt } from "./json-span.ts";
import { setOpen, useOpenState } from "./open-memory.ts";
import { imageAt, type Table, tableAt } from "./previews.ts";
import { RowTools } from "./row-actions.tsx";
import { TableView } from "./table-view.tsx";
import { type RowActions, samePath, type TreeEdits } from "./tree-edits.ts";
import { childrenIn, keyOf, rowsOf, type TreeRoot, type TreeRow } from "./tree-rows.ts";
import type { TreeNode } from "./value-nodes.ts";
import { canOpen, changeOf, isTopRow, nameOf, shapeOf, ValueRow } from "./value-row.tsx";
import { plainText } from "./visible-text.ts";

const ROW_HEIGHT = 22;
const IMAGE_HEIGHT = 150;
/** A tree that is as high as its rows grows no higher. */
const MOST_HEIGHT = 330;
/** Nodes opened at once by "open everything below". */
const OPENED_AT_ONCE = 2_000;

export interface ValueTreeHandle {
  /** Begins to edit: the active leaf, or the first that can be. */
  edit(): void;
}

interface ValueTreeProps {
  roots: readonly TreeRoot[];
  label: string;
  /** Trees of the same memory open the same nodes. */
  memory: string;
  edits?: TreeEdits | null;
  actions?: RowActions;
  /** Default true: values at the top are open until they are closed. */
  isOpenAtFirst?: boolean;
  /** As high as its rows, up to a limit; else it fills its place. */
  fits?: boolean;
  ref?: Ref<ValueTreeHandle>;
}

const NO_ACTIONS: RowActions = {};

export function ValueTree({
  roots,
  label,
  memory,
  edits = null,
  actions = NO_ACTIONS,
  isOpenAtFirst = true,
  fits = false,
  ref,
}: ValueTreeProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const open = useOpenState(memory);
  const rows = useMemo(() => rowsOf(roots, open, isOpenAtFirst), [roots, open, isOpenAtFirst]);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [table, setTable] = useState<{ table: Table; title: string } | null>(null);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === activeKey),
  );
  const active = rows[at];

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => (imageOf(rows[index]) === null ? ROW_HEIGHT : ROW_HEIGHT + IMAGE_HEIGHT),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    initialRect: { width: 600, height: 400 },
  });

  // A row that opens or an image that appears changes heights below it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew whenever the rows are others
  useEffect(() => {
    virtual.measure();
  }, [rows]);

  const activate = (index: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (!row) return;
    setActiveKey(row.key);
    virtual.scrollToIndex(rows.indexOf(row), { align: "auto" });
  };
  const toggle = (row: TreeRow) => setOpen(memory, [[row.key, !row.isOpen]]);
  const startEdit = (row: TreeRow): boolean => {
    if (!edits || !isTypable(row, edits)) return false;
    setActiveKey(row.key);
    const shape = shapeOf(row.root.text, row.node);
    edits.type({ root: row.root.key, path: row.node.path, text: shape.literal ?? "" });
    return true;
  };

  useImperativeHandle(ref ?? null, () => ({
    edit() {
      const from = rows.slice(at).concat(rows.slice(0, at));
      box.current?.focus();
      const first = edits && from.find((row) => isTypable(row, edits));
      const whole = edits && rows.find((row) => row.root.before !== null);
      if (first) {
        activate(rows.indexOf(first));
        startEdit(first);
      } else if (whole) edits.openText(whole.root);
    },
  }));

  // What was being typed is seen again after a reload, or when the call is selected again.
  const typing = edits?.typing ?? null;
  const typedAt = typing
    ? rows.findIndex(
        ({ root, node }) =>
          root.key === typing.root && node.kind === "value" && samePath(node.path, typing.path),
      )
    : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the tree appears, not with every key
  useEffect(() => {
    if (typedAt >= 0) virtual.scrollToIndex(typedAt, { align: "auto" });
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!active || event.target instanceof HTMLInputElement) return;
    if (event.ctrlKey || event.metaKey || (event.altKey && event.key !== "ArrowRight")) return;
    const run = keyAction(event, { rows, at, active, edits, memory, activate, toggle, startEdit });
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };

  const items = virtual.getVirtualItems();
  return (
    <>
      <div
        ref={box}
        role="tree"
        aria-label={label}
        aria-activedescendant={active ? `${id}-${at}` : undefined}
        tabIndex={0}
        className={fits ? "value-tree fits" : "value-tree"}
        style={fits ? { height: Math.min(MOST_HEIGHT, virtual.getTotalSize()) } : undefined}
        onKeyDown={onKeyDown}
        data-tree
      >
        <div className="value-rows" role="none" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const image = imageOf(row);
            return (
              <div
                key={item.key}
                role="none"
                className="value-slot"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <ValueRow
                  row={row}
                  id={`${id}-${item.index}`}
                  isActive={item.index === at}
                  edits={edits}
                  onToggle={() => toggle(row)}
                  onActivate={() => setActiveKey(row.key)}
                  onEdit={() => void startEdit(row)}
                  onDone={() => box.current?.focus()}
                >
                  {edits && isTopRow(row) && <RootBadge row={row} roots={roots} />}
                  <RowTools
                    row={row}
                    edits={edits}
                    actions={actions}
                    onEdit={() => void startEdit(row)}
                    onCopy={() => copyRow(row)}
                    onTable={() => setTable(tableOf(row))}
                  />
                </ValueRow>
                {image !== null && <img className="value-image" src={image} alt={plainText(nameOf(row))} />}
              </div>
            );
          })}
        </div>
      </div>
      {table && <TableView {...table} onClose={() => setTable(null)} />}
    </>
  );
}

/** At the top of each argument: whether it is edited, or stays the very object it was. */
function RootBadge({ row, roots }: { row: TreeRow; roots: readonly TreeRoot[] }) {
  const isAnyEdited = roots.some((root) => root.before !== null && root.before !== root.text);
  if (!isAnyEdited || row.root.before === null) return null;
  return row.root.before === row.root.text ? (
    <span className="value-label">kept as it is</span>
  ) : (
    <span className="value-badge">edited</span>
  );
}

interface KeyContext {
  rows: readonly TreeRow[];
  at: number;
  active: TreeRow;
  edits: TreeEdits | null;
  memory: string;
  activate: (index: number) => void;
  toggle: (row: TreeRow) => void;
  startEdit: (row: TreeRow) => boolean;
}

/** A page of rows. */
const PAGE = 20;

function keyAction(event: KeyboardEvent, context: KeyContext): (() => void) | null {
  const { rows, at, active, edits, activate, toggle, startEdit } = context;
  switch (event.key) {
    case "ArrowDown":
      return () => activate(at + 1);
    case "ArrowUp":
      return () => activate(at - 1);
    case "PageDown":
      return () => activate(at + PAGE);
    case "PageUp":
      return () => activate(at - PAGE);
    case "Home":
      return () => activate(0);
    case "End":
      return () => activate(rows.length - 1);
    case "ArrowRight":
      if (event.altKey || event.shiftKey) return () => openBelow(active, context.memory);
      if (!canOpen(active)) return () => {};
      return () => (active.isOpen ? activate(at + 1) : toggle(active));
    case "ArrowLeft":
      return () => (active.isOpen ? toggle(active) : activate(parentOf(rows, at)));
    case "Enter":
      return () => {
        if (!startEdit(active) && canOpen(active)) toggle(active);
      };
    case "Backspace":
    case "Delete":
      if (!edits || edits.isClosed || active.node.kind !== "value" || changeOf(active) === null) return null;
      return () => revertRow(edits, active);
    case "c":
      return () => copyRow(active);
    default:
      return null;
  }
}

function revertRow(edits: TreeEdits, row: TreeRow): void {
  if (row.node.kind === "value") edits.revert(row.root.key, isTopRow(row) ? null : row.node.path);
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.level ?? 1;
  for (let above = at - 1; above >= 0; above--) if ((rows[above]?.level ?? 0) < level) return above;
  return at;
}

function openBelow(row: TreeRow, memory: string): void {
  const changes: [string, boolean][] = [];
  const queue: TreeRow[] = [row];
  for (let next = queue.shift(); next && changes.length < OPENED_AT_ONCE; next = queue.shift()) {
    if (!canOpen(next)) continue;
    changes.push([next.key, true]);
    for (const node of childrenIn(next.root, next.node)) {
      // Long strings and bytes stay closed: they are read one at a time.
      if (node.kind === "value" && next.root.text[node.span.start] !== '"') {
        queue.push({ ...next, node, key: keyOf(next.root, node), level: next.level + 1 });
      }
    }
  }
  setOpen(memory, changes);
}

function isTypable(
  row: TreeRow,
  edits: TreeEdits,
): row is TreeRow & { node: Extract<TreeRow["node"], { kind: "value" }> } {
  const { node, root } = row;
  if (node.kind !== "value" || edits.isClosed || root.before === null || edits.whyWhole(root.key) !== null)
    return false;
  return shapeOf(root.text, node).literal !== null && spanAt(root.text, node.path) !== null;
}

function copyRow({ root, node }: TreeRow): void {
  const text =
    node.kind === "value" ? root.text.slice(node.span.start, node.span.end) : "text" in node ? node.text : "";
  void navigator.clipboard?.writeText(text).catch(() => {});
}

const images = new WeakMap<TreeNode, string | null>();

/** A row's value as an image, looked at once. */
function imageOf(row: TreeRow | undefined): string | null {
  if (row?.node.kind !== "value") return null;
  const known = images.get(row.node);
  if (known !== undefined) return known;
  const image = imageAt(row.root.text, row.node.span);
  images.set(row.node, image);
  return image;
}

function tableOf(row: TreeRow): { table: Table; title: string } | null {
  const table = row.node.kind === "value" ? tableAt(row.root.text, row.node.span) : null;
  return table && { table, title: nameOf(row) };
}
