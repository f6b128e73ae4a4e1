/** A pickle's nodes as plain JSON: what JSON can say as itself, the rest as Python's notation in a text. */
import { own } from "../../own-property.ts";
import type { DictNode, PickleNode, SequenceNode } from "../pickle/nodes.ts";
import { type Placeholder, placeholderOf } from "./placeholder.ts";
import { reprFloat, reprStr } from "./python-atoms.ts";
import { lastOfEach, PythonLine } from "./python-line.ts";
import { cutText, MAX_TEXT, more, type View } from "./view.ts";

/** Longest text of a key. */
const MAX_KEY = 500;

/** A node as plain JSON, within a display's bounds. */
export function prettyNode(view: View, node: PickleNode): unknown {
  switch (node.kind) {
    case "none":
    case "bool":
    case "int":
    case "float":
    case "str":
      return view.spend() ? prettyAtom(view, node) : "…";
    case "list":
    case "tuple":
      return view.spend() ? prettyList(view, node) : "…";
    case "dict":
      return view.spend() ? prettyDict(view, node) : "…";
    default: {
      const placeholder = placeholderOf(node);
      return placeholder === undefined ? lineOf(view, node) : prettyPlaceholder(view, node, placeholder);
    }
  }
}

function prettyAtom(
  view: View,
  node: Extract<PickleNode, { kind: "none" | "bool" | "int" | "float" | "str" }>,
): unknown {
  switch (node.kind) {
    case "none":
      return null;
    case "bool":
      return node.value;
    case "int":
      // JSON readers round what is larger: digits in a text stay exact.
      return typeof node.value === "number" ? node.value : String(node.value);
    case "float":
      return Number.isFinite(node.value) && !Object.is(node.value, -0) ? node.value : reprFloat(node.value);
    case "str":
      return view.text(node.value, node.omitted);
  }
}

function lineOf(view: View, node: PickleNode, limit = MAX_TEXT): string {
  const out = new PythonLine(view, limit);
  out.node(node);
  return view.text(String(out.line));
}

function prettyList(view: View, node: SequenceNode): unknown {
  const shown = view.inside(node, () => {
    const room = view.room(node.items.length);
    const items: unknown[] = [];
    for (const item of node.items.slice(0, room)) items.push(prettyNode(view, item));
    const rest = node.items.length - room + node.omitted;
    if (rest > 0) items.push(more(rest));
    return items;
  });
  const size = node.items.length + node.omitted;
  return closed(shown, `[… (${size.toLocaleString("en-US")} items)]`);
}

function closed(shown: unknown, deep: string): unknown {
  if (shown === "cycle") return "<cycle>";
  return shown === "deep" ? deep : shown;
}

function prettyDict(view: View, node: DictNode): unknown {
  const entries = lastOfEach(node.entries);
  const shown = view.inside(node, () => {
    const result: Record<string, unknown> = {};
    const room = view.room(entries.length);
    for (const [key, value] of entries.slice(0, room)) {
      own(result, freeKey(result, keyText(view, key), key), prettyNode(view, value));
    }
    const rest = entries.length - room + node.omitted;
    if (rest > 0) own(result, "…", more(rest));
    return result;
  });
  const size = entries.length + node.omitted;
  return closed(shown, `{… (${size.toLocaleString("en-US")} entries)}`);
}

function keyText(view: View, key: PickleNode): string {
  return key.kind === "str" ? cutText(key.value, MAX_KEY, key.omitted) : lineOf(view, key, MAX_KEY);
}

/** 1 and "1" are two keys in Python and one in JSON: the later one is then written so that it differs. */
function freeKey(taken: object, text: string, key: PickleNode): string {
  if (!Object.hasOwn(taken, text)) return text;
  const quoted = key.kind === "str" ? reprStr(text) : `(${text})`;
  let candidate = quoted;
  for (let count = 2; Object.hasOwn(taken, candidate); count += 1) candidate = `${quoted} ${count}`;
  return candidate;
}

function prettyPlaceholder(view: View, node: object, placeholder: Placeholder): unknown {
  const shown = view.inside(node, () => {
    const result: Record<string, unknown> = {
      __unpicklable__: view.text(placeholder.shown),
      type: view.text(placeholder.type),
      pickle_error: view.text(placeholder.error),
    };
    if (placeholder.path !== undefined) own(result, "object_path", view.text(placeholder.path));
    if (placeholder.attributes) own(result, "attributes", prettyNode(view, placeholder.attributes));
    if (placeholder.failed) own(result, "failed_attributes", prettyNode(view, placeholder.failed));
    return result;
  });
  return closed(shown, cutText(placeholder.shown, MAX_KEY));
}
