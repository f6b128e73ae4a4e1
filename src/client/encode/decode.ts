/**
 * Tagged JSON back to values. With the original of an edited value at hand, whatever was not edited stays the very
 * object it was; what text cannot rebuild is taken from there, or refused with a sentence that says where it stands.
 */
import type { JsonValue } from "../../protocol/values.ts";
import { DebugSerializationError, messageOf } from "../errors.ts";
import {
  elementHint,
  type Hint,
  isJsonObject,
  type JsonObject,
  membersOf,
  originalProperty,
  propertyHint,
  recordHint,
  sameJson,
  sameValueHint,
  tagOf,
} from "./hint.ts";
import { elementPlace, isHole, isRest, keyText, listOf, pairHint, pairPlace, restOf } from "./lists.ts";
import { className, pairsOf } from "./look.ts";
import { CANNOT_REBUILD, hidden, rebuildError, rebuildLeaf, rebuildPairs } from "./rebuild.ts";
import { CUT_KEY, enumerableSymbols } from "./trail.ts";

type Path = readonly (string | number)[];

/** A payload this process wrote, and the value it was written from. */
export interface Original {
  text: string;
  value: unknown;
}

/**
 * Reads a payload of format `json`.
 *
 * @example
 * ```ts
 * decode('{"$type":"set","values":[1,2]}'); // Set(2) { 1, 2 }
 * ```
 */
export function decode(text: string, original?: Original): unknown {
  const root = parse(text);
  const hint = original ? { node: parse(original.text), value: original.value } : null;
  return new Reader(root).read(root, hint, []);
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new DebugSerializationError(`A value from the server is not JSON: ${messageOf(error)}`);
  }
}

class Reader {
  readonly #root: JsonValue;
  /** What was built for a node, so that a `ref` finds it. Filled before the children, so that cycles close. */
  readonly #built = new Map<JsonValue, unknown>();

  constructor(root: JsonValue) {
    this.#root = root;
  }

  read(node: JsonValue, hint: Hint | null, path: Path): unknown {
    if (typeof node !== "object" || node === null) return node;
    const tag = tagOf(node);
    if (tag === "ref" && isJsonObject(node)) return this.#ref(node, hint, path);
    if (hint && sameJson(node, hint.node)) return this.#keep(node, hint.value);
    if (Array.isArray(node)) return this.#array(node, hint, path);
    return tag === null ? this.#record(node, hint, path, {}) : this.#tagged(tag, node, hint, path);
  }

