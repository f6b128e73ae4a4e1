/**
 * Payloads that the full-text index does not have yet, looked through for a text by SQLite itself, which is twenty times
 * as fast as reading them. A moment at a time: the next question for the same text goes on where this one stopped.
 */
import type { Database } from "bun:sqlite";
import { Cache } from "./cache.ts";
import type { PayloadTable } from "./payload-table.ts";
import { SEARCHED, searchable } from "./searchable.ts";

/** Payloads that one statement goes through. */
const WINDOW = 2_048;

/** Texts that are being looked for. */
const TEXTS = 32;

interface Looked {
  /** Payloads above `low`, up to `high`, were looked at. */
  low: number;
  high: number;
  found: number[];
}

/**
 * Those whose bytes may be another text than what is searched in them: pickles, packed and long ones, those with escapes,
 * and those with letters whose case SQLite does not know.
 */
const UNLIKE = `format <> 0 OR packed <> 0 OR size > ${SEARCHED} OR instr(bytes, '\\') > 0
  OR length(CAST(bytes AS TEXT)) <> size`;

export class TextTail {
  readonly #db: Database;
  readonly #payloads: PayloadTable;
  readonly #texts = new Cache<string, Looked>(TEXTS);

  constructor(db: Database, payloads: PayloadTable) {
    this.#db = db;
    this.#payloads = payloads;
  }

  /**
   * Numbers above `upto` of payloads that contain the text (folded), the newest first; null when there are more than
   * `limit`, or when not all were looked at after `ms`.
   */
  like(text: string, upto: number, limit: number, ms: number): number[] | null {
    const end = performance.now() + ms;
    const newest = this.#payloads.newest();
    const looked = this.#texts.get(text) ?? { low: newest, high: newest, found: [] };
    this.#texts.set(text, looked);
    looked.found = looked.found.filter((id) => id > upto);
    const isOver = () => looked.found.length > limit || performance.now() > end;
    const first = this.#first(upto);
    // What came since, then back.
    while (looked.high < newest && !isOver()) {
      const to = Math.min(newest, looked.high + WINDOW);
      looked.found.unshift(...this.#find(text, looked.high, to));
      looked.high = to;
    }
    while (looked.low >= first && !isOver()) {
      const from = Math.max(first - 1, looked.low - WINDOW);
      looked.found.push(...this.#find(text, from, looked.low));
      looked.low = from;
    }
    const isDone = looked.high >= newest && looked.low < first && looked.found.length <= limit;
    return isDone ? [...looked.found] : null;
  }

  /** The oldest payload above a number; numbers need not begin at one. */
  #first(upto: number): number {
    const row = this.#db
      .query<{ id: number | null }, [number]>("SELECT min(id) AS id FROM payloads WHERE id > ?")
      .get(upto);
    return row?.id ?? Number.POSITIVE_INFINITY;
  }

  #find(text: string, after: number, to: number): number[] {
    return this.#db
      .query<{ id: number }, [number, number, string]>(
        `SELECT id FROM payloads WHERE id > ?1 AND id <= ?2
         AND (${UNLIKE} OR CAST(bytes AS TEXT) LIKE ?3 ESCAPE '\\') ORDER BY id DESC`,
      )
      .all(after, to, `%${text.replace(/[\\%_]/g, "\\$&")}%`)
      .map(({ id }) => id)
      .filter((id) => {
        const payload = this.#payloads.get(id);
        return payload !== null && searchable(payload).includes(text);
      });
  }
}
