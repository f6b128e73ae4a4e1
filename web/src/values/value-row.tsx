/** One line of a value tree. */
import type { ComponentChildren } from "preact";
import { Name, Shown } from "../components/shown.tsx";
import { eachMember, type Member, rootSpan, type Span, spanAt } from "./json-span.ts";
import { LeafEditor } from "./leaf-editor.tsx";
import { cutOf } from "./tag-fields.ts";
import { samePath, type TreeEdits } from "./tree-edits.ts";
import { keyOf, type TreeRow, topOf } from "./tree-rows.ts";
import type { ValueNode } from "./value-nodes.ts";
import { type Look, pathText, type Shape, shapeAt } from "./value-shape.ts";
import { plainText } from "./visible-text.ts";

/** Deeper levels are not indented further: they would leave the screen. */
const DEEPEST_INDENT = 24;

const LOOK_CLASS: Record<Look, string> = {
  string: "json-string",
  number: "json-number",
  word: "json-word",
  date: "json-number",
  code: "value-code",
  plain: "value-look",
  error: "bad",
  gone: "value-gone",
};

export interface RowProps {
  row: TreeRow;
  id: string;
  isActive: boolean;
  edits: TreeEdits | null;
  onToggle: () => void;
  onActivate: () => void;
  onEdit: () => void;
  onDone: () => void;
  children?: ComponentChildren;
}

export function ValueRow(props: RowProps) {
  const { row, id, isActive, onActivate } = props;
  const { node, level } = row;
  const isOpenable = canOpen(row);
  const change = changeOf(row);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names this row as the active one
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys for all of its rows
    <div
      role="treeitem"
      id={id}
      aria-level={level}
      aria-selected={isActive}
      {...(isOpenable ? { "aria-expanded": row.isOpen } : {})}
      className="value-row"
      data-active={isActive}
      data-changed={change !== null}
      data-kind={node.kind}
      onMouseDown={(event) => {
        if (!(event.target instanceof Element && event.target.closest("input, button"))) onActivate();
      }}
      onClick={(event) => {
        const isText = window.getSelection()?.isCollapsed === false;
        if (isOpenable && !isText && !(event.target as Element).closest("input, button")) props.onToggle();
      }}
      onDblClick={props.onEdit}
    >
      <svg
        className="indent"
        width={(Math.min(level, DEEPEST_INDENT) - 1) * 16}
        height="1"
        aria-hidden="true"
      />
      <span className="twisty">
        {isOpenable && (
          <svg viewBox="0 0 8 8" aria-hidden="true" data-open={row.isOpen}>
            <path d="M2.4 1l3.4 3-3.4 3z" />
          </svg>
        )}
      </span>
      <Content {...props} change={change} />
      {props.children}
    </div>
  );
}

export function canOpen(row: TreeRow): boolean {
  if (row.node.kind === "range") return true;
  return row.node.kind === "value" && shapeOf(row.root.text, row.node).isOpenable;
}

const shapes = new WeakMap<ValueNode, Shape>();

/** What a row's value is, worked out once. */
export function shapeOf(text: string, node: ValueNode): Shape {
  const known = shapes.get(node);
  if (known) return known;
  const shape = shapeAt(text, node.span);
  shapes.set(node, shape);
  return shape;
}

export interface RowChange {
  /** Null when there was nothing in this place. */
  readonly before: Shape | null;
}

/** What was in a row's place before an edit; null when nothing changed there. */
export function changeOf({ root, node }: TreeRow): RowChange | null {
  if (node.kind !== "value" || root.before === null || root.before === root.text) return null;
  const old: Span | null = node.path.length === 0 ? rootSpan(root.before) : spanAt(root.before, node.path);
  if (!old) return { before: null };
  const isSame = root.before.slice(old.start, old.end) === root.text.slice(node.span.start, node.span.end);
  return isSame ? null : { before: shapeAt(root.before, old) };
}

