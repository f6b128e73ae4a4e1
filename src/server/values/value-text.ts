/** Plain JSON values as every list shows them. */
import { reprOf } from "./display.ts";

/**
 * In one line of at most `limit` characters.
 *
 * @example
 * valueText({ amount: 5 }); // "{ amount: 5 }"
 */
export const valueText = (value: unknown, limit = 1_000): string =>
  reprOf("json", new TextEncoder().encode(JSON.stringify(value ?? null)), limit);
