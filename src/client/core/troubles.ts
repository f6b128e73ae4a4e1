/**
 * What went wrong between this process and the server, kept until the server can hear of it. The same trouble again is
 * counted, not kept again; of too many different ones the oldest goes.
 */
import { messageOf } from "../errors.ts";
import { wallClock } from "../time.ts";
import type { WireRequest } from "./effects.ts";

const MOST_KEPT = 50;
const LONGEST_MESSAGE = 2_000;

/** One trouble, as `POST /api/report-com-error` tells it. Times in Unix seconds. */
export interface Trouble {
  kind: "client";
  error: string;
  message: string;
  /** `"POST /api/call/start"`; `null` when an answer was the trouble, not a request. */
  request: string | null;
  /** The function whose call it was about; the last one when there were several. */
  function_name: string | null;
  count: number;
  first_at: number;
  last_at: number;
}

export class Troubles {
  readonly #kept = new Map<string, Trouble>();

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  note(request: WireRequest | null, about: string | null, error: unknown, count = 1): void {
    const name = error instanceof Error ? error.name : typeof error;
    const message = messageOf(error).slice(0, LONGEST_MESSAGE);
    // Ids differ with every pause: the place is the same.
    const place =
      request && `${request.method} ${request.path.replace(/^(\/api\/poll[^/]*\/).*/, "$1<pause_id>")}`;
    const key = JSON.stringify([name, message, place]);
    const now = wallClock() / 1000;
    const before = this.#kept.get(key);
    this.#kept.delete(key);
    this.#kept.set(key, {
      kind: "client",
      error: name,
      message,
      request: place,
      function_name: about,
      count: (before?.count ?? 0) + count,
      first_at: before?.first_at ?? now,
      last_at: now,
    });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MOST_KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }

  /** The oldest, taken out. */
  take(): { trouble: Trouble; giveBack(): void } | null {
    for (const [key, trouble] of this.#kept) {
      this.#kept.delete(key);
      return { trouble, giveBack: () => void (this.#kept.has(key) || this.#kept.set(key, trouble)) };
    }
    return null;
  }
}
