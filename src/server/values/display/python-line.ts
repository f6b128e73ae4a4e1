/** A pickle's nodes in Python's notation, in one bounded line. */
import type { PickleEntry, PickleNode } from "../pickle/nodes.ts";
import { reprBytes, reprFloat, reprStr } from "./python-atoms.ts";
import { writeObject } from "./python-known.ts";
import { isClassName } from "./python-names.ts";
import { fullName } from "./python-object.ts";
import type { NodeWriter } from "./python-writer.ts";
import { Line, MAX_TEXT, more, printable, type View } from "./view.ts";

/** Writes nodes to a line, within a display's bounds. */
export class PythonLine implements NodeWriter {
  readonly line: Line;
  private readonly view: View;

  constructor(view: View, limit: number) {
    this.view = view;
    this.line = new Line(limit);
  }

  add(text: string): void {
    this.line.add(text);
  }

  /** Names come from the payload: they are escaped like everything else. */
  name(text: string): void {
    this.line.add(printable(text.slice(0, 500)));
  }

  node(node: PickleNode): void {
    if (this.line.full) return;
    if (!this.view.spend()) {
      this.add("…");
      return;
    }
    switch (node.kind) {
      case "none":
        this.add("None");
        return;
      case "bool":
        this.add(node.value ? "True" : "False");
        return;
      case "int":
        this.add(String(node.value));
        return;
      case "hugeint":
        this.add(`<int of ${node.size.toLocaleString("en-US")} ${node.unit}>`);
        return;
      case "float":
        this.add(reprFloat(node.value));
        return;
      case "str":
        this.str(node.value, node.omitted);
        return;
      case "bytes":
        this.bytes(node.value);
        return;
      case "bytearray":
        this.add("bytearray(");
        this.bytes(node.value);
        this.add(")");
        return;
      case "global":
        this.global(node.module, node.name, node.states);
        return;
      case "persistent":
        this.wrapped("<persistent id ", node, node.id);
        return;
      case "extension":
        this.add(`<copyreg extension ${node.code}>`);
        return;
      case "buffer":
        this.add(`<out-of-band buffer ${node.index}>`);
        return;
      case "cut":
        this.add("…");
        return;
      default:
        this.container(node);
    }
  }

  /** `a, b, c`, with the rest counted. */
  items(items: readonly PickleNode[], omitted = 0): void {
    const shown = this.view.room(items.length);
    for (let i = 0; i < shown && !this.line.full; i += 1) {
      if (i > 0) this.add(", ");
      this.node(items[i] ?? { kind: "cut" });
    }
    this.rest(shown, items.length - shown + omitted);
  }

  /** `k: v, k: v`, or `k=v` with text keys for attributes and keyword arguments. */
  entries(entries: readonly PickleEntry[], omitted = 0, style: ": " | "=" = ": "): void {
    const shown = this.view.room(entries.length);
    for (const [index, [key, value]] of entries.slice(0, shown).entries()) {
      if (this.line.full) return;
      if (index > 0) this.add(", ");
      if (style === "=" && key.kind === "str") this.name(key.value);
      else this.node(key);
      this.add(style);
      this.node(value);
    }
    this.rest(shown, entries.length - shown + omitted);
  }

  private rest(shown: number, count: number): void {
    if (count > 0) this.add(shown > 0 ? `, ${more(count)}` : more(count));
  }

  private str(value: string, omitted: number): void {
    const shown = value.slice(0, Math.min(MAX_TEXT, this.line.room));
    this.add(reprStr(shown));
    const rest = value.length - shown.length + omitted;
    if (rest > 0) this.add(more(rest));
  }

  private bytes(value: Uint8Array): void {
    const shown = value.subarray(0, Math.min(MAX_TEXT, this.line.room));
    this.add(reprBytes(shown));
    if (shown.length < value.length) this.add(more(value.length - shown.length));
  }

  private global(module: string, name: string, states: readonly PickleNode[]): void {
    const full = fullName(module, name);
    this.add(isClassName(full) ? "<class " : "<function ");
    this.name(full);
    // A state on a class or function would change it for the whole program: that is worth showing.
    if (states.length > 0) {
      this.add(" changed by ");
      this.items(states);
    }
    this.add(">");
  }

  private wrapped(before: string, container: object, inner: PickleNode): void {
    this.add(before);
    this.guard(container, () => this.node(inner));
    this.add(">");
  }

  private container(
    node: Extract<PickleNode, { kind: "list" | "tuple" | "set" | "frozenset" | "dict" | "object" }>,
  ) {
    this.guard(node, () => {
      if (node.kind === "object") writeObject(this, node);
      else if (node.kind === "dict")
        this.between("{", "}", () => this.entries(lastOfEach(node.entries), node.omitted));
      else this.sequence(node.kind, node.items, node.omitted);
    });
  }

  private guard(container: object, write: () => void): void {
    const outcome = this.view.inside(container, write);
    if (outcome === "cycle") this.add("<cycle>");
    else if (outcome === "deep") this.add("<too deep to show>");
  }

  private sequence(
    kind: "list" | "tuple" | "set" | "frozenset",
    items: readonly PickleNode[],
    omitted: number,
  ): void {
    const size = items.length + omitted;
    if (size === 0 && (kind === "set" || kind === "frozenset")) {
      this.add(`${kind}()`);
      return;
    }
    if (kind === "frozenset") this.add("frozenset(");
    const [open, close] =
      kind === "list" ? ["[", "]"] : kind === "tuple" ? ["(", size === 1 ? ",)" : ")"] : ["{", "}"];
    this.between(open, close, () => this.items(items, omitted));
    if (kind === "frozenset") this.add(")");
  }

  private between(open: string, close: string, write: () => void): void {
    this.add(open);
    write();
    this.add(close);
  }
}

/** Entries as Python would hold them: of a key that comes twice, the first place and the last value. */
export function lastOfEach(entries: readonly PickleEntry[]): readonly PickleEntry[] {
  const places = new Map<string, number>();
  const kept: PickleEntry[] = [];
  for (const entry of entries) {
    const [key, value] = entry;
    // Only texts and ints: what else may be equal in Python is not worth guessing.
    const identity = key.kind === "str" || key.kind === "int" ? `${key.kind} ${key.value}` : undefined;
    const place = identity === undefined ? undefined : places.get(identity);
    if (place !== undefined) {
      kept[place] = [key, value];
    } else {
      if (identity !== undefined) places.set(identity, kept.length);
      kept.push(entry);
    }
  }
  return kept;
}
