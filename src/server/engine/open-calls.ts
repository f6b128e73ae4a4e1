/** Calls that have begun and not ended. */

import type { EngineAction } from "../../protocol/actions.ts";
import { BoundedMap } from "./bounded.ts";
import type { Call, CallOutcome } from "./calls.ts";
import type { Pause } from "./pauses.ts";

/** How the end of a call was answered. */
export interface Answer {
  outcome: CallOutcome;
  pause: Pause | null;
  action: EngineAction | null;
}

/** Most calls that are open at once; a program that never reports an end must not fill the memory. */
const MOST_OPEN = 100_000;
const MOST_ENDED = 10_000;

export class OpenCalls {
  readonly #open = new Map<string, Call>();
  /** Calls that ended, with the answer, so that a repeated report is answered the same. */
  readonly #ended = new BoundedMap<string, Answer>(MOST_ENDED);

  /** Adds one. Answers the oldest that is not paused when there are too many: it is given up. */
  add(call: Call, isPaused: (id: string) => boolean): Call | null {
    this.#open.set(call.id, call);
    if (this.#open.size <= MOST_OPEN) return null;
    for (const [id, oldest] of this.#open) {
      if (isPaused(id)) continue;
      this.#open.delete(id);
      return oldest;
    }
    return null;
  }

  get(id: string): Call | undefined {
    return this.#open.get(id);
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  answerTo(id: string): Answer | undefined {
    return this.#ended.get(id);
  }

  end(id: string, answer: Answer): void {
    this.#open.delete(id);
    this.#ended.set(id, answer);
  }

  /** It runs once more. */
  reopen(call: Call): void {
    this.#ended.delete(call.id);
    this.#open.set(call.id, call);
  }
}
