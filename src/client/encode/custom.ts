/** Encoders the program registered for types of its own. They are its code: what they throw is told, never passed on. */
import { DebugError, messageOf } from "../errors.ts";
import type { AnyConstructor } from "../types.ts";
import { slot } from "./look.ts";

interface CustomEncoder {
  matches(value: object): boolean;
  encode(value: object): unknown;
}

export type Encoded = { value: unknown } | { error: string };

/** How many encoders are running right now: calls they make themselves are not reported. */
let running = 0;

/** `true` while an encoder of the program runs. */
export const isEncoding = (): boolean => running > 0;

export class CustomEncoders {
  readonly #encoders: CustomEncoder[] = [];

  /** The newest of those that match is asked. */
  add(match: unknown, encode: unknown): void {
    if (typeof match !== "function") {
      throw new DebugError("registerEncoder takes a class or a function that answers true for its values.");
    }
    if (typeof encode !== "function") {
      throw new DebugError("registerEncoder needs a function that gives what to show instead of the value.");
    }
    const matches = isConstructor(match)
      ? (value: object) => value instanceof match
      : (value: object) => match(value) === true;
    this.#encoders.unshift({ matches, encode: (value) => encode(value) as unknown });
  }

  /** What an encoder gives for a value; `null` when there is none for it. */
  encode(value: object): Encoded | null {
    if (this.#encoders.length === 0) return null;
    running++;
    try {
      // A matcher that throws for what it was not made for does not match it.
      const found = this.#encoders.find((encoder) => slot(() => encoder.matches(value))?.value === true);
      return found ? { value: found.encode(value) } : null;
    } catch (error) {
      return { error: error instanceof Error ? `${error.name}: ${messageOf(error)}` : messageOf(error) };
    } finally {
      running--;
    }
  }
}

/** Classes, and constructors of the older kind; arrow functions and methods have no `prototype`. */
function isConstructor(fn: object): fn is AnyConstructor {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype");
  if (!prototype || typeof prototype.value !== "object" || prototype.value === null) return false;
  // `function` expressions have an empty one: then it is a question, not a class.
  return prototype.writable === false || Object.getOwnPropertyNames(prototype.value).length > 1;
}
