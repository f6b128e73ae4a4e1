/**
 * What a value is, for one line of a tree: its type, a short text, how many members it has, and what editing it in place
 * begins with. Reads as little of the text as the line needs.
 */
import { mayHideLetters } from "../../../src/protocol/hidden-letters.ts";
import { numbersPreview } from "./bytes.ts";
import { isList, isObject, isString, readScalar, type Span } from "./json-span.ts";
import { type TagFields, tagFieldsAt } from "./tag-fields.ts";
import { previewAt, tagPreview } from "./value-preview.ts";

export type Look = "string" | "number" | "word" | "date" | "code" | "plain" | "error" | "gone";

export interface Shape {
  readonly look: Look;
  /** In the colour of types, before the text: `Map`, `Date`, `RefundRequest`. */
  readonly type: string | null;
  /** A leaf's text, or a look into a container. */
  readonly text: string;
  /** Whether it can be opened. */
  readonly isOpenable: boolean;
  /** What editing in place begins with; null for what can only be edited as text, or not at all. */
  readonly literal: string | null;
  /** What is not there, with the real size: `52,428,800 characters, the first 100,000 kept`. */
  readonly cut: string | null;
  /** Tag, for what treats one kind apart. Null for plain JSON. */
  readonly tag: string | null;
  /** Where the members of a list, a Map or a Set stand; null for everything else. */
  readonly members: Span | null;
}

/** Longer strings are cut in their line, and opened to be read. */
const LINE = 300;
/** Longer strings are edited as text. */
const LONGEST_LITERAL = 2_000;

export const amount = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`}`;

const base: Shape = {
  look: "plain",
  type: null,
  text: "",
  isOpenable: false,
  literal: null,
  cut: null,
  tag: null,
  members: null,
};

export function shapeAt(text: string, span: Span): Shape {
  if (isString(text, span)) return stringShape(text, span);
  if (isList(text, span)) return containerShape(text, span);
  if (isObject(text, span)) {
    const fields = tagFieldsAt(text, span);
    return (fields && tagShape(fields)) ?? containerShape(text, span);
  }
  const scalar = text.slice(span.start, span.end);
  return { ...base, look: /^[-\d]/.test(scalar) ? "number" : "word", text: scalar, literal: scalar };
}

function stringShape(text: string, span: Span): Shape {
  const length = span.end - span.start;
  const isLong = length > LINE || /\\[nr]/.test(text.slice(span.start, span.start + LINE));
  return {
    ...base,
    look: "string",
    text: previewAt(text, span, LINE),
    isOpenable: isLong,
    literal: length <= LONGEST_LITERAL ? escapeInvisible(text.slice(span.start, span.end)) : null,
    cut: null,
    type: length > 2_000 ? `string(${(length - 2).toLocaleString("en-US")})` : null,
  };
}

