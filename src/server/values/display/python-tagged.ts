/**
 * A pickle's nodes as tagged JSON text, for a tree that is opened node by node. Where Python has what JavaScript has
 * not, the tag carries the Python name: `tuple`, a `map` of class `dict`, a `set` of class `frozenset`; what is no
 * container is `{ $type: "python", text }` in Python's notation. Nothing reads this back: it is for people.
 */
import type { DictNode, ObjectNode, PickleEntry, PickleNode } from "../pickle/nodes.ts";
import { placeholderOf } from "./placeholder.ts";
import { reprFloat } from "./python-atoms.ts";
import { lastOfEach, PythonLine } from "./python-line.ts";
import { type PythonObject, resolveObject } from "./python-object.ts";
import { View } from "./view.ts";

/** What one tree may hold: far more than a screen, far less than would stop a page. */
const MOST_NODES = 200_000;
const MOST_CHARS = 8_000_000;
const DEEPEST = 100;
const LONGEST_LINE = 10_000;

/** A node as tagged JSON text. Bounded; cycles are `ref`s. */
export function taggedNode(node: PickleNode): string {
  return new TaggedWriter().write(node, []);
}

type Path = readonly (string | number)[];

const tag = (name: string, fields: Readonly<Record<string, string | undefined>>): string => {
  const parts = Object.entries(fields).filter(([, json]) => json !== undefined);
  return `{${[["$type", JSON.stringify(name)], ...parts].map(([key, json]) => `"${key}":${json}`).join(",")}}`;
};

class TaggedWriter {
  private nodes = MOST_NODES;
  private chars = MOST_CHARS;
  private readonly open = new Map<object, Path>();

  write(node: PickleNode, path: Path): string {
    this.nodes -= 1;
    if (this.nodes < 0 || this.chars < 0) return tag("cut", { kind: '"size"' });
    switch (node.kind) {
      case "none":
        return "null";
      case "bool":
        return String(node.value);
      case "int":
        return String(node.value);
      case "float":
        return this.float(node.value);
      case "str":
        return this.text(node.value, node.omitted);
      case "bytes":
      case "bytearray":
        return this.bytes(node.kind, node.value);
      case "cut":
        return tag("cut", { kind: '"size"' });
      case "list":
      case "tuple":
      case "set":
      case "frozenset":
      case "dict":
      case "object":
        return this.container(node, path);
      default:
        return this.line(node);
    }
  }

  private float(value: number): string {
    if (Number.isFinite(value)) return reprFloat(value);
    return tag("python", { text: JSON.stringify(reprFloat(value)), class: '"float"' });
  }

  private text(value: string, omitted: number): string {
    this.chars -= value.length;
    const json = JSON.stringify(value);
    if (omitted === 0) return json;
    return tag("cut", { kind: '"string"', size: String(value.length + omitted), value: json });
  }

  private bytes(kind: string, value: Uint8Array): string {
    const shown = value.subarray(0, Math.max(0, Math.min(value.length, this.chars)));
    this.chars -= shown.length;
    const rest = shown.length < value.length;
    return tag("bytes", {
      class: JSON.stringify(kind),
      base64: JSON.stringify(Buffer.from(shown).toString("base64")),
      length: String(value.length),
      cut: rest ? tag("cut", { kind: '"bytes"', size: String(value.length) }) : undefined,
    });
  }

  private container(node: Extract<PickleNode, { kind: string }>, path: Path): string {
    const seen = this.open.get(node);
    if (seen) return tag("ref", { path: JSON.stringify(seen) });
    if (this.open.size >= DEEPEST) return tag("cut", { kind: '"depth"' });
    this.open.set(node, path);
    try {
      switch (node.kind) {
        case "list":
          return this.list(node.items, node.omitted, path);
        case "tuple":
          return tag("tuple", { values: this.list(node.items, node.omitted, [...path, "values"]) });
        case "set":
        case "frozenset":
          return tag("set", {
            class: JSON.stringify(node.kind),
            values: this.list(node.items, node.omitted, [...path, "values"]),
          });
        case "dict":
          return this.dict(node, path);
        case "object":
          return this.object(node, path);
        default:
          return this.line(node);
      }
    } finally {
      this.open.delete(node);
    }
  }

