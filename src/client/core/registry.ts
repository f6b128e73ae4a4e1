/** Functions the server may be told of, and those that may run in place of others. */
import { DebugError } from "../errors.ts";
import type { AnyFunction } from "../types.ts";
import { signatureOf } from "./signature.ts";

export interface KnownFunction {
  fn: AnyFunction;
  /** What `this` is when it runs in place of another; `undefined` to keep the caller's. */
  owner: object | undefined;
}

/** A program that wraps a new closure under a new name for each request must not grow for ever. */
const MOST_NAMES = 10_000;

export class Registry {
  readonly #known = new Map<string, KnownFunction>();
  readonly #replacements = new Map<string, KnownFunction>();

  /** Rises with every new name, to see quickly that there is none. */
  version = 0;

  /** Remembers a wrapped function; the newest under a name wins. */
  add(name: string, fn: AnyFunction, owner?: object): void {
    this.#remember(this.#known, name, { fn, owner });
  }

  addReplacement(name: string, fn: AnyFunction): void {
    this.#remember(this.#replacements, name, { fn, owner: undefined });
  }

  /** Names with what to tell the server about each. */
  *announcements(announced: ReadonlySet<string>): Generator<{ name: string; known: KnownFunction }> {
    for (const map of [this.#known, this.#replacements]) {
      for (const [name, known] of map) if (!announced.has(name)) yield { name, known };
    }
  }

  #remember(map: Map<string, KnownFunction>, name: string, known: KnownFunction): void {
    const before = map.get(name);
    if (before?.fn === known.fn && before.owner === known.owner) return;
    if (!map.delete(name)) this.version++;
    map.set(name, known);
    const oldest = map.keys().next();
    if (map.size > MOST_NAMES && !oldest.done) map.delete(oldest.value);
  }

  /** The function to run for a `replace`. */
  replacement(name: string): KnownFunction {
    const found = this.#replacements.get(name) ?? this.#known.get(name);
    if (found) return found;
    throw new DebugError(
      `The server asked to run ${JSON.stringify(name)} instead, and this process has no function of that name. ` +
        `Make it known with registerReplacement(${JSON.stringify(name)}, fn).`,
    );
  }
}

/** Body of `POST /api/functions`. */
export function announcementBody(name: string, fn: AnyFunction): string {
  return JSON.stringify({
    function_name: name,
    signature: signatureOf(fn),
    function_metadata: { language: "javascript", arity: typeof fn.length === "number" ? fn.length : 0 },
  });
}
