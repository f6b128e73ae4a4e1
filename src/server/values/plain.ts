/**
 * Payloads as plain values to compute with: what conditions look at. Unlike a display nothing is shortened; a payload
 * too large to be read at every call is refused instead. Class instances are maps with `__class__`, as a display shows
 * them; what has no plain form is the text a display shows.
 */
import type { SerializationFormat } from "../../protocol/payload.ts";
import { resolveObject } from "./display/python-object.ts";
import { prettyNode } from "./display/python-pretty.ts";
import { prettyTagged } from "./display/tagged-pretty.ts";
import { View } from "./display/view.ts";
import { PayloadError } from "./errors.ts";
import type { PickleEntry, PickleNode } from "./pickle/nodes.ts";
import { readPickle } from "./pickle/read.ts";
import { isPair, isRecord, tagOf } from "./tags.ts";

/** Largest payload that is read, in bytes, and most values of one. */
export const MAX_PLAIN_BYTES = 2 * 1024 * 1024;
const MAX_VALUES = 200_000;
const MAX_DEPTH = 200;

type Entries = Iterable<readonly [unknown, unknown]>;

/**
 * @param payload Its bytes, or the text of a `json` one where it is at hand.
 * @throws PayloadError for one that is too large, nests too deep, or cannot be read.
 */
export function plainOf(format: SerializationFormat, payload: Uint8Array | string): unknown {
  if (payload.length > MAX_PLAIN_BYTES)
    throw new PayloadError("invalid_payload", `is larger than ${MAX_PLAIN_BYTES / 1024 / 1024} MB`);
  if (typeof payload === "string") return new Plain().tagged(JSON.parse(payload), 0);
  if (format === "json") return plainOf(format, new TextDecoder().decode(payload));
  return new Plain().node(readPickle(payload, { maxValues: MAX_VALUES }).value, 0);
}

class Plain {
  #left = MAX_VALUES;

  #spend(depth: number): void {
    this.#left -= 1;
    if (this.#left < 0) throw new PayloadError("invalid_payload", `holds more than ${MAX_VALUES} values`);
    if (depth > MAX_DEPTH) throw new PayloadError("invalid_payload", `nests deeper than ${MAX_DEPTH} levels`);
  }

  tagged(value: unknown, depth: number): unknown {
    this.#spend(depth);
    if (Array.isArray(value)) return value.map((item) => this.tagged(item, depth + 1));
    if (!isRecord(value)) return value;
    const tag = tagOf(value);
    if (tag === undefined) return this.#map(Object.entries(value), depth);
    switch (tag.tag) {
      case "undefined":
        return null;
      case "number":
      case "bigint":
        return tag.value;
      case "date":
        return tag.value;
      case "set":
        return tag.values.map((item) => this.tagged(item, depth + 1));
      case "map":
      case "pairs":
      case "plain":
        return this.#map(tag.entries.filter(isPair), depth, (key) => this.tagged(key, depth + 1));
      case "object":
        return this.#map([["__class__", tag.class], ...Object.entries(tag.properties)], depth);
      case "error":
        return this.#map(
          [
            ["__class__", tag.class],
            ["name", tag.name],
            ["message", tag.message],
            ...Object.entries(tag.properties ?? {}),
          ],
          depth,
        );
      case "custom":
        return this.tagged(tag.value, depth + 1);
      default:
        return prettyTagged(new View(), new WeakMap(), value);
    }
  }

  node(node: PickleNode, depth: number): unknown {
    this.#spend(depth);
    switch (node.kind) {
      case "none":
        return null;
      case "bool":
      case "int":
      case "float":
      case "str":
        return node.value;
      case "list":
      case "tuple":
      case "set":
      case "frozenset":
        return node.items.map((item) => this.node(item, depth + 1));
      case "dict":
        return this.#nodes(node.entries, depth);
      case "object": {
        const { name, attributes } = resolveObject(node);
        if (attributes.length === 0) return prettyNode(new View(), node);
        return this.#nodes(
          [
            [
              { kind: "str", value: "__class__", omitted: 0 },
              { kind: "str", value: name, omitted: 0 },
            ],
            ...attributes,
          ],
          depth,
        );
      }
      default:
        return prettyNode(new View(), node);
    }
  }

  #nodes(entries: readonly PickleEntry[], depth: number): unknown {
    return mapOf(
      entries.map(([key, value]) => [this.node(key, depth + 1), this.node(value, depth + 1)] as const),
    );
  }

  #map(entries: Entries, depth: number, keyOf: (key: unknown) => unknown = (key) => key): unknown {
    return mapOf([...entries].map(([key, value]) => [keyOf(key), this.tagged(value, depth + 1)] as const));
  }
}

/** An object where the keys are texts, so that values of JSON and of pickles compare; never one with a prototype. */
function mapOf(entries: readonly (readonly [unknown, unknown])[]): unknown {
  if (!entries.every(([key]) => typeof key === "string")) return new Map(entries);
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) record[key as string] = value;
  return record;
}
