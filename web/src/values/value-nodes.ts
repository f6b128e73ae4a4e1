/**
 * The rows of a value tree. A node is a place in a text; its children are found when it is opened, and long lists in
 * ranges, so that a million elements are ten thousand rows at worst and none until somebody looks.
 */
import { byteLines } from "./bytes.ts";
import {
  eachMember,
  isList,
  isString,
  type Member,
  readKey,
  readScalar,
  type Span,
  type Step,
} from "./json-span.ts";
import { cutOf, type TagFields, tagFieldsAt } from "./tag-fields.ts";
import { previewAt } from "./value-preview.ts";
import { amount, cutText } from "./value-shape.ts";

/** What stands before a node's value: a property, an index, a Map's key, a part that we name, nothing. */
export type NameKind = "key" | "index" | "entry" | "part";

export interface ValueNode {
  readonly kind: "value";
  /** Unique within its document. */
  readonly id: string;
  readonly name: string | null;
  readonly nameKind: NameKind;
  readonly path: readonly Step[];
  readonly span: Span;
}

/** Some of the members of a long list. */
export interface RangeNode {
  readonly kind: "range";
  readonly id: string;
  readonly name: string;
  readonly members: readonly TreeNode[] | (() => readonly TreeNode[]);
}

/** A line of a long string, of bytes or numbers. */
export interface LineNode {
  readonly kind: "line";
  readonly id: string;
  readonly text: string;
}

/** Words of ours: what was cut. */
export interface NoteNode {
  readonly kind: "note";
  readonly id: string;
  readonly text: string;
}

export type TreeNode = ValueNode | RangeNode | LineNode | NoteNode;

/** Members shown at once; longer lists are opened range by range. */
const RANGE = 100;
/** Characters of a string that are opened into lines. */
const MOST_TEXT = 200_000;
const LINE_WIDTH = 160;

const idOf = (path: readonly Step[]) => JSON.stringify(path);

export function rootNode(text: string, span: Span, name: string | null): ValueNode {
  return valueNode(name, "key", [], { ...span, end: Math.min(span.end, text.length) });
}

const valueNode = (
  name: string | null,
  nameKind: NameKind,
  path: readonly Step[],
  span: Span,
): ValueNode => ({ kind: "value", id: idOf(path), name, nameKind, path, span });

/** What an opened node shows below it. */
export function childrenOf(text: string, node: TreeNode): readonly TreeNode[] {
  if (node.kind === "range") return typeof node.members === "function" ? node.members() : node.members;
  if (node.kind !== "value") return [];
  const { span, path } = node;
  if (isString(text, span)) return stringLines(text, span, node.id);
  const fields = isList(text, span) ? null : tagFieldsAt(text, span);
  const tagged = fields && tagChildren(fields, path, node.id);
  return tagged ?? memberNodes(text, span, path);
}

function memberNodes(text: string, span: Span, path: readonly Step[]): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  const inList = isList(text, span);
  let index = 0;
  for (const member of eachMember(text, span)) {
    const step = inList ? index : readKey(text, member);
    nodes.push(cutNode(text, member, step, path) ?? memberNode(member, step, path));
    index += 1;
  }
  return inRanges(nodes, idOf(path));
}

const memberNode = (member: Member, step: Step, path: readonly Step[]): ValueNode =>
  valueNode(String(step), typeof step === "number" ? "index" : "key", [...path, step], member.value);

/** A mark that the rest of a container is missing. */
function cutNode(text: string, member: Member, step: Step, path: readonly Step[]): NoteNode | null {
  if (typeof step === "string" && step !== "$cut") return null;
  const cut = cutOf(text, member);
  if (!cut || (typeof step === "number" && cut.kind !== "entries")) return null;
  return { kind: "note", id: `${idOf([...path, step])}:cut`, text: cutText(cut.kind, cut.size) };
}

/** Splits what is too long to be shown at once; more than a hundred ranges are ranges of ranges. */
function inRanges(nodes: readonly TreeNode[], id: string, from = 0): readonly TreeNode[] {
  if (nodes.length <= RANGE) return nodes;
  let size = RANGE;
  while (nodes.length / size > RANGE) size *= RANGE;
  const ranges: TreeNode[] = [];
  for (let at = 0; at < nodes.length; at += size) {
    const part = nodes.slice(at, at + size);
    const first = from + at;
    const rangeId = `${id}:${first}-${first + part.length - 1}`;
    ranges.push({
      kind: "range",
      id: rangeId,
      name: `${first.toLocaleString("en-US")} … ${(first + part.length - 1).toLocaleString("en-US")}`,
      members: size > RANGE ? () => inRanges(part, rangeId, first) : part,
    });
  }
  return ranges;
}

