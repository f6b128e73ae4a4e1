/** One line that says what a value is, within a budget of characters: for rows, diffs and titles. */
import { isTagged, tagLabel } from "./tags.ts";

const DEEPEST = 4;

/** `{ orderId: "A-1042", amount: 249.9, … }`. Never longer than `width`, whatever the value. */
export function summarize(value: unknown, width: number): string {
  const text = write(value, width, 0);
  return text.length > width ? `${cutAt(text, width - 1)}…` : text;
}

function write(value: unknown, room: number, depth: number): string {
  if (typeof value === "string") return quote(value, room);
  if (value === undefined) return "undefined";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (depth >= DEEPEST) return `[…${value.length}]`;
    return join(value, "[", "]", room, (item, left) => write(item, left, depth + 1));
  }
  if (isTagged(value)) return tagLabel(value, (inner) => write(inner, room, depth + 1));
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  if (depth >= DEEPEST) return "{…}";
  return join(entries, "{ ", " }", room, ([key, item], left) => {
    const name = /^[\w$]+$/.test(key) ? key : quote(key, 40);
    return `${name}: ${write(item, left - name.length - 2, depth + 1)}`;
  });
}

function join<T>(
  items: readonly T[],
  open: string,
  close: string,
  room: number,
  show: (item: T, left: number) => string,
): string {
  let out = open;
  for (const [at, item] of items.entries()) {
    const left = room - out.length - close.length;
    if (left < 4) return `${out}…${close}`;
    out += `${at === 0 ? "" : ", "}${show(item, left)}`;
  }
  return out + close;
}

function quote(text: string, room: number): string {
  const limit = Math.max(8, room);
  return text.length > limit ? `${JSON.stringify(cutAt(text, limit)).slice(0, -1)}…"` : JSON.stringify(text);
}

/** Never cuts a surrogate pair in two. */
function cutAt(text: string, length: number): string {
  const unit = text.charCodeAt(length - 1);
  return text.slice(0, unit >= 0xd800 && unit <= 0xdbff ? length - 1 : length);
}