  #keep<T>(node: JsonValue, value: T): T {
    this.#built.set(node, value);
    return value;
  }

  #ref(node: JsonObject, hint: Hint | null, path: Path): unknown {
    let target: unknown = this.#root;
    for (const step of Array.isArray(node.path) ? node.path : []) {
      target =
        isJsonObject(target) || Array.isArray(target) ? (target as JsonObject)[String(step)] : undefined;
    }
    if (this.#built.has(target as JsonValue)) return this.#built.get(target as JsonValue);
    // It points into something that was kept whole: then the original knows what it stood for.
    if (hint && sameJson(node, hint.node)) return hint.value;
    return refuse(path, "a reference to something that is not in this value");
  }

  #array(nodes: JsonValue[], hint: Hint | null, path: Path): unknown[] {
    const array: unknown[] = this.#keep(nodes, []);
    for (const [index, node] of nodes.entries()) {
      const at = [...path, index];
      if (isHole(node)) array.length = index + 1;
      else if (isRest(node, index, nodes, hint)) appendRest(array, hint);
      else this.#define(array, index, node, elementPlace(hint, index, nodes), hint, at);
    }
    return array;
  }

  #record<T extends object>(node: JsonObject, hint: Hint | null, path: Path, target: T): T {
    this.#built.set(node, target);
    for (const [key, child] of Object.entries(node)) {
      if (key === CUT_KEY && tagOf(child) === "cut") this.#rest(target, hint, node, [...path, key]);
      else this.#define(target, key, child, recordHint(hint, key), hint, [...path, key]);
    }
    return target;
  }

  /** The keys that were cut from an object that is otherwise edited come from the original. */
  #rest(target: object, hint: Hint | null, node: JsonObject, path: Path): void {
    const before = hint && isJsonObject(hint.node) ? hint.node : {};
    if (!hint || !sameJson(before[CUT_KEY], node[CUT_KEY])) refuse(path, "entries that were cut");
    for (const key of Object.keys(hint.value as object)) {
      const descriptor = originalProperty(hint, key);
      // A key that was shown and is gone was deleted on purpose.
      if (descriptor && !Object.hasOwn(before, key)) Object.defineProperty(target, key, descriptor);
    }
  }

  /** Sets a property as data whatever its name, `__proto__` too. */
  #define(
    target: object,
    key: PropertyKey,
    node: JsonValue,
    child: Hint | null,
    parent: Hint | null,
    path: Path,
  ): void {
    const before = originalProperty(parent, key);
    if (tagOf(node) === "getter") {
      if (!before || "value" in before) refuse(path, "a getter");
      Object.defineProperty(target, key, { ...before, configurable: true });
      return;
    }
    const value = this.read(node, child, path);
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }

  #tagged(tag: string, node: JsonObject, hint: Hint | null, path: Path): unknown {
    const leaf = rebuildLeaf(tag, node);
    if (leaf !== CANNOT_REBUILD) return this.#keep(node, leaf);
    switch (tag) {
      case "map":
        return this.#map(node, hint, path);
      case "set":
        return this.#set(node, hint, path);
      case "pairs":
        return this.#pairs(node, hint, path);
      case "plain":
        return this.#properties(this.#keep(node, {}), node, "entries", hint, path);
      case "object":
        return this.#instance(node, hint, path);
      case "error":
        return this.#error(node, hint, path);
      default:
        return refuse(path, describe(tag, node));
    }
  }

  #map(node: JsonObject, hint: Hint | null, path: Path): Map<unknown, unknown> {
    const map: Map<unknown, unknown> = this.#keep(node, new Map());
    const members = membersOf(hint) as [unknown, unknown][];
    const before = listOf(hint?.node, "entries");
    const nodes = listOf(node, "entries");
    for (const [index, pair] of nodes.entries()) {
      const all = { node: before, value: members };
      if (isRest(pair, index, nodes, all)) {
        for (const [key, value] of restOf(all) as [unknown, unknown][]) {
          // One that was given above, by a person, stays.
          if (!map.has(key)) map.set(key, value);
        }
        continue;
      }
      if (!Array.isArray(pair)) return refuse([...path, index], "a Map entry that is not a pair");
      const at = [...path, "entries", index];
      const from = pairPlace(before, nodes, index);
      const hints = [0, 1].map((side) => pairHint(before[from], members[from], side));
      const key = this.read(pair[0] ?? null, hints[0] ?? null, at);
      map.set(key, this.read(pair[1] ?? null, hints[1] ?? null, at));
    }
    return map;
  }

  #set(node: JsonObject, hint: Hint | null, path: Path): Set<unknown> {
    const members = { node: listOf(hint?.node, "values"), value: membersOf(hint) };
    const set: Set<unknown> = this.#keep(node, new Set());
    const nodes = listOf(node, "values");
    for (const [index, value] of nodes.entries()) {
      if (isRest(value, index, nodes, members)) for (const member of restOf(members)) set.add(member);
      else set.add(this.read(value, elementHint(members, index), [...path, "values", index]));
    }
    return set;
  }

  /** An edited Headers, URLSearchParams or FormData: a new one. */
  #pairs(node: JsonObject, hint: Hint | null, path: Path): object {
    const before = listOf(hint?.node, "entries");
    const original = typeof hint?.value === "object" && hint.value !== null ? pairsOf(hint.value) : null;
    const nodes = listOf(node, "entries");
    const all = { node: before, value: original?.pairs ?? [] };
    const entries = nodes.flatMap((pair, index): [unknown, unknown][] => {
      const at = [...path, "entries", index];
      if (isRest(pair, index, nodes, all)) return restOf(all) as [string, unknown][];
      if (!Array.isArray(pair)) return refuse(at, "entries that were cut");
      const from = pairPlace(before, nodes, index);
      return [[pair[0], this.read(pair[1] ?? null, pairHint(before[from], original?.pairs[from], 1), at)]];
    });
    return rebuildPairs(node.class, entries) ?? refuse(path, describe("pairs", node));
  }

  /**
   * An edited class instance: a new object with the original's prototype. Private fields cannot be carried over; with
   * no original to take the prototype from, it is a plain object.
   */
  #instance(node: JsonObject, hint: Hint | null, path: Path): object {
    const value = hint?.value;
    const isObject = typeof value === "object" && value !== null;
    const prototype =
      isObject && (className(value) ?? "") === node.class ? Object.getPrototypeOf(value) : null;
    const bare = node.class === "[Object: null prototype]" || prototype !== null;
    const empty = node.class === "Array" ? [] : bare ? Object.create(prototype) : {};
    const target: object = this.#keep(node, empty as object);
    if (isJsonObject(node.properties)) {
      this.#record(node.properties, sameValueHint(hint, "properties"), [...path, "properties"], target);
    }
    this.#properties(target, node, "entries", hint, path);
    return this.#properties(target, node, "symbols", hint, path);
  }

  #properties<T extends object>(
    target: T,
    node: JsonObject,
    field: string,
    hint: Hint | null,
    path: Path,
  ): T {
    const were = listOf(hint?.node, field);
    const before = new Map(were.map((pair) => [keyText(pair), pair]));
    const nodes = listOf(node, field);
    for (const [index, pair] of nodes.entries()) {
      const at = [...path, field, index];
      const all = { node: were, value: keysUnder(field, hint?.value) };
      if (isRest(pair, index, nodes, all)) {
        for (const key of restOf(all) as PropertyKey[]) {
          const descriptor = originalProperty(hint, key);
          if (descriptor && !Object.hasOwn(target, key)) Object.defineProperty(target, key, descriptor);
        }
        continue;
      }
      if (!Array.isArray(pair)) return refuse(at, "entries that were cut");
      const key = this.#key(pair[0], hint, at);
      const old = before.get(keyText(pair));
      const child = propertyHint(hint, Array.isArray(old) ? old[1] : undefined, key);
      this.#define(target, key, pair[1] ?? null, child, hint, at);
    }
    return target;
  }

  /** A symbol cannot be made again: it is looked up among the original's own. */
  #key(node: JsonValue | undefined, hint: Hint | null, path: Path): PropertyKey {
    if (typeof node === "string") return node;
    if (!isJsonObject(node) || tagOf(node) !== "symbol") return refuse(path, "a key that is not text");
    const object = typeof hint?.value === "object" && hint.value !== null ? hint.value : {};
    const found = enumerableSymbols(object).find(
      (symbol) => (symbol.description ?? null) === node.description,
    );
    return found ?? refuse(path, describe("symbol", node));
  }

  #error(node: JsonObject, hint: Hint | null, path: Path): object {
    const error = this.#keep(node, rebuildError(node, hint?.value));
    if (node.cause !== undefined) {
      const child = hint ? propertyHint(hint, (hint.node as JsonObject).cause, "cause") : null;
      hidden(error, "cause", this.read(node.cause, child, [...path, "cause"]));
    }
    if (isJsonObject(node.properties)) {
      this.#record(node.properties, sameValueHint(hint, "properties"), [...path, "properties"], error);
    }
    return error;
  }
}

function appendRest(array: unknown[], hint: Hint | null): void {
  // Not spread into `push`: there may be more of them than a call takes arguments.
  for (const value of restOf(hint)) array.push(value);
}

/** The keys a list of properties was written from, in its order (see encode.ts, special.ts). */
function keysUnder(field: string, value: unknown): PropertyKey[] {
  if (typeof value !== "object" || value === null) return [];
  const symbols = enumerableSymbols(value);
  return field === "symbols" ? symbols : [...Object.keys(value), ...symbols];
}

function refuse(path: Path, what: string): never {
  const where = path.length === 0 ? "" : ` at ${path.join(".")}`;
  throw new DebugSerializationError(
    `The server sent a value that cannot be rebuilt here: ${what}${where}. Leave that part as it was, or replace it by plain JSON.`,
  );
}

function describe(tag: string, node: JsonObject): string {
  const name = node.name ?? node.class ?? node.description;
  return typeof name === "string" && name !== "" ? `a ${tag} (${name})` : `a ${tag}`;
}
