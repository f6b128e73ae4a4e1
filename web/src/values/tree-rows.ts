/** A tree as the rows that are to be seen: opened nodes with their children, in order. */
import { rootSpan } from "./json-span.ts";
import { childrenOf, rootNode, type TreeNode } from "./value-nodes.ts";

/** A value at the top: an argument, a result, the answer of an evaluation. */
export interface TreeRoot {
  readonly key: string;
  readonly name: string | null;
  /** What else it is called: `args[0]`. */
  readonly label: string | null;
  /** The value as JSON text, edits included. */
  readonly text: string;
  /** The text before any edit; null when nothing can be edited. */
  readonly before: string | null;
}

export interface TreeRow {
  readonly key: string;
  readonly root: TreeRoot;
  readonly node: TreeNode;
  /** 1 at the top. */
  readonly level: number;
  readonly isOpen: boolean;
}

/** Which nodes are open, by row key. What is not in it is as `opensAtFirst` says. */
export type OpenState = ReadonlyMap<string, boolean>;

/** No tree shows more rows: opening everything below a large value must end. */
export const MOST_ROWS = 100_000;

const children = new WeakMap<TreeNode, readonly TreeNode[]>();
const tops = new WeakMap<TreeRoot, TreeNode>();

/** A node's children, found once. */
export function childrenIn(root: TreeRoot, node: TreeNode): readonly TreeNode[] {
  const known = children.get(node);
  if (known) return known;
  const found = childrenOf(root.text, node);
  children.set(node, found);
  return found;
}

export function topOf(root: TreeRoot): TreeNode {
  const known = tops.get(root);
  if (known) return known;
  const top = rootNode(root.text, rootSpan(root.text), root.name);
  tops.set(root, top);
  return top;
}

export const keyOf = (root: TreeRoot, node: TreeNode): string => `${root.key} ${node.id}`;

/** Values at the top are open, unless they are a long string, or what the method was called on: mostly its methods. */
export const opensAtFirst = (root: TreeRoot, node: TreeNode, level: number): boolean =>
  level === 1 &&
  root.key !== "t" &&
  node.kind === "value" &&
  root.text[node.span.start] !== '"' &&
  root.text[node.span.start + 1] !== "}";

export function rowsOf(
  roots: readonly TreeRoot[],
  open: OpenState,
  isOpenAtFirst = true,
): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  for (const root of roots) add(rows, root, topOf(root), isOpenAtFirst ? 1 : 2, open);
  return isOpenAtFirst ? rows : rows.map((row) => ({ ...row, level: row.level - 1 }));
}

function add(rows: TreeRow[], root: TreeRoot, node: TreeNode, level: number, open: OpenState): void {
  if (rows.length >= MOST_ROWS) return;
  const key = keyOf(root, node);
  const isOpen =
    node.kind !== "line" && node.kind !== "note" && (open.get(key) ?? opensAtFirst(root, node, level));
  rows.push({ key, root, node, level, isOpen });
  if (!isOpen) return;
  for (const child of childrenIn(root, node)) add(rows, root, child, level + 1, open);
}
