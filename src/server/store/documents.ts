/** Small things that outlive the server, and what happened in it. */
import type { Database } from "bun:sqlite";

type Body = Record<string, unknown>;

/** Signatures of functions as programs said them in a session, by name: calls that did not wait carry none. */
export const signaturesOf = (session: number): string => `signature/${session}`;

export class DocumentTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(kind: string, id: string): unknown {
    const row = this.#db
      .query<{ body: string }, [string, string]>("SELECT body FROM documents WHERE kind = ? AND id = ?")
      .get(kind, id);
    return row ? JSON.parse(row.body) : undefined;
  }

  all(kind: string): Map<string, unknown> {
    const rows = this.#db
      .query<{ id: string; body: string }, [string]>(
        "SELECT id, body FROM documents WHERE kind = ? ORDER BY id",
      )
      .all(kind);
    return new Map(rows.map(({ id, body }) => [id, JSON.parse(body)]));
  }

  put(kind: string, id: string, body: unknown): void {
    if (body == null) this.#db.query("DELETE FROM documents WHERE kind = ? AND id = ?").run(kind, id);
    else
      this.#db.query("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)").run(kind, id, JSON.stringify(body));
  }

  addTranscript(session: number, repl: string, at: number, body: Body): void {
    this.#db
      .query("INSERT INTO transcripts (session, repl, at, body) VALUES (?, ?, ?, ?)")
      .run(session, repl, at, JSON.stringify(body));
  }

  transcript(repl: string): { at: number; body: Body }[] {
    return this.#db
      .query<{ at: number; body: string }, [string]>(
        "SELECT at, body FROM transcripts WHERE repl = ? ORDER BY id",
      )
      .all(repl)
      .map(({ at, body }) => ({ at, body: JSON.parse(body) as Body }));
  }

  transcripts(limit: number): { repl: string; session: number; from: number; to: number; entries: number }[] {
    return this.#db
      .query<{ repl: string; session: number; from: number; to: number; entries: number }, [number]>(
        'SELECT repl, max(session) AS session, min(at) AS "from", max(at) AS "to", count(*) AS entries FROM transcripts GROUP BY repl ORDER BY max(id) DESC LIMIT ?',
      )
      .all(limit);
  }

  addEvent(session: number, at: number, kind: string, body: Body): void {
    this.#db
      .query("INSERT INTO events (session, at, kind, body) VALUES (?, ?, ?, ?)")
      .run(session, at, kind, JSON.stringify(body));
  }

  events(before: number, limit: number): { id: number; at: number; kind: string; body: Body }[] {
    return this.#db
      .query<{ id: number; at: number; kind: string; body: string }, [number, number]>(
        "SELECT id, at, kind, body FROM events WHERE id < ? ORDER BY id DESC LIMIT ?",
      )
      .all(before, limit)
      .map((row) => ({ ...row, body: JSON.parse(row.body) as Body }));
  }
}
