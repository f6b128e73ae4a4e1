/** What a person set about the page itself, kept in this browser and shared by its tabs. */
import { useSyncExternalStore } from "preact/compat";
import { keepText, readText } from "./storage.ts";

export interface Prefs {
  /** The event log below. */
  readonly log: boolean;
  /** Columns of the list besides the function, in order. */
  readonly columns: readonly string[];
  /** Widths of columns that were moved: pixels or a share, as the column has it. */
  readonly widths: Readonly<Record<string, number>>;
  readonly filters: readonly SavedFilter[];
  /** Filters typed before, newest first. */
  readonly history: readonly string[];
  /** Pinned calls by number. */
  readonly pins: readonly number[];
  readonly notify: boolean;
  /** Hide what teaches. */
  readonly guide: boolean;
}

export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

const KEY = "cideldill.prefs";

export const DEFAULT_PREFS: Prefs = {
  log: false,
  columns: ["values", "process", "duration"],
  widths: {},
  filters: [],
  history: [],
  pins: [],
  notify: false,
  guide: true,
};

/** Reads what was kept; a field that does not look right is as if it had never been set. */
export function parsePrefs(text: string | null): Prefs {
  try {
    const kept: unknown = JSON.parse(text ?? "{}");
    if (typeof kept !== "object" || kept === null) return DEFAULT_PREFS;
    const entries = Object.entries(DEFAULT_PREFS).map(([name, usual]) => {
      const value: unknown = Reflect.get(kept, name);
      return [name, fits(name, value, usual) ? value : usual];
    });
    return Object.fromEntries(entries) as Prefs;
  } catch {
    return DEFAULT_PREFS;
  }
}

function fits(name: string, value: unknown, usual: unknown): boolean {
  if (typeof usual === "boolean") return typeof value === "boolean";
  if (name === "widths") return isWidths(value);
  if (!Array.isArray(value)) return false;
  if (name === "pins") return value.every((each) => typeof each === "number");
  if (name === "filters")
    return value.every((each) => typeof each?.name === "string" && typeof each?.filter === "string");
  return value.every((each) => typeof each === "string");
}

const isWidths = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => typeof each === "number" && each > 0 && each < 10_000);

let current = parsePrefs(readText(() => localStorage, KEY));
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  current = parsePrefs(event.newValue);
  tell();
});

export const prefs = {
  get: (): Prefs => current,
  set(change: Partial<Prefs>): void {
    current = { ...current, ...change };
    keepText(() => localStorage, KEY, JSON.stringify(current));
    tell();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export const usePrefs = (): Prefs => useSyncExternalStore(prefs.subscribe, prefs.get);
