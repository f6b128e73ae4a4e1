/**
 * What a pickle says, as a graph of plain nodes. A node names what Python would make; nothing is made here. Nodes are
 * shared where the pickle refers back to something, so a memo bomb stays as small as its bytes, and may form cycles.
 */

export interface NoneNode {
  readonly kind: "none";
}
export interface BoolNode {
  readonly kind: "bool";
  readonly value: boolean;
}
/** A number where that is exact, a bigint beyond. */
export interface IntNode {
  readonly kind: "int";
  readonly value: number | bigint;
}
/** An int of so many bytes (or digits, in protocol 0) that making it could stop the server. */
export interface HugeIntNode {
  readonly kind: "hugeint";
  readonly size: number;
  readonly unit: "bytes" | "digits";
}
export interface FloatNode {
  readonly kind: "float";
  readonly value: number;
}
/** `omitted` counts the code points past the reader's text limit. */
export interface StrNode {
  readonly kind: "str";
  readonly value: string;
  readonly omitted: number;
}
/** `value` is a view into the payload, never a copy. */
export interface BytesNode {
  readonly kind: "bytes" | "bytearray";
  readonly value: Uint8Array;
}
/** `omitted` counts the items that were read and not kept. */
export interface SequenceNode {
  readonly kind: "list" | "tuple" | "set" | "frozenset";
  readonly items: PickleNode[];
  omitted: number;
}
/** Entries in the order of the pickle; a key can come twice, and then Python keeps the last value. */
export interface DictNode {
  readonly kind: "dict";
  readonly entries: PickleEntry[];
  omitted: number;
}
/** A class or function by name. `states`: what BUILD would have set on it. */
export interface GlobalNode {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
  readonly states: PickleNode[];
}
/** Something Python would make by calling `callable`. */
export interface ObjectNode {
  readonly kind: "object";
  /** The opcode that would have called: a class is certain for all but `reduce`. */
  readonly via: "reduce" | "newobj" | "inst";
  readonly callable: PickleNode;
  /** A tuple in every pickle that Python wrote. */
  readonly args: PickleNode;
  readonly kwargs: PickleNode | null;
  /** What BUILD would have passed to `__setstate__` or put in `__dict__`, in order. */
  readonly states: PickleNode[];
  /** What would have been appended or added. */
  readonly items: PickleNode[];
  /** What would have been set by key. */
  readonly entries: PickleEntry[];
  omitted: number;
}
export interface PersistentNode {
  readonly kind: "persistent";
  readonly id: PickleNode;
  readonly states: PickleNode[];
}
/** A code of Python's `copyreg` extension registry. */
export interface ExtensionNode {
  readonly kind: "extension";
  readonly code: number;
  readonly states: PickleNode[];
}
/** An out-of-band buffer, which is not in the payload. */
export interface BufferNode {
  readonly kind: "buffer";
  readonly index: number;
  readonly readonly: boolean;
}
/** Read and checked, but past the limit of what is kept. */
export interface CutNode {
  readonly kind: "cut";
}

export type PickleNode =
  | NoneNode
  | BoolNode
  | IntNode
  | HugeIntNode
  | FloatNode
  | StrNode
  | BytesNode
  | SequenceNode
  | DictNode
  | GlobalNode
  | ObjectNode
  | PersistentNode
  | ExtensionNode
  | BufferNode
  | CutNode;

export type PickleEntry = readonly [key: PickleNode, value: PickleNode];

export const NONE: NoneNode = { kind: "none" };
export const TRUE: BoolNode = { kind: "bool", value: true };
export const FALSE: BoolNode = { kind: "bool", value: false };
export const CUT: CutNode = { kind: "cut" };

/** Small ints are shared, as in CPython: most of a large pickle is small ints. */
const SMALL_INTS: readonly IntNode[] = Array.from({ length: 256 }, (_, value) => ({ kind: "int", value }));

/** An int node; a bigint that fits becomes a number. */
export function intNode(value: number | bigint): IntNode {
  if (typeof value === "bigint") {
    const small = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return { kind: "int", value: small ? Number(value) : value };
  }
  return SMALL_INTS[value] ?? { kind: "int", value };
}

/** A sequence node that holds `items` itself, not a copy. */
export function sequenceNode(kind: SequenceNode["kind"], items: PickleNode[], omitted = 0): SequenceNode {
  return { kind, items, omitted };
}
