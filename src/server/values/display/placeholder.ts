/** Placeholders: what the Python client sends for a value that it could not pickle. */
import type { PickleNode } from "../pickle/nodes.ts";
import { lookupEntries, resolveObject, textOf } from "./python-object.ts";

/** What a placeholder says about the object it stands for. */
export interface Placeholder {
  /** The object's own repr, or its type when there is none. */
  readonly shown: string;
  readonly type: string;
  readonly error: string;
  readonly path: string | undefined;
  readonly attributes: PickleNode | undefined;
  readonly failed: PickleNode | undefined;
}

/** The placeholder that an object is; undefined for other objects. Any of its attributes may be missing but one. */
export function placeholderOf(node: PickleNode): Placeholder | undefined {
  if (node.kind !== "object") return undefined;
  const object = resolveObject(node);
  const parts = [...object.kwargs, ...object.attributes];
  const error = lookupEntries(parts, "pickle_error");
  if (error === undefined) return undefined;
  const text = (key: string): string | undefined => textOf(lookupEntries(parts, key)) || undefined;
  const name = text("qualname") ?? text("type_name");
  const type = [text("module"), name].filter((part) => part !== undefined).join(".");
  return {
    shown: text("repr_text") ?? text("object_name") ?? (type === "" ? "<unknown object>" : `<${type}>`),
    type: type === "" ? "unknown" : type,
    error: textOf(error) ?? "unknown reason",
    path: text("object_path"),
    attributes: filled(lookupEntries(parts, "attributes")),
    failed: filled(lookupEntries(parts, "failed_attributes")),
  };
}

/** A part that says something: no None, nothing empty. */
function filled(node: PickleNode | undefined): PickleNode | undefined {
  if (node === undefined || node.kind === "none") return undefined;
  if (node.kind === "dict") return node.entries.length + node.omitted > 0 ? node : undefined;
  if (node.kind === "list" || node.kind === "tuple")
    return node.items.length + node.omitted > 0 ? node : undefined;
  return node;
}
