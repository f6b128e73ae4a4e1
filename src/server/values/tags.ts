/**
 * Recognizes tagged JSON (see src/protocol/values.ts). Strict about the form: plain JSON from elsewhere may have a
 * `$type` of its own (.NET writes it), and must then stay what it is.
 */
import { TYPE_TAG } from "../../protocol/values.ts";

type Properties = Readonly<Record<string, unknown>>;

/** A tag with its parts, as they are written. */
export type Tagged =
  | { readonly tag: "undefined" }
  | { readonly tag: "number"; readonly value: number }
  | { readonly tag: "bigint"; readonly value: bigint }
  | { readonly tag: "date"; readonly value: string | null }
  | { readonly tag: "map"; readonly entries: readonly unknown[] }
  | { readonly tag: "set"; readonly values: readonly unknown[] }
  | { readonly tag: "bytes"; readonly class: string; readonly base64: string; readonly length: number }
  | {
      readonly tag: "error";
      readonly class: string;
      readonly name: string;
      readonly message: string;
      readonly cause?: unknown;
      readonly properties?: Properties;
    }
  | { readonly tag: "object"; readonly class: string; readonly properties: Properties }
  | { readonly tag: "function"; readonly name: string }
  | { readonly tag: "symbol"; readonly description: string }
  | { readonly tag: "regexp"; readonly source: string; readonly flags: string }
  | { readonly tag: "opaque"; readonly class: string }
  | { readonly tag: "getter" }
  | { readonly tag: "ref"; readonly path: readonly unknown[] }
  | { readonly tag: "cut"; readonly kind: string; readonly size: number | null }
  | { readonly tag: "redacted" }
  | { readonly tag: "pairs"; readonly class: string; readonly entries: readonly unknown[] }
  | { readonly tag: "custom"; readonly class: string; readonly error: string | null; readonly value: unknown }
  | { readonly tag: "plain"; readonly entries: readonly unknown[] };

/** Decimal digits a bigint may have: more would take seconds to convert. */
const MAX_BIGINT_DIGITS = 9_864;

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

const isText = (value: unknown): value is string => typeof value === "string";

/** Whether a value is an object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a member of `entries` is a `[key, value]` pair. */
export function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

/** The tag an object stands for; undefined when it is plain JSON, also when a tag's form is not kept. */
export function tagOf(record: Record<string, unknown>): Tagged | undefined {
  if (!Object.hasOwn(record, TYPE_TAG)) return undefined;
  const { value, class: className, name } = record;
  switch (record[TYPE_TAG]) {
    case "undefined":
    case "getter":
    case "redacted":
      return { tag: record[TYPE_TAG] };
    case "number": {
      const number = isText(value) && Object.hasOwn(NUMBERS, value) ? NUMBERS[value] : undefined;
      return number === undefined ? undefined : { tag: "number", value: number };
    }
    case "bigint":
      if (!isText(value) || value.length > MAX_BIGINT_DIGITS || !/^-?\d+$/.test(value)) return undefined;
      return { tag: "bigint", value: BigInt(value) };
    case "date":
      if (value !== null && (!isText(value) || Number.isNaN(Date.parse(value)))) return undefined;
      return { tag: "date", value };
    case "map":
    case "plain": {
      const { entries } = record;
      return Array.isArray(entries) ? { tag: record[TYPE_TAG], entries } : undefined;
    }
    case "pairs": {
      const { entries } = record;
      return isText(className) && Array.isArray(entries)
        ? { tag: "pairs", class: className, entries }
        : undefined;
    }
    case "custom": {
      const { error } = record;
      if (!isText(className) || !(isText(error) || Object.hasOwn(record, "value"))) return undefined;
      return { tag: "custom", class: className, error: isText(error) ? error : null, value };
    }
    case "set":
      return Array.isArray(record.values) ? { tag: "set", values: record.values } : undefined;
    case "bytes": {
      const { base64, length } = record;
      if (!isText(className) || !isText(base64) || typeof length !== "number") return undefined;
      return { tag: "bytes", class: className, base64, length };
    }
    case "error": {
      if (!isText(name) || !isText(record.message)) return undefined;
      const { cause, properties } = record;
      return {
        tag: "error",
        class: isText(className) ? className : name,
        name,
        message: record.message,
        ...(Object.hasOwn(record, "cause") ? { cause } : {}),
        ...(isRecord(properties) ? { properties } : {}),
      };
    }
    case "object": {
      const { properties } = record;
      return isText(className) && isRecord(properties)
        ? { tag: "object", class: className, properties }
        : undefined;
    }
    case "function":
      return { tag: "function", name: isText(name) ? name : "" };
    case "symbol":
      return { tag: "symbol", description: isText(record.description) ? record.description : "" };
    case "regexp": {
      const { source, flags } = record;
      return isText(source) ? { tag: "regexp", source, flags: isText(flags) ? flags : "" } : undefined;
    }
    case "opaque":
      return isText(className) ? { tag: "opaque", class: className } : undefined;
    case "ref":
      return Array.isArray(record.path) ? { tag: "ref", path: record.path } : undefined;
    case "cut": {
      const { kind, size } = record;
      if (!isText(kind)) return undefined;
      return { tag: "cut", kind, size: typeof size === "number" ? size : null };
    }
    default:
      return undefined;
  }
}
