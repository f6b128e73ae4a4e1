/** Tagged JSON (src/protocol/values.ts) read for display only: nothing is constructed. */
import type { Tag } from "../../../src/protocol/values.ts";

type Tagged = { readonly $type: string } & Readonly<Record<string, unknown>>;

export const isTagged = (value: object): value is Tagged =>
  Object.hasOwn(value, "$type") && typeof Reflect.get(value, "$type") === "string";

/** Kinds that say there was something JSON text cannot carry back: editing around them replaces the whole value. */
const NOT_CARRIED: ReadonlySet<string> = new Set<Tag>([
  "function",
  "symbol",
  "opaque",
  "getter",
  "cut",
  "custom",
]);

const text = (value: unknown, otherwise: string) =>
  typeof value === "string" && value !== "" ? value : otherwise;
const size = (value: unknown) =>
  Array.isArray(value) ? value.length : typeof value === "number" ? value : "?";

/** `Map(2)`, `Date 2026-01-01T…`, `Point { x: 1 }`: what the tag stands for. */
export function tagLabel(value: Tagged, show: (inner: unknown) => string): string {
  switch (value.$type) {
    case "undefined":
      return "undefined";
    case "number":
      return text(value.value, "NaN");
    case "bigint":
      return `${text(value.value, "?")}n`;
    case "date":
      return `Date ${text(value.value, "(invalid)")}`;
    case "map":
      return `Map(${size(value.entries)})`;
    case "set":
      return `Set(${size(value.values)})`;
    case "bytes":
      return `${text(value.class, "bytes")}(${size(value.length)})`;
    case "error":
      return `${text(value.name, text(value.class, "Error"))}: ${text(value.message, "")}`;
    case "object":
      return `${text(value.class, "object")} ${show(value.properties ?? {})}`;
    case "function":
      return `function ${text(value.name, "(anonymous)")}`;
    case "symbol":
      return `Symbol(${text(value.description, "")})`;
    case "regexp":
      return `/${text(value.source, "")}/${text(value.flags, "")}`;
    case "opaque":
      return `<${text(value.class, "object")}>`;
    case "getter":
      return "<getter>";
    case "redacted":
      return "<redacted>";
    case "pairs":
      return `${text(value.class, "pairs")}(${size(value.entries)})`;
    case "custom":
      return `${text(value.class, "object")} ${typeof value.error === "string" ? `<its encoder threw ${value.error}>` : show(value.value)}`;
    case "ref":
      return "<seen before>";
    case "cut":
      return `<cut ${text(value.kind, "value")}, ${size(value.size)}>`;
    default:
      return `<${value.$type}>`;
  }
}

/** Names of the tags inside that an edit would not carry over, each once. */
export function notCarried(value: unknown): string[] {
  const found = new Set<string>();
  const rest: unknown[] = [value];
  for (let next = rest.pop(), steps = 0; next !== undefined && steps < 50_000; next = rest.pop(), steps++) {
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next) && isTagged(next) && NOT_CARRIED.has(next.$type)) found.add(next.$type);
    for (const inner of Object.values(next))
      if (typeof inner === "object" && inner !== null) rest.push(inner);
  }
  return [...found];
}

/**
 * Kinds of values in an edit that its text cannot be made into, and that do not stand where the same stood before: those
 * that stay in their place are taken from the original.
 */
export function strangers(before: unknown, after: unknown): string[] {
  const found = new Set<string>();
  const rest: [unknown, unknown][] = [[before, after]];
  for (let next = rest.pop(), steps = 0; next && steps < 200_000; next = rest.pop(), steps++) {
    const [was, is] = next;
    if (typeof is !== "object" || is === null) continue;
    if (!Array.isArray(is) && isTagged(is) && NOT_CARRIED.has(is.$type)) {
      if (JSON.stringify(was) !== JSON.stringify(is)) found.add(is.$type);
      continue;
    }
    for (const [key, inner] of Object.entries(is)) {
      const old: unknown =
        typeof was === "object" && was !== null && Object.hasOwn(was, key)
          ? Reflect.get(was, key)
          : undefined;
      if (typeof inner === "object" && inner !== null) rest.push([old, inner]);
    }
  }
  return [...found];
}
