/** What one evaluation may cost. Every step is paid for; long texts and lists cost by their length. */
import { BudgetError } from "./errors.ts";

const MAX_STEPS = 200_000;
const MAX_MS = 20;
/** Looking at the clock costs more than a step: so often. */
const STEPS_A_LOOK = 512;

export class Budget {
  #steps = 0;
  #nextLook = STEPS_A_LOOK;
  readonly #startedAt = performance.now();

  /** Pays for `cost` steps at a place of the expression. Throws when there is nothing left. */
  spend(at: number, cost = 1): void {
    this.#steps += cost;
    if (this.#steps < this.#nextLook) return;
    this.#nextLook = this.#steps + STEPS_A_LOOK;
    if (this.#steps > MAX_STEPS)
      throw new BudgetError(`took more than ${MAX_STEPS.toLocaleString("en-US")} steps: look at less`, at);
    if (performance.now() - this.#startedAt > MAX_MS)
      throw new BudgetError(`took longer than ${MAX_MS} ms: look at less`, at);
  }

  /** Pays for looking at a text. */
  read(at: number, text: string): void {
    this.spend(at, 1 + (text.length >> 6));
  }
}
