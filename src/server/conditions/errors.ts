/** What is wrong with an expression, and where in it. */
export class ConditionError extends Error {
  override readonly name: string = "ConditionError";

  constructor(
    /** A phrase that follows the expression's name: "does not know the variable ...". */
    message: string,
    /** Index of the letter where it is wrong, from 0. */
    readonly at: number,
  ) {
    super(message);
  }

  /** As people count. (JavaScriptCore gives every error a `column` of its own.) */
  get place(): number {
    return this.at + 1;
  }
}

/** It took too much: nothing else in the expression may go on. */
export class BudgetError extends ConditionError {
  override readonly name = "BudgetError";
}
