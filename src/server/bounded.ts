/**
 * Values within the room an agent has for them. Long texts keep their beginning, long lists and objects their first
 * members, what is deep is told by its kind; and every cut says what was there. Nothing is dropped without a word.
 */

/** Something that was cut: where, and what it was. */
export interface Cut {
  at: string;
  was: string;
}

export interface Bounded {
  value: unknown;
  cut: Cut[];
}

export interface Bounds {
  /** Characters of the result as JSON, roughly. */
  chars: number;
  depth?: number;
}

/** What an answer may take when nobody says, and at most: an agent pays for every character. */
export const DEFAULT_CHARS = 8_000;
export const MOST_CHARS = 100_000;
const DEFAULT_DEPTH = 8;

/** Members of one list or object that are shown at first, whatever the room. */
const MOST_MEMBERS = 100;

/** Cuts that are listed; of more the number is told. */
const MOST_CUTS = 20;

export function bounded(value: unknown, { chars, depth = DEFAULT_DEPTH }: Bounds): Bounded {
  const state = { room: chars, cut: [] as Cut[], more: 0 };
  const shown = shrink(value, "", depth, state, chars);
  if (state.more > 0) state.cut.push({ at: "…", was: `${state.more} more cuts` });
  return { value: shown, cut: state.cut };
}

interface State {
  room: number;
  cut: Cut[];
  more: number;
}

/** `share` is what this value may take of the room, so that a long one leaves some for those after it. */
function shrink(value: unknown, at: string, depth: number, state: State, share: number): unknown {
  if (typeof value === "string") return shrinkText(value, at, state, share);
  if (typeof value !== "object" || value === null) {
    state.room -= 6;
    return value;
  }
  if (depth <= 0 || state.room <= 0) {
    note(state, at, kindOf(value));
    return `… (${kindOf(value)})`;
  }
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  const shown: [string | number, unknown][] = [];
  for (const [key, member] of entries) {
    if (shown.length >= MOST_MEMBERS || state.room <= 0) break;
    const left = Math.min(size, MOST_MEMBERS) - shown.length;
    const part = Math.max(Math.min(share, state.room) / Math.max(1, Math.min(left, 4)), 80);
    if (typeof key === "string") state.room -= key.length + 3;
    shown.push([key, shrink(member, `${at}${step(key)}`, depth - 1, state, part)]);
  }
  if (shown.length < size) note(state, at, `${kindOf(value)}, ${shown.length} shown`);
  return Array.isArray(value) ? shown.map(([, member]) => member) : Object.fromEntries(shown);
}

function shrinkText(text: string, at: string, state: State, share: number): string {
  const limit = Math.max(40, Math.min(Math.floor(share), state.room));
  if (text.length <= limit) {
    state.room -= text.length + 2;
    return text;
  }
  state.room -= limit;
  const total = text.length.toLocaleString("en-US");
  note(state, at, `text of ${total} characters, ${limit} shown`);
  return `${text.slice(0, limit).toWellFormed()}… (${limit} of ${total} characters)`;
}

function note(state: State, at: string, was: string): void {
  if (state.cut.length < MOST_CUTS)
    state.cut.push({ at: at === "" ? "the value itself" : at.replace(/^\./, ""), was });
  else state.more += 1;
}

/** A value's kind and size in words: `array of 120,000`, `object with 5 keys`. */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return `text of ${value.length.toLocaleString("en-US")} characters`;
  if (Array.isArray(value)) return `array of ${value.length.toLocaleString("en-US")}`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).length;
    return `object with ${keys.toLocaleString("en-US")} key${keys === 1 ? "" : "s"}`;
  }
  return value === null ? "null" : typeof value;
}

/** One step of a path: `.name`, `[3]`, `["odd name"]`. */
export function step(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** `lines[0].sku` as steps. Throws a sentence for what is no path. */
export function parsePath(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  let rest = path.trim().replace(/^\$/, "");
  while (rest !== "") {
    const found = /^\.?([\p{ID_Start}$_][\p{ID_Continue}$-]*)|^\[(\d+)\]|^\[("(?:[^"\\]|\\.)*")\]/u.exec(
      rest,
    );
    if (!found) {
      throw new Error(
        `${JSON.stringify(path)} is not a path: ${JSON.stringify(rest)} is not understood. Write names after dots and places in brackets: lines[0].sku, ["odd name"].`,
      );
    }
    const [whole, name, place, quoted] = found;
    steps.push(name ?? (place === undefined ? (JSON.parse(quoted ?? '""') as string) : Number(place)));
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** What a path leads into: of a tagged value its fields, or what it holds. */
export function membersOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$type" in value)) return value;
  const { properties, values, items, entries } = value as Record<string, unknown>;
  return properties ?? values ?? items ?? entries ?? value;
}