/** What cannot be seen is written as an escape, or an editor would show a lie. */
const escapeInvisible = (json: string): string =>
  mayHideLetters(json)
    ? json.replace(/[^\x20-\x7e]/g, (unit) =>
        mayHideLetters(unit) ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}` : unit,
      )
    : json;

function containerShape(text: string, span: Span): Shape {
  const isEmpty = /^.\s*.$/s.test(text.slice(span.start, Math.min(span.end, span.start + 40)));
  return {
    ...base,
    text: previewAt(text, span, 120),
    isOpenable: !isEmpty,
    literal: isEmpty ? text.slice(span.start, span.end) : null,
    members: isList(text, span) ? span : null,
  };
}

const quoted = (text: string) => JSON.stringify(text);

/** A tag's shape; null when its form is not kept, for then it is plain JSON that happens to have a `$type`. */
function tagShape(fields: TagFields): Shape | null {
  const read = Object.hasOwn(TAGS, fields.tag) ? TAGS[fields.tag] : undefined;
  const shape = read?.(fields);
  return shape ? { ...base, tag: fields.tag, ...shape } : null;
}

type Part = Partial<Shape> | null;

const list = (fields: TagFields, part: string, type: string): Part => {
  const span = fields.span(part);
  if (!span || !isList(fields.text, span)) return null;
  const isCounted = type === "Map" || type === "Set";
  return {
    type: fields.string("class") ?? type,
    ...opened(fields, span),
    text: tagPreview(fields, 120),
    members: isCounted ? span : null,
  };
};

function opened(fields: TagFields, span: Span | null): Partial<Shape> {
  if (!span) return { text: "", isOpenable: false };
  return { text: previewAt(fields.text, span, 120), isOpenable: span.end - span.start > 2 };
}

const TAGS: Readonly<Record<string, (fields: TagFields) => Part>> = {
  undefined: () => ({ look: "word", text: "undefined", literal: "undefined" }),
  number: (fields) => leaf("number", fields.string("value")),
  bigint: (fields) => {
    const digits = fields.string("value");
    return digits === null ? null : { ...leaf("number", `${digits.slice(0, LINE)}n`), type: "bigint" };
  },
  date: (fields) => {
    const value = fields.string("value");
    if (value === null) {
      return fields.isNull("value") ? { look: "date", type: "Date", text: "invalid", literal: "" } : null;
    }
    return { look: "date", type: "Date", text: value, literal: value };
  },
  map: (fields) => list(fields, "entries", "Map"),
  set: (fields) => list(fields, "values", "Set"),
  tuple: (fields) => list(fields, "values", "tuple"),
  plain: (fields) => list(fields, "entries", ""),
  pairs: (fields) => list(fields, "entries", "pairs"),
  object: (fields) => {
    const properties = fields.span("properties");
    if (!properties || !isObject(fields.text, properties)) return null;
    const extra = fields.span("entries") ?? fields.span("symbols");
    const shown = opened(fields, properties);
    return {
      type: fields.string("class") ?? "object",
      ...shown,
      isOpenable: shown.isOpenable || extra !== null,
    };
  },
  error: (fields) => {
    const message = fields.string("message");
    if (message === null) return null;
    const parts = [fields.span("stack"), fields.span("cause"), fields.span("properties")];
    return {
      look: "error",
      type: fields.string("name") ?? fields.string("class") ?? "Error",
      text: message.slice(0, LINE),
      isOpenable: parts.some((part) => part !== null),
    };
  },
  bytes: (fields) => {
    const length = fields.number("length");
    if (length === null || fields.string("base64") === null) return null;
    const cut = fields.span("cut");
    return {
      type: `${fields.string("class") ?? "bytes"}(${length.toLocaleString("en-US")})`,
      text: numbersPreview(fields, 120),
      isOpenable: length > 0,
      cut: cut ? `only the beginning of ${amount(length, "byte")} is kept` : null,
    };
  },
  function: (fields) => ({ look: "code", type: "function", text: fields.string("name") ?? "" }),
  symbol: (fields) => ({ look: "code", text: `Symbol(${fields.string("description") ?? ""})` }),
  regexp: (fields) => {
    const source = fields.string("source");
    return source === null ? null : { look: "code", text: `/${source}/${fields.string("flags") ?? ""}` };
  },
  opaque: (fields) => ({
    look: "gone",
    type: fields.string("class") ?? "object",
    text: "cannot be looked into",
  }),
  getter: () => ({ look: "gone", text: "getter, not run" }),
  redacted: () => ({ look: "gone", type: "redacted", text: "stayed in the program" }),
  ref: (fields) => {
    const path = fields.span("path");
    if (!path) return null;
    const steps = readScalar(fields.text, path);
    const text = Array.isArray(steps) && steps.length > 0 ? `same as ${pathText(steps)}` : "the value itself";
    return { look: "gone", type: "ref", text };
  },
  custom: (fields) => {
    const type = fields.string("class");
    const error = fields.string("error");
    if (type === null) return null;
    if (error !== null) return { look: "gone", type, text: `its encoder threw ${error}` };
    const value = fields.span("value");
    return value && { ...shapeAt(fields.text, value), type, tag: "custom", literal: null };
  },
  python: (fields) => {
    const text = fields.string("text");
    return text === null ? null : { look: "code", type: fields.string("class"), text };
  },
  cut: (fields) => {
    const size = fields.number("size");
    const kind = fields.string("kind") ?? "value";
    const value = fields.span("value");
    if (value && isString(fields.text, value)) return cutString(fields, value, size);
    return { look: "gone", type: fields.string("class"), text: "", cut: cutText(kind, size) };
  },
};

const leaf = (look: Look, text: string | null): Part =>
  text === null ? null : { look, text, literal: text };

function cutString(fields: TagFields, value: Span, size: number | null): Part {
  const kept = fields.string("value")?.length ?? 0;
  return {
    look: "string",
    type: size === null ? "string" : `string(${size.toLocaleString("en-US")})`,
    text: previewAt(fields.text, value, LINE),
    isOpenable: true,
    cut:
      size === null
        ? "cut"
        : `cut: ${kept.toLocaleString("en-US")} of ${amount(size, "character")} left the program`,
  };
}

/** What a cut left out, in words. */
export function cutText(kind: string, size: number | null): string {
  if (kind === "depth") return "too deep to be kept";
  const of = size === null ? "" : `: ${size.toLocaleString("en-US")} in all`;
  if (kind === "entries") return `more entries were not kept${of}`;
  if (kind === "size") return `not kept: the value grew too large${of}`;
  return `cut${of}`;
}

/** `.lines[0].sku` */
export function pathText(steps: readonly unknown[]): string {
  let out = "";
  for (const step of steps) {
    if (typeof step === "number") out += `[${step}]`;
    else if (typeof step === "string" && /^[A-Za-z_$][\w$]*$/.test(step))
      out += out === "" ? step : `.${step}`;
    else out += `[${quoted(String(step))}]`;
  }
  return out;
}
