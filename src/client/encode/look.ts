/**
 * Looking at objects without running the program's code: only property descriptors are read, never getters. What the
 * language keeps in internal slots (a Date's time, a Map's entries) is read through the built-in methods captured here,
 * so a subclass that overrides them changes nothing.
 */

/** The value of a data property, own or inherited; `undefined` for accessors and for what is missing. */
export function dataProperty(object: object, key: PropertyKey): unknown {
  let holder: object | null = object;
  for (let step = 0; holder !== null && step < 100; step++) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor) return "value" in descriptor ? descriptor.value : undefined;
    holder = Object.getPrototypeOf(holder);
  }
  return undefined;
}

/** A function's name as it was written, even where a static `name` hides it. */
export function functionName(fn: object): string {
  const name = dataProperty(fn, "name");
  return typeof name === "string" ? name : "";
}

/** What most values are: looked up, where the rest is found out step by step. */
const USUAL_CLASSES = new Map<object, string>([
  [Object.prototype, "Object"],
  [Array.prototype, "Array"],
  [Function.prototype, "Function"],
  [Object.getPrototypeOf(async () => {}) as object, "AsyncFunction"],
]);

/** Name of the class an object is an instance of, or `null` for objects without a prototype. */
export function className(object: object): string | null {
  let prototype: object | null = Object.getPrototypeOf(object);
  if (prototype === null) return null;
  const usual = USUAL_CLASSES.get(prototype);
  if (usual !== undefined) return usual;
  for (let step = 0; prototype !== null && step < 100; step++) {
    const made = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
    // Generators and iterators inherit a `constructor` that is no function or names Object: their tag knows better.
    const tag = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
    if (typeof made === "function" && functionName(made) !== "") return functionName(made);
    if (typeof tag === "string" && tag !== "") return tag;
    prototype = Object.getPrototypeOf(prototype);
  }
  return "Object";
}

/** An error's stack. Some engines keep it behind a getter of their own, which is safe to run; a program's is not. */
export function stackOf(error: object): string | null {
  const descriptor = Object.getOwnPropertyDescriptor(error, "stack");
  const getter = descriptor?.get;
  const native = getter && Function.prototype.toString.call(getter).includes("[native code]");
  const stack = native ? slot(() => getter.call(error))?.value : dataProperty(error, "stack");
  return typeof stack === "string" ? stack : null;
}

/** Calls a built-in that throws when `object` lacks the internal slot it reads. */
export function slot<T>(read: () => T): { value: T } | null {
  try {
    return { value: read() };
  } catch {
    return null;
  }
}

const dateTime = Date.prototype.getTime;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, "size")?.get;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const regexpSource = Object.getOwnPropertyDescriptor(RegExp.prototype, "source")?.get;
const regexpFlags = Object.getOwnPropertyDescriptor(RegExp.prototype, "flags")?.get;

/** Milliseconds of a Date, NaN when invalid; `null` when it only inherits from Date. */
export const timeOf = (date: Date) => slot(() => dateTime.call(date));
export const sizeOfMap = (map: Map<unknown, unknown>) => slot(() => mapSize?.call(map) as number);
export const sizeOfSet = (set: Set<unknown>) => slot(() => setSize?.call(set) as number);
export const entriesOf = (map: Map<unknown, unknown>) => mapEntries.call(map);
export const valuesOf = (set: Set<unknown>) => setValues.call(set);
export const regexpOf = (regexp: RegExp) =>
  slot(() => ({
    source: regexpSource?.call(regexp) as string,
    flags: regexpFlags?.call(regexp) as string,
  }));

/** What has no contents to show: the class is all there is to say. */
const OPAQUE_CLASSES = [Promise, WeakMap, WeakSet, WeakRef];
const OPAQUE_NAME = /^(Async)?Generator(Function)?$|Iterator$/;

/** Objects whose state lives where nobody can read it. */
export const isOpaque = (object: object, name: string | null): boolean =>
  OPAQUE_CLASSES.some((kind) => object instanceof kind) || (name !== null && OPAQUE_NAME.test(name));

type Pairs = Iterable<[unknown, unknown]>;
type PairsClass = { new (): object; prototype: { entries?: unknown } };

/** Classes of the platform that are lists of pairs, with their own way to read them. Not every platform has them all. */
const PAIRS_CLASSES = (["Headers", "URLSearchParams", "FormData"] as const).flatMap((name) => {
  const kind = (globalThis as Record<string, unknown>)[name] as PairsClass | undefined;
  const entries = kind?.prototype.entries as ((this: object) => Pairs) | undefined;
  return kind && typeof entries === "function" ? [{ name, kind, entries }] : [];
});

/** The pairs of a Headers, URLSearchParams or FormData; `null` for anything else. */
export function pairsOf(object: object): { class: string; pairs: [unknown, unknown][] } | null {
  const found = PAIRS_CLASSES.find(({ kind }) => object instanceof kind);
  const read = found && slot(() => [...found.entries.call(object)]);
  return found && read ? { class: found.name, pairs: read.value } : null;
}

const BOXES = [Number, String, Boolean, Symbol, BigInt] as const;

/** `new Number(1)` and its like, as text. */
export function boxedText(object: object): string | null {
  for (const box of BOXES) {
    if (!(object instanceof box)) continue;
    const inner = slot(() => (box.prototype.valueOf as () => unknown).call(object));
    if (inner) return String(inner.value);
  }
  if (typeof URL === "function" && object instanceof URL) {
    const href = slot(() => Object.getOwnPropertyDescriptor(URL.prototype, "href")?.get?.call(object));
    if (typeof href?.value === "string") return href.value;
  }
  return null;
}

/** Bytes of a typed array, a DataView or a buffer, without copying; `null` for anything else. */
export function bytesOf(object: object): { bytes: Uint8Array; length: number } | null {
  if (ArrayBuffer.isView(object)) {
    const view = object as ArrayBufferView & { length?: number };
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    return { bytes, length: view instanceof DataView ? view.byteLength : (view.length ?? view.byteLength) };
  }
  const shared = typeof SharedArrayBuffer === "function" && object instanceof SharedArrayBuffer;
  if (!shared && !(object instanceof ArrayBuffer)) return null;
  const made = slot(() => new Uint8Array(object as ArrayBuffer));
  return made && { bytes: made.value, length: made.value.length };
}

/** Base64 with what every platform has. */
export function base64(bytes: Uint8Array): string {
  const native = (globalThis as { Buffer?: { from(b: ArrayBufferLike, o: number, l: number): Uint8Array } })
    .Buffer;
  if (native) {
    const view = native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Uint8Array & {
      toString(encoding: string): string;
    };
    return view.toString("base64");
  }
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}
