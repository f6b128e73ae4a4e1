/** The `ref` tags of a value: what they point to, which a pickle says with its memo. */
import { TYPE_TAG } from "../../../protocol/values.ts";
import { isRecord, tagOf } from "../tags.ts";

/** Every container that a reference inside `root` points to, so that only those cost a memo entry. */
export function referencedIn(root: unknown): Set<object> {
  const found = new Set<object>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    const tagged = isRecord(value) && Object.hasOwn(value, TYPE_TAG) ? tagOf(value) : undefined;
    if (tagged?.tag === "ref") {
      const target = follow(root, tagged.path);
      if (target !== undefined) found.add(target);
    } else {
      for (const member of Object.values(value)) waiting.push(member);
    }
  }
  return found;
}

/** The container at a path: through arrays and objects, and through a class instance's properties. */
export function follow(root: unknown, path: readonly unknown[]): object | undefined {
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    const tagged = isRecord(value) ? tagOf(value) : undefined;
    if (tagged !== undefined && tagged.tag !== "object") return undefined;
    const holder: object = tagged === undefined ? value : tagged.properties;
    if ((typeof step !== "string" && typeof step !== "number") || !Object.hasOwn(holder, step))
      return undefined;
    value = Reflect.get(holder, step);
  }
  return typeof value === "object" && value !== null ? value : undefined;
}
