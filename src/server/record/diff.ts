/**
 * What differs between two JSON values, as changes that make one into the other. Members go by their keys, lists by what
 * is the same at their beginning and end.
 */
import type { Change } from "../../protocol/comparisons.ts";
import { TYPE_TAG } from "../../protocol/values.ts";
import { own } from "../own-property.ts";

type Path = (string | number)[];

export interface Difference {
  changes: Change[];
  /** There are more changes than were listed. */
  cut: boolean;
}

/** Most changes that are listed. */
const MOST = 1_000;

export function diffOf(a: unknown, b: unknown, root: Path = []): Difference {
  const differ = new Differ();
  differ.compare(a, b, root, root.map(String).join("."));
  return { changes: differ.changes, cut: differ.cut };
}

/** Applies changes in order. With all changes of `diffOf(a, b)`, a becomes b. */
export function applyDiff(a: unknown, changes: readonly Change[]): unknown {
  let root = structuredClone(a);
  for (const change of changes) {
    const path = [...change.path];
    const last = path.pop();
    if (last === undefined) {
      root = structuredClone(change.b);
      continue;
    }
    let at = root as Record<string | number, unknown>;
    for (const step of path) at = at[step] as Record<string | number, unknown>;
    if (Array.isArray(at) && typeof last === "number") {
      if (change.kind === "added") at.splice(last, 0, structuredClone(change.b));
      else if (change.kind === "removed") at.splice(last, 1);
      else at[last] = structuredClone(change.b);
    } else if (change.kind === "removed") delete at[last];
    else own(at, String(last), structuredClone(change.b));
  }
  return root;
}

class Differ {
  readonly changes: Change[] = [];
  cut = false;

  compare(a: unknown, b: unknown, path: Path, at: string): void {
    if (Object.is(a, b)) return;
    if (Array.isArray(a) && Array.isArray(b)) this.#lists(a, b, path, at);
    else if (isRecord(a) && isRecord(b) && a[TYPE_TAG] === b[TYPE_TAG]) this.#records(a, b, path, at);
    else this.#add({ kind: "changed", path, at, a, b });
  }

  #records(a: Record<string, unknown>, b: Record<string, unknown>, path: Path, at: string): void {
    for (const key of Object.keys(a)) {
      const place = memberAt(a, at, key);
      if (Object.hasOwn(b, key)) this.compare(a[key], b[key], [...path, key], place);
      else this.#add({ kind: "removed", path: [...path, key], at: place, a: a[key] });
    }
    for (const key of Object.keys(b)) {
      if (Object.hasOwn(a, key)) continue;
      this.#add({ kind: "added", path: [...path, key], at: memberAt(b, at, key), b: b[key] });
    }
  }

  #lists(a: unknown[], b: unknown[], path: Path, at: string): void {
    let start = 0;
    const shorter = Math.min(a.length, b.length);
    while (start < shorter && isSame(a[start], b[start])) start++;
    let end = 0;
    while (end < shorter - start && isSame(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
    const both = shorter - end;
    for (let index = start; index < both; index++)
      this.compare(a[index], b[index], [...path, index], `${at}[${index}]`);
    // From the end, so that the places of the others stay what they are.
    for (let index = a.length - end - 1; index >= both; index--)
      this.#add({ kind: "removed", path: [...path, index], at: `${at}[${index}]`, a: a[index] });
    for (let index = both; index < b.length - end; index++)
      this.#add({ kind: "added", path: [...path, index], at: `${at}[${index}]`, b: b[index] });
  }

  #add(change: Change): void {
    if (this.changes.length < MOST) this.changes.push(change);
    else this.cut = true;
  }
}

/** Properties of an instance are named without the step that tags need. */
function memberAt(record: Record<string, unknown>, at: string, key: string): string {
  if (key === "properties" && Object.hasOwn(record, TYPE_TAG)) return at;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${at}[${JSON.stringify(key)}]`;
  return at === "" ? key : `${at}.${key}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSame = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