  private list(items: readonly PickleNode[], omitted: number, path: Path): string {
    const written = items.map((item, at) => this.write(item, [...path, at]));
    if (omitted > 0) written.push(cutEntries(items.length + omitted));
    return `[${written.join(",")}]`;
  }

  private dict({ entries, omitted }: DictNode, path: Path): string {
    const kept = lastOfEach(entries);
    // A key of its own called $type would make a tag of a plain dict.
    const isPlain = kept.every(
      ([key]) => key.kind === "str" && key.omitted === 0 && !key.value.startsWith("$"),
    );
    if (!isPlain) return this.map("dict", kept, omitted, path);
    return this.record(kept, omitted, path);
  }

  private record(entries: readonly PickleEntry[], omitted: number, path: Path): string {
    const written = entries.map(([key, value]) => {
      const name = key.kind === "str" ? key.value : "";
      this.chars -= name.length;
      return `${JSON.stringify(name)}:${this.write(value, [...path, name])}`;
    });
    if (omitted > 0) written.push(`"$cut":${cutEntries(entries.length + omitted)}`);
    return `{${written.join(",")}}`;
  }

  private map(name: string, entries: readonly PickleEntry[], omitted: number, path: Path): string {
    const written = entries.map(([key, value], at) => {
      const place = [...path, "entries", at];
      return `[${this.write(key, [...place, 0])},${this.write(value, [...place, 1])}]`;
    });
    if (omitted > 0) written.push(cutEntries(entries.length + omitted));
    return tag("map", { class: JSON.stringify(name), entries: `[${written.join(",")}]` });
  }

  private object(node: ObjectNode, path: Path): string {
    const placeholder = placeholderOf(node);
    if (placeholder) {
      const parts: [string, string][] = [
        ["repr", JSON.stringify(placeholder.shown)],
        ["could not be pickled", JSON.stringify(placeholder.error)],
      ];
      if (placeholder.attributes)
        parts.push(["attributes", this.write(placeholder.attributes, [...path, "properties", "attributes"])]);
      if (placeholder.failed)
        parts.push([
          "failed attributes",
          this.write(placeholder.failed, [...path, "properties", "failed attributes"]),
        ]);
      return instance(placeholder.type, parts);
    }
    const object = resolveObject(node);
    const isOpenable = object.isInstance && object.name !== "" && object.states.length === 0;
    if (isOpenable && object.attributes.every(([key]) => key.kind === "str") && object.attributes.length > 0)
      return this.instance(object, path);
    if (isOpenable && node.entries.length > 0) return this.map(object.name, node.entries, node.omitted, path);
    if (isOpenable && node.items.length > 0) {
      const values = this.list(node.items, node.omitted, [...path, "values"]);
      return tag("set", { class: JSON.stringify(object.name), values });
    }
    return this.line(node);
  }

  private instance(object: PythonObject, path: Path): string {
    const at = (name: string): Path => [...path, "properties", name];
    const parts: [string, string][] = object.attributes.map(([key, value]) => {
      const name = key.kind === "str" ? key.value : "";
      return [name, this.write(value, at(name))];
    });
    const { node } = object;
    if (object.args.length > 0) {
      parts.push([
        "(made with)",
        tag("tuple", { values: this.list(object.args, 0, [...at("(made with)"), "values"]) }),
      ]);
    }
    if (node.items.length > 0) parts.push(["(items)", this.list(node.items, node.omitted, at("(items)"))]);
    if (node.entries.length > 0)
      parts.push(["(entries)", this.map("dict", node.entries, node.omitted, at("(entries)"))]);
    return instance(object.name, parts);
  }

  private line(node: PickleNode): string {
    const out = new PythonLine(new View(), LONGEST_LINE);
    out.node(node);
    const text = String(out.line);
    this.chars -= text.length;
    return tag("python", { text: JSON.stringify(text) });
  }
}

const cutEntries = (size: number) => tag("cut", { kind: '"entries"', size: String(size) });

const instance = (name: string, parts: readonly [string, string][]): string =>
  tag("object", {
    class: JSON.stringify(name),
    properties: `{${parts.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`,
  });
