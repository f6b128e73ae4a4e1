/** Is a value among those of a call? */

import type { RuleValue } from "../../../protocol/rules.ts";
import { Budget, isEqual, Unreadable } from "../../conditions/index.ts";
import type { Item } from "../calls.ts";
import { itemsOf } from "../decisions.ts";
import type { Facts, Moment } from "./facts.ts";

/**
 * By CID one of the call's own values must be it; an equal value may also stand inside another.
 *
 * @throws ConditionError when looking takes too long, or a value cannot be looked into.
 */
export function appears(value: RuleValue, facts: Facts): boolean {
  if ("cid" in value) {
    for (const item of all(facts.moment)) if (item.cid === value.cid) return true;
    return false;
  }
  const budget = new Budget();
  for (const item of all(facts.moment)) if (holds(facts.value(item), value.equals, budget, 0)) return true;
  return false;
}

function* all({ call, outcome }: Moment): Generator<Item> {
  yield* itemsOf(call);
  if (outcome?.result) yield outcome.result;
  if (outcome?.exception?.item) yield outcome.exception.item;
}

/** What is read nests no deeper than this. */
const MAX_DEPTH = 250;

function holds(value: unknown, wanted: unknown, budget: Budget, depth: number): boolean {
  // What cannot be read may hold anything: that is reported by whoever compares with it.
  if (isEqual(value, wanted, 0, budget)) return true;
  if (typeof value !== "object" || value === null || value instanceof Unreadable || depth > MAX_DEPTH)
    return false;
  const members = value instanceof Map ? value.values() : Object.values(value);
  for (const member of members) if (holds(member, wanted, budget, depth + 1)) return true;
  return false;
}
