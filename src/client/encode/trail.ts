/** Small things the writer of values and the reader of them share. */

/** Where in the document the writer is. Paths are spelled out only when a `ref` needs one. */
export interface Trail {
  readonly parent: Trail | null;
  readonly key: string | number;
}

/** Marks an object whose entries were cut; a key of the program with this name is written in the `plain` form. */
export const CUT_KEY = "$cut";

export const under = (parent: Trail | null, key: string | number): Trail => ({ parent, key });

/** The way from the root of the document, spelled out. */
export function pathOf(trail: Trail | null): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = trail; at !== null; at = at.parent) path.push(at.key);
  return path.reverse();
}

export function enumerableSymbols(value: object): symbol[] {
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.length === 0) return symbols;
  return symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
}
