/**
 * What a node of an edited document was before it was edited: the same place in the original document, and the very
 * value that stood there. It lets a reader keep whatever was not touched, and find again what text cannot rebuild
 * (functions, sockets, class instances, the rest of a list that was cut).
 */
import type { JsonValue } from "../../protocol/values.ts";
import { entriesOf, sizeOfMap, sizeOfSet, valuesOf } from "./look.ts";

export interface Hint {
  readonly node: JsonValue;
  readonly value: unknown;
}

export type JsonObject = { [key: string]: JsonValue };

export const isJsonObject = (node: unknown): node is JsonObject =>
  typeof node === "object" && node !== null && !Array.isArray(node);

/** The tag of a node, or `null` for plain JSON. */
export const tagOf = (node: unknown): string | null =>
  isJsonObject(node) && typeof node.$type === "string" && Object.hasOwn(node, "$type") ? node.$type : null;

/** Deep equality of two JSON documents. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

const own = (object: unknown, key: PropertyKey): PropertyDescriptor | undefined =>
  (typeof object === "object" && object !== null) || typeof object === "function"
    ? Object.getOwnPropertyDescriptor(object, key)
    : undefined;

/** The original descriptor of a property, for getters that are carried over. */
export const originalProperty = (hint: Hint | null, key: PropertyKey): PropertyDescriptor | undefined =>
  hint ? own(hint.value, key) : undefined;

/** The hint of a field of the node itself, standing for the same value: `properties` of a class instance. */
export function sameValueHint(hint: Hint | null, field: string): Hint | null {
  if (!hint || !isJsonObject(hint.node) || !Object.hasOwn(hint.node, field)) return null;
  const node = hint.node[field];
  return node === undefined ? null : { node, value: hint.value };
}

/** The hint of a property or an element. `node` is where the original document has it. */
export function propertyHint(hint: Hint | null, node: JsonValue | undefined, key: PropertyKey): Hint | null {
  if (!hint || node === undefined) return null;
  const descriptor = own(hint.value, key);
  return descriptor && "value" in descriptor ? { node, value: descriptor.value } : null;
}

/** The hint of a key of a record. */
export function recordHint(hint: Hint | null, key: string): Hint | null {
  if (!hint || !isJsonObject(hint.node) || !Object.hasOwn(hint.node, key)) return null;
  return propertyHint(hint, hint.node[key], key);
}

/** The hint of an element of an array. */
export const elementHint = (hint: Hint | null, index: number): Hint | null =>
  hint && Array.isArray(hint.node) ? propertyHint(hint, hint.node[index], index) : null;

/** The members of the original Map or Set, in their order; nothing when it is not one. */
export function membersOf(hint: Hint | null): unknown[] {
  const value = hint?.value;
  if (value instanceof Map && sizeOfMap(value)) return [...entriesOf(value)];
  if (value instanceof Set && sizeOfSet(value)) return [...valuesOf(value)];
  return [];
}