function tagChildren(fields: TagFields, path: readonly Step[], id: string): readonly TreeNode[] | null {
  const { text } = fields;
  const part = (name: string, label = name): TreeNode[] => {
    const span = fields.span(name);
    return span ? [valueNode(label, "part", [...path, name], span)] : [];
  };
  switch (fields.tag) {
    case "map":
    case "pairs":
    case "plain":
      return pairNodes(fields, "entries", path);
    case "set":
    case "tuple": {
      const values = fields.span("values");
      return values && memberNodes(text, values, [...path, "values"]);
    }
    case "object": {
      const properties = fields.span("properties");
      if (!properties) return null;
      return [
        ...memberNodes(text, properties, [...path, "properties"]),
        ...(pairNodes(fields, "entries", path) ?? []),
        ...(pairNodes(fields, "symbols", path) ?? []),
      ];
    }
    case "error": {
      const properties = fields.span("properties");
      return [
        ...(properties ? memberNodes(text, properties, [...path, "properties"]) : []),
        ...part("cause"),
        ...part("stack"),
      ];
    }
    case "custom": {
      const value = fields.span("value");
      return value && childrenOf(text, valueNode(null, "part", [...path, "value"], value));
    }
    case "cut": {
      const value = fields.span("value");
      return value && stringLines(text, value, id);
    }
    case "bytes":
      return bytesNodes(fields, id);
    default:
      return null;
  }
}

/** Entries of a Map: the key names the value when it is short, else both stand below. */
function pairNodes(fields: TagFields, part: string, path: readonly Step[]): readonly TreeNode[] | null {
  const list = fields.span(part);
  if (!list) return null;
  const { text } = fields;
  const nodes: TreeNode[] = [];
  let index = 0;
  for (const member of eachMember(text, list)) {
    const at = [...path, part, index];
    const cut = cutNode(text, member, index, [...path, part]);
    index += 1;
    if (cut) {
      nodes.push(cut);
      continue;
    }
    const [key, value] = isList(text, member.value) ? [...eachMember(text, member.value)] : [];
    if (!key || !value) nodes.push(valueNode(String(index - 1), "index", at, member.value));
    else {
      const isPlain = part === "plain" || (fields.tag === "plain" && isString(text, key.value));
      const name = isPlain ? String(readScalar(text, key.value)) : previewAt(text, key.value, 60);
      nodes.push(valueNode(name, isPlain ? "key" : "entry", [...at, 1], value.value));
    }
  }
  return inRanges(nodes, idOf([...path, part]));
}

/** A long string as lines, at its own line breaks and where a line would be too long. */
function stringLines(text: string, span: Span, id: string): readonly TreeNode[] {
  const isLong = span.end - span.start > MOST_TEXT;
  // An escape cut in two is dropped: what is shown is the beginning anyway.
  const source = isLong
    ? `${text.slice(span.start, span.start + MOST_TEXT).replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, "")}"`
    : text.slice(span.start, span.end);
  const value = String(readScalar(source, { start: 0, end: source.length }));
  const lines: TreeNode[] = [];
  for (const line of value.split(/\r\n|\n|\r/)) {
    for (let at = 0; at === 0 || at < line.length; at += LINE_WIDTH) {
      lines.push({ kind: "line", id: `${id}:${lines.length}`, text: line.slice(at, at + LINE_WIDTH) });
    }
  }
  const rest = span.end - span.start - source.length;
  if (rest > 0) {
    lines.push({
      kind: "note",
      id: `${id}:rest`,
      text: `${amount(rest, "more character")}: see the tab Raw`,
    });
  }
  return lines;
}

function bytesNodes(fields: TagFields, id: string): readonly TreeNode[] {
  const { lines, rest, unit } = byteLines(fields);
  return [
    ...lines.map(({ at, text }): LineNode => ({ kind: "line", id: `${id}:${at}`, text })),
    ...(rest === 0 ? [] : [{ kind: "note" as const, id: `${id}:rest`, text: amount(rest, `more ${unit}`) }]),
  ];
}
