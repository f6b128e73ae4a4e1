/** What a tree asks of whoever owns its values. Without it, a tree is only read. */
import type { Step } from "./json-span.ts";
import type { TreeRoot, TreeRow } from "./tree-rows.ts";

/** A leaf that is being typed. */
export interface Typing {
  readonly root: string;
  readonly path: readonly Step[];
  readonly text: string;
}

export interface TreeEdits {
  /** What was edited is shown, and nothing more can be. */
  readonly isClosed: boolean;
  readonly typing: Typing | null;
  /** Keeps what is being typed, or with null forgets it. */
  type(typing: Typing | null): void;
  /** Puts a value, written as JSON, in a place. */
  set(root: string, path: readonly Step[], json: string): void;
  /** Takes a place back to what it was; the whole value without a path. */
  revert(root: string, path: readonly Step[] | null): void;
  /** Edits the whole value as text. */
  openText(root: TreeRoot): void;
  /** Why a value can only be replaced as a whole; null when its leaves can be edited. */
  whyWhole(root: string): string | null;
}

/** More that can be done with a row, beside editing it. */
export interface RowActions {
  /** Pause when this value comes again. */
  breakOn?: (row: TreeRow) => void;
}

export const samePath = (a: readonly Step[], b: readonly Step[]): boolean =>
  a.length === b.length && a.every((step, at) => step === b[at]);
