/**
 * Values as tagged JSON text (see protocol/values.ts). Never throws, never runs code of the program unasked: getters and
 * `toJSON` are not called, Proxies are not looked into. Bounded in depth, entries, string length and total size; every
 * cut is shown with the real size:
 *
 * - a string: `{ $type: "cut", kind: "string", size, value: <its beginning> }`;
 * - a list (array, Map entries, Set values, `plain` entries): a last element `{ $type: "cut", kind: "entries", size }`;
 * - an object: a last key `$cut` holding the same;
 * - bytes: the beginning, and `cut: { $type: "cut", kind: "bytes", size }` beside it;
 * - what lies too deep, or comes when the payload is full: `{ $type: "cut", kind: "depth" | "size", class, size? }`.
 *
 * What stands under a key that looks like a secret's is `{ $type: "redacted" }`. For types with an encoder of the
 * program's own, that one's code is run; what it throws is written in place of the value.
 *
 * The path of a `ref` is the way through the JSON document itself, from its root.
 */
import type { EncodeLimits } from "../types.ts";
import type { CustomEncoders } from "./custom.ts";
import { limitsOf } from "./limits.ts";
import { className, functionName } from "./look.ts";
import { cannotBeSecret, type Redacts } from "./redact.ts";
import { writeSpecial } from "./special.ts";
import { CUT_KEY, enumerableSymbols, pathOf, type Trail, under } from "./trail.ts";

export interface EncodeOptions {
  limits?: Partial<EncodeLimits>;
  /** Tells Proxies, where the platform can. */
  isProxy?: (value: object) => boolean;
  /** Our own wrappers stand for what they wrap. */
  unwrap?: (value: object) => object;
  /** Keys whose values stay here. */
  redacts?: Redacts | null;
  /** What the program registered for its own types. */
  custom?: CustomEncoders;
}

/**
 * Encodes any value.
 *
 * @example
 * ```ts
 * encode({ when: new Date(0), n: 10n });
 * // {"when":{"$type":"date","value":"1970-01-01T00:00:00.000Z"},"n":{"$type":"bigint","value":"10"}}
 * ```
 */
export function encode(value: unknown, options: EncodeOptions = {}): string {
  // Most arguments of most calls are no more than this.
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  if (value === undefined) return UNDEFINED;
  return new Writer(options).write(value, null, 0);
}

const UNDEFINED = '{"$type":"undefined"}';

export class Writer {
  readonly limits: EncodeLimits;
  readonly #options: EncodeOptions;
  /** The value itself, and where else objects were met: many values are one object and no more. */
  #root: object | null = null;
  #seen: Map<object, Trail | null> | null = null;
  #left: number;

  constructor(options: EncodeOptions) {
    this.#options = options;
    this.limits = limitsOf(options.limits);
    this.#left = this.limits.totalSize;
  }

  /** Characters that may still be written. */
  get left(): number {
    return this.#left;
  }

