/** A record of calls in memory that pages as the server's does. */
import type { CallPage, CallSummary } from "../../../src/protocol/records.ts";
import type { PageQuery } from "../../../web/src/calls/record-api.ts";

export const call = (number: number, change: Partial<CallSummary> = {}): CallSummary => ({
  number,
  call_id: `1.000000-${number}`,
  function_name: number % 10 === 0 ? "ten" : "f",
  status: "success",
  started_at: number,
  duration_ms: 1,
  session: 1,
  process_key: "1.000000+1",
  process_pid: 1,
  process_name: "js 1",
  parent_call_id: null,
  args_text: String(number),
  result_text: null,
  exception: null,
  call_site: null,
  action: null,
  decided_by: null,
  changes: [],
  pinned: false,
  ...change,
});

export class FakeRecord {
  calls: CallSummary[] = [];
  readonly asked: PageQuery[] = [];
  /** Rows a page looks at before it gives up, as for rare matches. */
  patience = Number.POSITIVE_INFINITY;
  fails = false;
  #held: Promise<void> | null = null;

  constructor(count: number) {
    for (let number = 1; number <= count; number++) this.calls.push(call(number));
  }

  add(count: number): number {
    const from = (this.calls.at(-1)?.number ?? 0) + 1;
    for (let number = from; number < from + count; number++) this.calls.push(call(number));
    return from + count - 1;
  }

  /** Answers wait until what this returns is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  fetch = async (query: PageQuery): Promise<CallPage> => {
    this.asked.push(query);
    await Promise.resolve();
    await this.#held;
    if (this.fails) throw new Error("no answer");
    const cursor = query.cursor ? Number(query.cursor) : null;
    const isNewest = query.order === "newest";
    // Positions, not copies: a million calls are paged through often.
    const from =
      cursor === null ? (isNewest ? this.calls.length : 0) : this.#after(isNewest ? cursor - 1 : cursor);
    const left = isNewest ? from : this.calls.length - from;
    const found: CallSummary[] = [];
    let looked = 0;
    let last: CallSummary | undefined;
    while (looked < left && found.length < query.limit && looked < this.patience) {
      const each = this.calls[isNewest ? from - 1 - looked : from + looked];
      if (!each) break;
      looked += 1;
      last = each;
      if (query.q === "" || each.function_name === query.q) found.push(each);
    }
    const hasMore = looked < left;
    const newest = this.calls.at(-1)?.number ?? 0;
    return {
      calls: found,
      next: isNewest ? (hasMore && last ? String(last.number) : null) : String(last?.number ?? cursor ?? 0),
      complete: !hasMore || found.length === query.limit,
      searched_to: last?.number ?? null,
      newest,
      total: this.calls.length,
    };
  };

  /** How many calls have this number or a lower one. */
  #after(number: number): number {
    let [low, high] = [0, this.calls.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.calls[middle]?.number ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
