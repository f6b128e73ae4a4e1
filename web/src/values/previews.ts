/** Values that are better seen than read: images, and lists of records as tables. */
import { eachMember, isList, isObject, isString, readKey, readScalar, type Span } from "./json-span.ts";
import { tagFieldsAt } from "./tag-fields.ts";
import { previewAt } from "./value-preview.ts";

/** Larger images are not shown: decoding one must not stop the page. */
const LARGEST_IMAGE = 8_000_000;

/** How the base64 of the formats begins that browsers decode without running anything. SVG is none of them. */
const IMAGES: readonly (readonly [start: string, type: string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
  ["Qk0", "image/bmp"],
];

const DATA_URL = /^"data:(image\/(?:png|jpeg|gif|webp|bmp|avif));base64,([A-Za-z0-9+/=]+)"$/;
/** A bare text of base64 is taken for an image only when it is long enough not to be a word. */
const SHORTEST_BASE64 = 64;

/** An address the page may show as an image; null when the value is none. */
export function imageAt(text: string, span: Span): string | null {
  if (span.end - span.start > LARGEST_IMAGE) return null;
  if (isString(text, span)) {
    const source = text.slice(span.start, span.end);
    if (DATA_URL.test(source)) return source.slice(1, -1);
    const inner = source.slice(1, -1);
    return inner.length >= SHORTEST_BASE64 && /^[A-Za-z0-9+/]+={0,2}$/.test(inner)
      ? fromBase64(inner, 8)
      : null;
  }
  // Most values are no bytes: they are not read to find out.
  if (!text.slice(span.start, span.start + 60).includes('"bytes"')) return null;
  const fields = tagFieldsAt(text, span);
  const base64 = fields?.tag === "bytes" && !fields.span("cut") ? fields.string("base64") : null;
  return base64 === null ? null : fromBase64(base64, 3);
}

function fromBase64(base64: string, longestPrefix: number): string | null {
  const found = IMAGES.find(
    ([start]) => start.length >= Math.min(longestPrefix, 4) && base64.startsWith(start),
  );
  return found ? `data:${found[1]};base64,${base64}` : null;
}

export interface Table {
  readonly columns: readonly string[];
  /** Cells as short texts; null where a record lacks the key. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows and columns that are not shown. */
  readonly moreRows: number;
  readonly moreColumns: number;
}

const MOST_TABLE_ROWS = 500;
const MOST_COLUMNS = 30;
const CELL = 60;

/** A list of records as a table; null when it is something else. */
export function tableAt(text: string, span: Span): Table | null {
  if (!isList(text, span)) return null;
  const columns = new Map<string, number>();
  const records: Map<string, Span>[] = [];
  let count = 0;
  for (const { value } of eachMember(text, span)) {
    count += 1;
    if (count > MOST_TABLE_ROWS) continue;
    const record = recordOf(text, value);
    if (!record) return null;
    records.push(record);
    for (const key of record.keys()) if (!columns.has(key)) columns.set(key, columns.size);
  }
  if (count < 2 || columns.size < 2) return null;
  const shown = [...columns.keys()].slice(0, MOST_COLUMNS);
  return {
    columns: shown,
    rows: records.map((record) => shown.map((key) => cellOf(text, record.get(key)))),
    moreRows: count - records.length,
    moreColumns: columns.size - shown.length,
  };
}

/** Whether a list looks like one of records: its first two members are asked. */
export function isTableLike(text: string, span: Span): boolean {
  if (!isList(text, span)) return false;
  let count = 0;
  for (const { value } of eachMember(text, span)) {
    if (!recordOf(text, value)) return false;
    count += 1;
    if (count === 2) return true;
  }
  return false;
}

function recordOf(text: string, span: Span): Map<string, Span> | null {
  if (!isObject(text, span)) return null;
  const fields = tagFieldsAt(text, span);
  const inner = fields?.tag === "object" ? fields.span("properties") : fields ? null : span;
  if (!inner || !isObject(text, inner)) return null;
  const record = new Map<string, Span>();
  for (const member of eachMember(text, inner)) record.set(readKey(text, member), member.value);
  return record;
}

function cellOf(text: string, span: Span | undefined): string | null {
  if (!span) return null;
  const isShort = isString(text, span) && span.end - span.start <= CELL;
  return isShort ? String(readScalar(text, span)) : previewAt(text, span, CELL);
}