function Content({ row, edits, change, onDone }: RowProps & { change: RowChange | null }) {
  const { node, root } = row;
  if (node.kind === "line") {
    return (
      <span className="value-line">
        <Shown text={node.text} block />
      </span>
    );
  }
  if (node.kind === "note") return <span className="value-note">{node.text}</span>;
  if (node.kind === "range") return <span className="value-range">[{node.name}]</span>;
  const shape = shapeOf(root.text, node);
  const typing = edits?.typing;
  const isTyping =
    typing != null && edits !== null && typing.root === root.key && samePath(typing.path, node.path);
  const isLeafChange = change !== null && !(shape.isOpenable && change.before?.isOpenable);
  return (
    <>
      <NodeName row={row} node={node} />
      {(isLeafChange || isTyping) && change?.before !== null && (
        <OldValue shape={change?.before ?? shape} isStruck={isTyping || isLeafChange} />
      )}
      {isTyping ? (
        <LeafEditor
          text={typing.text}
          label={`${plainText(nameOf(row))}, new value`}
          isDate={shape.look === "date"}
          onType={(text) => edits.type({ ...typing, text })}
          onKeep={(json) => {
            edits.type(null);
            const was = root.text.slice(node.span.start, node.span.end);
            if (json !== was) edits.set(root.key, node.path, json);
            onDone();
          }}
          onCancel={() => {
            edits.type(null);
            onDone();
          }}
        />
      ) : (
        <ShapeText
          shape={shape}
          text={root.text}
          isOpen={row.isOpen}
          isNew={isLeafChange}
          isNameless={node.name === null}
        />
      )}
      {change && change.before === null && <span className="value-badge">added</span>}
    </>
  );
}

function NodeName({ row, node }: { row: TreeRow; node: ValueNode }) {
  if (node.name === null) return null;
  return (
    <>
      <Name className={`value-name ${node.nameKind}`} text={node.name} />
      {node.nameKind === "entry" && <span className="value-arrow">→</span>}
      {row.level === 1 && row.root.label !== null && <span className="value-label">{row.root.label}</span>}
    </>
  );
}

function OldValue({ shape, isStruck }: { shape: Shape; isStruck: boolean }) {
  const text = shape.text || shape.type || "";
  return isStruck ? (
    <del className="value-old">
      <Shown text={text.length > 80 ? `${text.slice(0, 80)}…` : text} />
    </del>
  ) : null;
}

interface ShapeTextProps {
  shape: Shape;
  /** Of the whole value. */
  text: string;
  isOpen: boolean;
  isNew: boolean;
  isNameless: boolean;
}

function ShapeText({ shape, text: whole, isOpen, isNew, isNameless }: ShapeTextProps) {
  // An opened container is not told twice; without a name there would be nothing else in its line.
  const isTold = isOpen && !isNameless && (shape.look === "plain" || shape.look === "string");
  const isShown = shape.text !== "" && !isTold;
  const text = isShown && (
    <span className={`leaf-text ${LOOK_CLASS[shape.look]}`}>
      <Shown text={shape.text} />
    </span>
  );
  return (
    <>
      {shape.type !== null && (
        <span className="value-type">
          <Shown text={shape.type} />
        </span>
      )}
      {(isOpen || shape.text.includes("…")) && <Size shape={shape} text={whole} />}
      {isNew ? <ins className="value-new">{text || shape.type || "empty"}</ins> : text}
      {shape.cut !== null && <span className="value-cut">{shape.cut}</span>}
    </>
  );
}

/** How many members a list has that does not show them all. */
function Size({ shape, text }: { shape: Shape; text: string }) {
  const size = sizeOf(shape, text);
  return size === null ? null : <span className="value-size">({size.toLocaleString("en-US")})</span>;
}

/** Counted once: that reads the whole list. */
const sizes = new WeakMap<Shape, number | null>();

function sizeOf(shape: Shape, text: string): number | null {
  const known = sizes.get(shape);
  if (known !== undefined) return known;
  const size = shape.members && countOf(text, shape.members);
  sizes.set(shape, size);
  return size;
}

/** Null for a list that was cut: the cut itself says how many there were. */
function countOf(text: string, span: Span): number | null {
  let count = 0;
  let last: Member | null = null;
  for (const member of eachMember(text, span)) {
    last = member;
    count += 1;
  }
  return last && cutOf(text, last) ? null : count;
}

/** How a row is called in labels: `request.amount`. */
export function nameOf({ root, node }: TreeRow): string {
  const top = root.name ?? root.label ?? "value";
  if (node.kind !== "value" || node.path.length === 0) return top;
  const steps = node.path.filter((step) => typeof step === "number" || !HIDDEN.has(step));
  const path = pathText(steps);
  return path.startsWith("[") ? `${top}${path}` : `${top}.${path}`;
}

const HIDDEN = new Set(["properties", "entries", "values"]);

export const isTopRow = (row: TreeRow) => row.key === keyOf(row.root, topOf(row.root));
