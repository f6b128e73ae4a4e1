/** Lists in an edited document, beside the lists they were. */
import type { JsonValue } from "../../protocol/values.ts";
import { elementHint, type Hint, isJsonObject, type JsonObject, sameJson, tagOf } from "./hint.ts";

export const isHole = (node: JsonValue): boolean =>
  tagOf(node) === "undefined" && (node as JsonObject).hole === true;

/**
 * A last element that says "and so on", unchanged, over an original that has the rest. Before it elements may have been
 * added or removed.
 */
export const isRest = (node: JsonValue, index: number, nodes: JsonValue[], hint: Hint | null): boolean =>
  tagOf(node) === "cut" &&
  index === nodes.length - 1 &&
  hint !== null &&
  Array.isArray(hint.node) &&
  Array.isArray(hint.value) &&
  sameJson(node, hint.node.at(-1));

/** What that element stands for: all that was not shown. */
export const restOf = (hint: Hint | null): unknown[] =>
  Array.isArray(hint?.value) && Array.isArray(hint.node) ? hint.value.slice(hint.node.length - 1) : [];

export const listOf = (node: unknown, field: string): JsonValue[] =>
  isJsonObject(node) && Array.isArray(node[field]) ? node[field] : [];

export const keyText = (pair: JsonValue): string => JSON.stringify(Array.isArray(pair) ? pair[0] : null);

export function pairHint(
  node: JsonValue | undefined,
  member: [unknown, unknown] | undefined,
  side: number,
): Hint | null {
  const inner = Array.isArray(node) ? node[side] : undefined;
  return member && inner !== undefined ? { node: inner, value: member[side] } : null;
}

/**
 * What an element was. One that stood at another place is found there: else a list that lost its first element would
 * give every other one what its neighbour kept back (secrets, functions).
 */
export function elementPlace(hint: Hint | null, index: number, nodes: readonly JsonValue[]): Hint | null {
  const node = nodes[index];
  if (!hint || !Array.isArray(hint.node) || typeof node !== "object" || node === null) {
    return elementHint(hint, index);
  }
  if (sameJson(hint.node[index], node)) return elementHint(hint, index);
  const found = hint.node.findIndex((before) => sameJson(before, node));
  if (found >= 0) return elementHint(hint, found);
  // Edited, in a list that got longer or shorter: which one it was is a guess, and secrets are not guessed.
  const isGuess = hint.node.length !== nodes.length && holdsSecret(node);
  return isGuess ? null : elementHint(hint, index);
}

/** Where a pair stood: the same one, else the one with its key, else, in a list as long as before, at its place. */
export function pairPlace(before: readonly JsonValue[], nodes: readonly JsonValue[], index: number): number {
  const pair = nodes[index] ?? null;
  if (sameJson(before[index], pair)) return index;
  const same = before.findIndex((old) => sameJson(old, pair));
  if (same >= 0) return same;
  const key = keyText(pair);
  const named = before.findIndex((old) => keyText(old) === key);
  return named >= 0 || before.length !== nodes.length ? named : index;
}

const holdsSecret = (node: JsonValue): boolean => JSON.stringify(node).includes('"$type":"redacted"');
