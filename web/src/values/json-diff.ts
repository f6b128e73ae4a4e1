/** What an edit changed, leaf by leaf, for the line of old and new under an argument. */
import { summarize } from "./summary.ts";

export interface JsonChange {
  /** `.lines[0].sku`, empty for the value itself. */
  readonly path: string;
  /** `null` when there was nothing there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface JsonDiff {
  readonly changes: readonly JsonChange[];
  /** How many more there are. */
  readonly more: number;
}

const SHOWN = 8;
const COUNTED = 500;
const DEEPEST = 200;
const WIDTH = 80;

/** Compares two values; arrays by place. Bounded: it stops counting at some hundred changes. */
export function diffJson(before: unknown, after: unknown): JsonDiff {
  const found: JsonChange[] = [];
  compare(before, after, "", 0, found);
  return { changes: found.slice(0, SHOWN), more: Math.max(0, found.length - SHOWN) };
}

function compare(before: unknown, after: unknown, path: string, depth: number, found: JsonChange[]): void {
  if (found.length >= COUNTED || Object.is(before, after)) return;
  if (depth < DEEPEST && Array.isArray(before) && Array.isArray(after)) {
    for (let at = 0; at < Math.max(before.length, after.length); at++) {
      visit(before, after, at, `${path}[${at}]`, depth, found);
    }
    return;
  }
  if (depth < DEEPEST && isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      visit(before, after, key, `${path}${step(key)}`, depth, found);
    }
    return;
  }
  found.push({ path, before: summarize(before, WIDTH), after: summarize(after, WIDTH) });
}

function visit(
  before: object,
  after: object,
  key: string | number,
  path: string,
  depth: number,
  found: JsonChange[],
): void {
  const had = Object.hasOwn(before, key);
  const has = Object.hasOwn(after, key);
  const old: unknown = had ? Reflect.get(before, key) : undefined;
  const now: unknown = has ? Reflect.get(after, key) : undefined;
  if (had && has) compare(old, now, path, depth + 1, found);
  else if (found.length < COUNTED) {
    found.push({
      path,
      before: had ? summarize(old, WIDTH) : null,
      after: has ? summarize(now, WIDTH) : null,
    });
  }
}

const step = (key: string) => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
