/** Where in the document the writer is. Paths are spelled out only when a `ref` needs one. */
export interface Trail {
  readonly parent: Trail | null;
  readonly key: string | number;
}

export const under = (parent: Trail | null, key: string | number): Trail => ({ parent, key });

/** The path as a JSON array, outermost first. */
export function pathText(trail: Trail | null): string {
  const path: (string | number)[] = [];
  for (let at = trail; at !== null; at = at.parent) path.push(at.key);
  return JSON.stringify(path.reverse());
}
