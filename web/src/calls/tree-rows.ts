/** A forest of calls as rows: what is open, how deep, and where more can be had. Pure. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import type { TreeNode } from "./record-api.ts";

export type TreeRow =
  | {
      readonly kind: "call";
      readonly call: CallSummary;
      readonly depth: number;
      readonly children: number;
      readonly isOpen: boolean;
    }
  | { readonly kind: "more"; readonly of: CallSummary; readonly cursor: string; readonly depth: number };

/** Rows of what is open. Iterative: a program may call itself very deep. */
export function treeRows(roots: readonly TreeNode[], closed: ReadonlySet<number>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const stack: ({ node: TreeNode; depth: number } | { more: TreeRow })[] = roots
    .map((node) => ({ node, depth: 0 }))
    .reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    if ("more" in next) {
      rows.push(next.more);
      continue;
    }
    const { node, depth } = next;
    const hasMore = node.more !== null;
    const isOpen = !closed.has(node.call.number);
    rows.push({
      kind: "call",
      call: node.call,
      depth,
      children: node.children.length + (hasMore ? 1 : 0),
      isOpen,
    });
    if (!isOpen) continue;
    if (node.more !== null)
      stack.push({ more: { kind: "more", of: node.call, cursor: node.more, depth: depth + 1 } });
    for (const child of node.children.toReversed()) stack.push({ node: child, depth: depth + 1 });
  }
  return rows;
}

/**
 * The forest when the part of it after call `after` was read once more. What was shown below a call by "Show more" stays;
 * a root that has a caller by now is found below that.
 */
export function withNewer(
  before: readonly TreeNode[],
  after: number,
  newer: readonly TreeNode[],
): readonly TreeNode[] {
  const known = new Map(before.map((node) => [node.call.number, node]));
  const merge = (node: TreeNode) => {
    const old = known.get(node.call.number);
    return old ? withExtra(node, old) : node;
  };
  return [...before.filter(({ call }) => call.number <= after), ...newer.map(merge)];
}

function withExtra(node: TreeNode, old: TreeNode): TreeNode {
  const known = new Map(old.children.map((child) => [child.call.number, child]));
  const children = node.children.map((child) => {
    const before = known.get(child.call.number);
    known.delete(child.call.number);
    return before ? withExtra(child, before) : child;
  });
  if (known.size === 0) return { ...node, children };
  return { ...node, children: [...children, ...known.values()], more: old.more };
}

/** The forest with children put below one of its calls. */
export function withChildren(
  roots: readonly TreeNode[],
  number: number,
  children: readonly TreeNode[],
  more: string | null,
): readonly TreeNode[] {
  return roots.map((node) => {
    if (node.call.number === number) {
      const known = new Set(node.children.map((child) => child.call.number));
      const fresh = children.filter((child) => !known.has(child.call.number));
      return { ...node, children: [...node.children, ...fresh], more };
    }
    if (node.children.length === 0) return node;
    const below = withChildren(node.children, number, children, more);
    return below.every((child, at) => child === node.children[at]) ? node : { ...node, children: below };
  });
}
