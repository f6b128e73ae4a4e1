/** What the parts of conditions share. */
import type { Budget } from "./budget.ts";
import type { ConditionError } from "./errors.ts";

/** Names and what they stand for; asked only for what the expression names. */
export type Lookup = (name: string) => unknown;

/** A part of an expression, ready to be evaluated. */
export type Evaluate = (lookup: Lookup, budget: Budget) => unknown;

/** A node of the parser's tree, as far as it is used here. */
export interface Node {
  op: string;
  args: unknown;
  /** Where the operator or the name is. */
  pos: number;
  start: number;
  end: number;
}

/** What an expression may name. */
export interface Vocabulary {
  /** Variables, each with the reason why it cannot be used here, or null. */
  variables: ReadonlyMap<string, string | null>;
}

/** Stands for a value that is there and cannot be looked into; whoever uses it fails with the reason. */
export class Unreadable {
  constructor(readonly reason: string) {}
}

export interface Compiled {
  /** @throws ConditionError when it fails, or takes too long. */
  evaluate(lookup: Lookup): unknown;
  /** The variables it names. */
  names: ReadonlySet<string>;
}

export type { ConditionError };
