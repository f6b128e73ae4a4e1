/** The kinds of object that JSON has no word for. */
import type { Writer } from "./encode.ts";
import {
  base64,
  boxedText,
  bytesOf,
  className,
  dataProperty,
  entriesOf,
  isOpaque,
  pairsOf,
  regexpOf,
  sizeOfMap,
  sizeOfSet,
  stackOf,
  timeOf,
  valuesOf,
} from "./look.ts";
import { enumerableSymbols, type Trail, under } from "./trail.ts";

/** The text of an array, a tagged value or a class instance; `null` for a plain object. */
export function writeSpecial(
  writer: Writer,
  value: object,
  trail: Trail | null,
  depth: number,
): string | null {
  if (Array.isArray(value)) return writeArray(writer, value, trail, depth);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return null;
  return (
    writeBuiltIn(writer, value, trail, depth) ??
    writeInstance(writer, value, className(value) ?? "[Object: null prototype]", trail, depth)
  );
}

function writeArray(writer: Writer, array: unknown[], trail: Trail | null, depth: number): string {
  const name = className(array) ?? "Array";
  if (name !== "Array" || hasExtraKeys(array)) return writeInstance(writer, array, name, trail, depth);
  const parts: string[] = [];
  while (parts.length < array.length && parts.length < writer.limits.entries && writer.left > 0) {
    const index = parts.length;
    parts.push(
      Object.hasOwn(array, index)
        ? writer.property(array, index, under(trail, index), depth + 1)
        : writer.tagged("undefined", { hole: "true" }),
    );
  }
  if (parts.length < array.length) parts.push(writer.cut("entries", array.length));
  return `[${parts.join(",")}]`;
}

/** What `"x".match(/x/)` has beside its elements. Looks at the end only: index keys always come first. */
function hasExtraKeys(array: unknown[]): boolean {
  // Listing the keys of a million elements to find that there is no other one is not worth it.
  if (array.length > 10_000) return false;
  const last = Object.keys(array).at(-1);
  return last !== undefined && !(Number(last) < array.length);
}

function writeBuiltIn(writer: Writer, value: object, trail: Trail | null, depth: number): string | null {
  if (value instanceof Date) {
    const time = timeOf(value);
    if (!time) return null;
    const iso = Number.isNaN(time.value) ? "null" : `"${new Date(time.value).toISOString()}"`;
    return writer.tagged("date", { value: writer.spend(iso) });
  }
  if (value instanceof Map) {
    const size = sizeOfMap(value);
    if (!size) return null;
    const at = under(trail, "entries");
    return writer.tagged("map", { entries: writer.pairs(entriesOf(value), size.value, at, depth + 1) });
  }
  if (value instanceof Set) {
    const size = sizeOfSet(value);
    if (!size) return null;
    const at = under(trail, "values");
    return writer.tagged("set", { values: writer.list(valuesOf(value), size.value, at, depth + 1) });
  }
  if (value instanceof Error) return writeError(writer, value, trail, depth);
  if (value instanceof RegExp) {
    const read = regexpOf(value);
    if (!read) return null;
    const source = writer.write(read.value.source, null, depth);
    return writer.tagged("regexp", { source, flags: JSON.stringify(read.value.flags) });
  }
  return writeBytes(writer, value) ?? writePairs(writer, value, trail, depth) ?? writeOpaque(writer, value);
}

/** Headers, URLSearchParams, FormData: lists of names and values that no property shows. */
function writePairs(writer: Writer, value: object, trail: Trail | null, depth: number): string | null {
  const found = pairsOf(value);
  if (!found) return null;
  const at = under(trail, "entries");
  return writer.tagged("pairs", {
    class: JSON.stringify(found.class),
    entries: writer.pairs(found.pairs, found.pairs.length, at, depth + 1),
  });
}

function writeBytes(writer: Writer, value: object): string | null {
  const read = bytesOf(value);
  if (!read) return null;
  const room = Math.max(0, Math.floor(writer.left * 0.7));
  const kept = read.bytes.length > room ? read.bytes.subarray(0, room) : read.bytes;
  const fields: Record<string, string> = {
    class: JSON.stringify(className(value) ?? "Uint8Array"),
    base64: writer.spend(`"${base64(kept)}"`),
    length: String(read.length),
  };
  if (kept.length < read.bytes.length) fields.cut = writer.cut("bytes", read.bytes.length);
  return writer.tagged("bytes", fields);
}

function writeOpaque(writer: Writer, value: object): string | null {
  const name = className(value);
  const shown = JSON.stringify((name ?? "Object").slice(0, 200));
  const text = boxedText(value);
  if (text !== null) return writer.tagged("opaque", { class: shown, text: writer.write(text, null, 0) });
  return isOpaque(value, name) ? writer.tagged("opaque", { class: shown }) : null;
}

/** Own enumerable properties of an Error that are not its usual ones. */
const ERROR_KEYS = new Set(["name", "message", "stack", "cause"]);

function writeError(writer: Writer, error: Error, trail: Trail | null, depth: number): string {
  const text = (key: string): string => {
    const found = dataProperty(error, key);
    return writer.write(typeof found === "string" ? found : "", null, depth);
  };
  const fields: Record<string, string> = {
    class: JSON.stringify((className(error) ?? "Error").slice(0, 200)),
    name: text("name"),
    message: text("message"),
  };
  const stack = stackOf(error);
  if (stack !== null) fields.stack = writer.write(stack, null, depth);
  if (Object.hasOwn(error, "cause")) {
    fields.cause = writer.property(error, "cause", under(trail, "cause"), depth + 1);
  }
  const keys = Object.keys(error).filter((key) => !ERROR_KEYS.has(key));
  // An AggregateError's list is not enumerable, and it is the whole point of one.
  if (Object.hasOwn(error, "errors") && !keys.includes("errors")) keys.push("errors");
  if (keys.length > 0) writeProperties(writer, fields, error, keys, trail, depth);
  return writer.tagged("error", fields);
}

/** Own properties as a record; as pairs when a key would be taken for a tag. */
function writeProperties(
  writer: Writer,
  fields: Record<string, string>,
  value: object,
  keys: readonly string[],
  trail: Trail | null,
  depth: number,
): void {
  const fits = writer.fitsRecord(keys);
  fields.properties = fits ? writer.record(value, keys, under(trail, "properties"), depth + 1) : "{}";
  if (!fits) fields.entries = writer.properties(value, keys, under(trail, "entries"), depth + 1);
}

function writeInstance(
  writer: Writer,
  value: object,
  name: string,
  trail: Trail | null,
  depth: number,
): string {
  const keys = Object.keys(value);
  const fields: Record<string, string> = { class: writer.spend(JSON.stringify(name.slice(0, 200))) };
  writeProperties(writer, fields, value, keys, trail, depth);
  const symbols = enumerableSymbols(value);
  if (symbols.length > 0) {
    fields.symbols = writer.properties(value, symbols, under(trail, "symbols"), depth + 1);
  }
  return writer.tagged("object", fields);
}
