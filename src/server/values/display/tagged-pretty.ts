/**
 * Plain and tagged JSON as plain JSON for people. Plain values stay what they are; a class instance is an object with
 * its class as `__class__`, any other tag a short text.
 */
import { own } from "../../own-property.ts";
import { CUT_JSON } from "../json.ts";
import { isPair, isRecord, tagOf } from "../tags.ts";
import { type Omitted, TaggedLine } from "./tagged-line.ts";
import { cutText, MAX_TEXT, more, type View } from "./view.ts";

const MAX_KEY = 500;

/** A value as plain JSON, within a display's bounds. */
export function prettyTagged(view: View, omitted: Omitted, value: unknown): unknown {
  if (value === CUT_JSON || !view.spend()) return "…";
  if (typeof value === "string") return view.text(value);
  // JSON.parse reads 1e999 as Infinity, which JSON cannot say again, and -0, which it says as 0.
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0) ? value : numberText(value);
  if (Array.isArray(value)) return prettyArray(view, omitted, value);
  return isRecord(value) ? prettyRecord(view, omitted, value) : value;
}

const numberText = (value: number): string => (value === 0 ? "-0" : String(value));

function prettyArray(view: View, omitted: Omitted, values: readonly unknown[]): unknown {
  const size = values.length + (omitted.get(values) ?? 0);
  const shown = view.inside(values, () => {
    const room = view.room(values.length);
    const items = values.slice(0, room).map((member) => prettyTagged(view, omitted, member));
    if (size > room) items.push(more(size - room));
    return items;
  });
  return closed(shown, `[… (${size.toLocaleString("en-US")} items)]`);
}

function prettyRecord(view: View, omitted: Omitted, record: Record<string, unknown>): unknown {
  const tagged = tagOf(record);
  if (tagged?.tag === "object") {
    const { properties } = tagged;
    return prettyEntries(view, omitted, properties, Object.entries(properties), tagged.class);
  }
  if (tagged?.tag === "plain") {
    const pairs = tagged.entries.filter(isPair).map(([key, value]) => [String(key), value] as const);
    return prettyEntries(view, omitted, tagged.entries, pairs);
  }
  if (tagged === undefined) return prettyEntries(view, omitted, record, Object.entries(record));
  const out = new TaggedLine(view, omitted, MAX_TEXT);
  out.value(record);
  return view.text(String(out.line));
}

function prettyEntries(
  view: View,
  omitted: Omitted,
  holder: object,
  entries: readonly (readonly [string, unknown])[],
  className?: string,
): unknown {
  const size = entries.length + (omitted.get(holder) ?? 0);
  const shown = view.inside(holder, () => {
    const result: Record<string, unknown> = {};
    if (className !== undefined) own(result, "__class__", cutText(className, MAX_KEY));
    const room = view.room(entries.length);
    for (const [key, value] of entries.slice(0, room)) {
      own(result, cutText(key, MAX_KEY), prettyTagged(view, omitted, value));
    }
    if (size > room) own(result, "…", more(size - room));
    return result;
  });
  return closed(shown, `{… (${size.toLocaleString("en-US")} keys)}`);
}

function closed(shown: unknown, deep: string): unknown {
  if (shown === "cycle") return "<cycle>";
  return shown === "deep" ? deep : shown;
}
