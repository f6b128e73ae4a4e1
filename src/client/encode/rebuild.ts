/** Tagged values without children: built from text alone, or not at all. */
import type { JsonObject } from "./hint.ts";

/** Says that text is not enough. */
export const CANNOT_REBUILD = Symbol("cannot rebuild");

const NUMBERS: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** A value, or `CANNOT_REBUILD` for tags that have children, need an original, or are malformed. */
export function rebuildLeaf(tag: string, node: JsonObject): unknown {
  try {
    return rebuild(tag, node);
  } catch {
    return CANNOT_REBUILD;
  }
}

function rebuild(tag: string, node: JsonObject): unknown {
  const text = typeof node.value === "string" ? node.value : "";
  switch (tag) {
    case "undefined":
      return undefined;
    case "number":
      return Object.hasOwn(NUMBERS, text) ? NUMBERS[text] : CANNOT_REBUILD;
    case "bigint":
      return text === "" ? CANNOT_REBUILD : BigInt(text);
    case "date":
      return new Date(node.value === null ? Number.NaN : text);
    case "regexp":
      return new RegExp(String(node.source), String(node.flags ?? ""));
    case "bytes":
      return rebuildBytes(node);
    default:
      return CANNOT_REBUILD;
  }
}

type Viewed = new (buffer: ArrayBuffer) => unknown;

const VIEWS: Record<string, Viewed> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};

function rebuildBytes(node: JsonObject): unknown {
  if (node.cut !== undefined || typeof node.base64 !== "string") return CANNOT_REBUILD;
  const binary = atob(node.base64);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const name = String(node.class);
  if (name === "ArrayBuffer") return bytes.buffer;
  if (name === "SharedArrayBuffer") {
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  }
  const { Buffer: NodeBuffer } = globalThis as { Buffer?: { from(buffer: ArrayBuffer): Uint8Array } };
  if (name === "Buffer" && NodeBuffer) return NodeBuffer.from(bytes.buffer);
  const View = Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined;
  return View ? new View(bytes.buffer) : bytes;
}

/** An error without its cause and properties: of the original's class, else of a built-in one, else an `Error`. */
export function rebuildError(node: JsonObject, original: unknown): Error {
  const error = new Error(String(node.message ?? ""));
  const known = (globalThis as Record<string, unknown>)[String(node.class)];
  const prototype: unknown = typeof known === "function" ? known.prototype : null;
  const usual = prototype instanceof Error ? prototype : Error.prototype;
  Object.setPrototypeOf(error, original instanceof Error ? Object.getPrototypeOf(original) : usual);
  if (typeof node.name === "string" && node.name !== error.name) hidden(error, "name", node.name);
  if (typeof node.stack === "string") hidden(error, "stack", node.stack);
  return error;
}

/** Sets what errors keep out of sight. */
export function hidden(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });
}

/** A new Headers, URLSearchParams or FormData of these pairs; `null` when it cannot be. */
export function rebuildPairs(name: unknown, pairs: readonly (readonly [unknown, unknown])[]): object | null {
  const known = (globalThis as Record<string, unknown>)[String(name)];
  if (typeof known !== "function") return null;
  try {
    const made = new (known as new () => { append(name: string, value: unknown): void })();
    for (const [key, value] of pairs) made.append(String(key), value);
    return made;
  } catch {
    return null;
  }
}
