/** Bytes and typed arrays in lines: numbers as numbers, bytes in hex beside what is printable. */
import { numbersOf } from "../../../src/protocol/typed-arrays.ts";
import type { TagFields } from "./tag-fields.ts";

/** Bytes that are read of one value. */
const BYTES_SHOWN = 4_096;
const NUMBERS_IN_LINE = 10;
const BYTES_IN_LINE = 16;

interface Line {
  /** Index of its first element. */
  readonly at: number;
  readonly text: string;
}

export interface ByteLines {
  readonly lines: readonly Line[];
  /** How many are not among the lines. */
  readonly rest: number;
  readonly unit: "number" | "byte";
}

/** What the tag `bytes` holds, as people read it. */
export function byteLines(fields: TagFields): ByteLines {
  const bytes = bytesOf(fields, BYTES_SHOWN);
  if (!bytes) return { lines: [], rest: 0, unit: "byte" };
  const numbers = numbersOf(fields.string("class") ?? "", bytes);
  const shown = numbers?.length ?? bytes.length;
  return {
    lines: numbers ? numberLines(numbers) : hexLines(bytes),
    rest: Math.max(0, (fields.number("length") ?? 0) - shown),
    unit: numbers ? "number" : "byte",
  };
}

/** Columns of one width, so that the eye finds its way down. */
function numberLines(numbers: readonly string[]): Line[] {
  const width = Math.min(24, Math.max(...numbers.map(({ length }) => length)));
  const places = String(numbers.length - 1).length;
  return parts(numbers.length, NUMBERS_IN_LINE).map((at) => ({
    at,
    text: `${String(at).padStart(places)}  ${numbers
      .slice(at, at + NUMBERS_IN_LINE)
      .map((number) => number.padStart(width))
      .join("  ")}`,
  }));
}

const hexLines = (bytes: Uint8Array): Line[] =>
  parts(bytes.length, BYTES_IN_LINE).map((at) => {
    const row = [...bytes.subarray(at, at + BYTES_IN_LINE)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    return { at, text: `${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${shown}` };
  });

const parts = (count: number, size: number): number[] =>
  Array.from({ length: Math.ceil(count / size) }, (_, index) => index * size);

/** Longer than any number is written, with what separates it from the next: what fits is cut by its line. */
const NUMBER_BYTES = 8;

/** `[1.5, 1.5, … ]` for one line; empty for bytes, which say nothing in a line. */
export function numbersPreview(fields: TagFields, width: number): string {
  const bytes = bytesOf(fields, Math.ceil(width / 3) * NUMBER_BYTES);
  const numbers = bytes && numbersOf(fields.string("class") ?? "", bytes);
  if (!numbers) return "";
  let out = "";
  for (const [index, number] of numbers.entries()) {
    if (out.length + number.length + 4 > width) return `[${out}, …]`;
    out += `${index === 0 ? "" : ", "}${number}`;
  }
  return numbers.length < (fields.number("length") ?? 0) ? `[${out}, …]` : `[${out}]`;
}

/** The beginning of bytes; null when they cannot be read. */
function bytesOf(fields: TagFields, most: number): Uint8Array | null {
  const base64 = fields.string("base64");
  if (base64 === null) return null;
  try {
    const part = base64.slice(0, Math.ceil(most / 3) * 4);
    return Uint8Array.from(atob(part), (char) => char.charCodeAt(0)).subarray(0, most);
  } catch {
    return null;
  }
}