  write(value: unknown, trail: Trail | null, depth: number): string {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return this.spend(writeNumber(value));
      case "boolean":
        return this.spend(value ? "true" : "false");
      case "undefined":
        return this.spend(UNDEFINED);
      case "bigint":
        return this.#bigint(value);
      case "symbol":
        return this.symbol(value);
      case "function":
        return this.#function(value);
      default:
        return value === null ? this.spend("null") : this.#object(value as object, trail, depth);
    }
  }

  /** Counts text against the total and hands it on. */
  spend(text: string): string {
    this.#left -= text.length;
    return text;
  }

  symbol(value: symbol): string {
    const { description } = value;
    const shown = description === undefined ? "null" : this.#string(description);
    return `${this.spend('{"$type":"symbol","description":')}${shown}}`;
  }

  /** `{"$type":tag` and the fields given as JSON texts. */
  tagged(tag: string, fields: Record<string, string>): string {
    let text = `{"$type":"${tag}"`;
    this.#left -= text.length;
    for (const [key, field] of Object.entries(fields)) {
      text += `,"${key}":${field}`;
      this.#left -= key.length + 4;
    }
    return `${text}}`;
  }

  cut(kind: string, size: number | null, extra: Record<string, string> = {}): string {
    return this.tagged("cut", {
      kind: `"${kind}"`,
      ...(size === null ? {} : { size: String(size) }),
      ...extra,
    });
  }

  /** A list of values of which at most `entries` are written. `size` is the real number. */
  list(values: Iterable<unknown>, size: number, trail: Trail, depth: number): string {
    const parts: string[] = [];
    for (const value of values) {
      if (parts.length >= this.limits.entries || this.#left <= 0) break;
      parts.push(this.write(value, { parent: trail, key: parts.length }, depth));
    }
    if (parts.length < size) parts.push(this.cut("entries", size));
    return `[${parts.join(",")}]`;
  }

  /** Pairs, as Maps and the `plain` form have them. */
  pairs(pairs: Iterable<readonly [unknown, unknown]>, size: number, trail: Trail, depth: number): string {
    const parts: string[] = [];
    for (const [key, value] of pairs) {
      if (parts.length >= this.limits.entries || this.#left <= 0) break;
      const at: Trail = { parent: trail, key: parts.length };
      const keyText = this.write(key, { parent: at, key: 0 }, depth);
      const under: Trail = { parent: at, key: 1 };
      const name = typeof key === "string" ? key : null;
      parts.push(`[${keyText},${this.#member(name, value, under, depth)}]`);
    }
    if (parts.length < size) parts.push(this.cut("entries", size));
    return `[${parts.join(",")}]`;
  }

  /** An object literal of an object's own properties. */
  record(object: object, keys: readonly string[], trail: Trail | null, depth: number): string {
    const parts: string[] = [];
    for (const key of keys) {
      if (parts.length >= this.limits.entries || this.#left <= 0) break;
      const value = this.property(object, key, { parent: trail, key }, depth);
      parts.push(`${this.spend(keyJson(key))}:${value}`);
    }
    if (parts.length < keys.length) parts.push(`"${CUT_KEY}":${this.cut("entries", keys.length)}`);
    return `{${parts.join(",")}}`;
  }

  /** One own property; a getter is named, not run. */
  property(object: object, key: PropertyKey, trail: Trail, depth: number): string {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor && !("value" in descriptor)) return this.tagged("getter", {});
    return this.#member(typeof key === "string" ? key : null, descriptor?.value, trail, depth);
  }

  /** A value under a key, unless it is a secret. */
  #member(key: string | null, value: unknown, trail: Trail, depth: number): string {
    const { redacts } = this.#options;
    if (redacts && key !== null && !cannotBeSecret(value)) {
      const path = () => (trail.key === key ? pathOf(trail) : [...pathOf(trail), key]);
      if (redacts(key, path)) return this.tagged("redacted", {});
    }
    return this.write(value, trail, depth);
  }

  /** `true` when an object's own keys fit a JSON object without being mistaken for something else. */
  fitsRecord(keys: readonly string[]): boolean {
    for (const key of keys) {
      if (key === "$type" || key === CUT_KEY || key.length > this.limits.stringLength) return false;
    }
    return true;
  }

  #string(value: string): string {
    const room = Math.min(this.limits.stringLength, Math.max(this.#left, 64));
    if (value.length <= room) return this.spend(JSON.stringify(value));
    const start = this.spend(JSON.stringify(value.slice(0, room)));
    return this.cut("string", value.length, { value: start });
  }

  #bigint(value: bigint): string {
    const bits = BigInt(this.limits.stringLength) * 3n;
    // Spelling out a number of a million digits takes seconds: such a one is shown by its size alone.
    const huge = value > 1n << bits || value < -(1n << bits);
    if (huge) return this.cut("bigint", null, { class: '"bigint"' });
    return this.tagged("bigint", { value: this.spend(`"${value}"`) });
  }

  #function(value: object): string {
    const target = this.#options.unwrap?.(value) ?? value;
    if (this.#options.isProxy?.(target)) return this.tagged("function", { name: '""', class: '"Proxy"' });
    try {
      return this.tagged("function", { name: this.#string(functionName(target)) });
    } catch {
      return this.tagged("function", { name: '""' });
    }
  }

  #object(wrapped: object, trail: Trail | null, depth: number): string {
    const value = this.#options.unwrap?.(wrapped) ?? wrapped;
    if (this.#options.isProxy?.(value)) return this.tagged("opaque", { class: '"Proxy"' });
    const before = value === this.#root ? null : this.#seen?.get(value);
    if (before !== undefined) {
      return this.tagged("ref", { path: this.spend(JSON.stringify(pathOf(before))) });
    }
    const left = this.#left;
    try {
      if (depth >= this.limits.depth) return this.#leftOut("depth", value);
      if (left <= 0) return this.#leftOut("size", value);
      this.#see(value, trail);
      return (
        this.#custom(value, trail, depth) ??
        writeSpecial(this, value, trail, depth) ??
        this.#plain(value, trail, depth)
      );
    } catch {
      // A revoked Proxy, or one whose traps throw, where the platform cannot tell Proxies.
      this.#left = left;
      return this.tagged("opaque", { class: '"unreadable"' });
    }
  }

  #see(value: object, trail: Trail | null): void {
    if (this.#root === null && trail === null) {
      this.#root = value;
      return;
    }
    this.#seen ??= new Map();
    this.#seen.set(value, trail);
  }

  #custom(value: object, trail: Trail | null, depth: number): string | null {
    const made = this.#options.custom?.encode(value);
    if (!made) return null;
    const name = JSON.stringify((className(value) ?? "Object").slice(0, 200));
    return "error" in made
      ? this.tagged("custom", { class: name, error: this.#string(made.error) })
      : this.tagged("custom", {
          class: name,
          value: this.write(made.value, under(trail, "value"), depth + 1),
        });
  }

  #leftOut(kind: string, value: object): string {
    const name = className(value) ?? "Object";
    const size = Array.isArray(value) ? value.length : null;
    return this.cut(kind, size, { class: JSON.stringify(name.slice(0, 200)) });
  }

  #plain(value: object, trail: Trail | null, depth: number): string {
    const keys = Object.keys(value);
    const symbols = enumerableSymbols(value);
    if (symbols.length === 0 && this.fitsRecord(keys)) return this.record(value, keys, trail, depth + 1);
    const all: PropertyKey[] = [...keys, ...symbols];
    return this.tagged("plain", { entries: this.properties(value, all, under(trail, "entries"), depth + 1) });
  }

  /** Properties as pairs, for keys that a JSON object cannot have. */
  properties(object: object, keys: readonly PropertyKey[], trail: Trail, depth: number): string {
    const parts: string[] = [];
    for (const key of keys) {
      if (parts.length >= this.limits.entries || this.#left <= 0) break;
      const at: Trail = { parent: trail, key: parts.length };
      const name = typeof key === "symbol" ? this.symbol(key) : this.#string(String(key));
      parts.push(`[${name},${this.property(object, key, { parent: at, key: 1 }, depth)}]`);
    }
    if (parts.length < keys.length) parts.push(this.cut("entries", keys.length));
    return `[${parts.join(",")}]`;
  }
}

/** Keys come again and again: their JSON is remembered. */
const keyTexts = new Map<string, string>();
const MOST_KEY_TEXTS = 5_000;
const LONGEST_KEY_TEXT = 100;

function keyJson(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  if (keyTexts.size < MOST_KEY_TEXTS && key.length <= LONGEST_KEY_TEXT) keyTexts.set(key, text);
  return text;
}

function writeNumber(value: number): string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  return `{"$type":"number","value":"${Object.is(value, -0) ? "-0" : value}"}`;
}
