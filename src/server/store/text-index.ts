/**
 * Full text over payloads: which may contain a text, case ignored. The index (FTS5, three letters each) is made after the
 * payloads were written; newer ones are looked through. What it answers is a first choice: whoever asks looks again.
 */
import type { Database } from "bun:sqlite";
import type { PayloadTable } from "./payload-table.ts";
import { searchable } from "./searchable.ts";
import { TextTail } from "./text-tail.ts";

/** Payloads that one step takes in at most. */
const PAYLOADS_A_STEP = 1_000;

/** How long payloads that are not indexed are looked through for one page, in ms. */
const LOOKING_MS = 20;

/** Shortest text the index can find. */
const SHORTEST = 3;

export class TextIndex {
  readonly #db: Database;
  readonly #payloads: PayloadTable;
  readonly #tail: TextTail;

  constructor(db: Database, payloads: PayloadTable) {
    this.#db = db;
    this.#payloads = payloads;
    this.#tail = new TextTail(db, payloads);
  }

  /** Payloads up to this number are indexed. */
  upto(): number {
    return (
      this.#db.query<{ upto: number }, []>("SELECT upto FROM done WHERE name = 'texts'").get()?.upto ?? 0
    );
  }

  /** How many payloads are not indexed, about: those that were removed count too. */
  waiting(): number {
    return Math.max(0, this.#payloads.newest() - this.upto());
  }

  /** Indexes the next payloads and packs large ones, until `ms` have passed; answers how many. Only inside a transaction. */
  step(ms: number): number {
    const insert = this.#db.query<unknown, [number, string]>("INSERT INTO texts (rowid, text) VALUES (?, ?)");
    const end = performance.now() + ms;
    const next = this.#after(this.upto(), PAYLOADS_A_STEP);
    // Those at the end may have been removed before they were indexed.
    let upto = next.length === 0 ? this.#payloads.newest() : this.upto();
    let count = 0;
    for (const id of next) {
      const payload = this.#payloads.get(id);
      if (payload) {
        insert.run(id, searchable(payload));
        if (payload.size > this.#payloads.packable) this.#payloads.pack(payload);
      }
      upto = id;
      count++;
      if (performance.now() > end) break;
    }
    this.#db.query("UPDATE done SET upto = max(upto, ?) WHERE name = 'texts'").run(upto);
    return count;
  }

  /**
   * Numbers of payloads that may contain the text (lower case), the newest first; null when there are more than `limit`,
   * or when it cannot be told in a moment.
   */
  like(text: string, limit: number): number[] | null {
    if (text.length < SHORTEST) return null;
    const upto = this.upto();
    const found = this.#tail.like(text, upto, limit, LOOKING_MS);
    if (found === null) return null;
    const indexed = this.#db
      .query<{ rowid: number }, [string, number]>(
        "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?",
      )
      .all(matchOf(text), limit + 1 - found.length);
    if (found.length + indexed.length > limit) return null;
    return [...found, ...indexed.map(({ rowid }) => rowid)];
  }

  #after(id: number, limit: number): number[] {
    return this.#db
      .query<{ id: number }, [number, number]>("SELECT id FROM payloads WHERE id > ? ORDER BY id LIMIT ?")
      .all(id, limit)
      .map((row) => row.id);
  }
}

/** As many groups of three letters as it takes to cover the text, all of which must be there. */
function matchOf(text: string): string {
  const letters = [...text];
  const groups = new Set<string>();
  for (let at = 0; at + 3 <= letters.length && groups.size < 6; at += 3)
    groups.add(letters.slice(at, at + 3).join(""));
  groups.add(letters.slice(-3).join(""));
  return [...groups].map((group) => `"${group.replaceAll('"', '""')}"`).join(" AND ");
}
