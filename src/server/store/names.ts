/** What repeats in calls, as small numbers: functions, processes, call sites, and who numbers the calls. */
import type { Database, Statement } from "bun:sqlite";
import { Cache } from "./cache.ts";
import type { ProcessInfo, SharedSite } from "./store.ts";

/** Names that are held; more are looked up in the database. */
const HELD = 10_000;

/** Calls of one source that are known one by one: those that run, and those that ended one by one. */
const KNOWN = 50_000;

/** Who numbers calls: a client on the live channel, or a server for those that speak HTTP. */
export interface Source {
  readonly id: number;
  maxSeq: number;
  /** Greatest seq that was in the file when this run met the source: such a call may be there already. */
  readonly before: number;
  /** Numbers of calls by seq; negative for those that ended. */
  readonly known: Cache<number, number>;
  /** Groups of seqs up to `before` that were looked up in the file. */
  readonly lookedUp: Set<number>;
}

export class Names {
  readonly #db: Database;
  readonly #base: number;
  readonly #functions = new Cache<string, number>(HELD);
  readonly #processes = new Cache<string, number>(HELD);
  readonly #sources = new Cache<string, Source>(HELD);
  readonly #sites = new Cache<string, number>(HELD);
  readonly #saveSource: Statement<unknown, [number, number]>;

  constructor(db: Database, base: number) {
    this.#db = db;
    this.#base = base;
    this.#saveSource = db.query("UPDATE sources SET max_seq = max(max_seq, ?) WHERE id = ?");
  }

  /** Forgets what a transaction that was undone has numbered. */
  forget(): void {
    this.#functions.clear();
    this.#processes.clear();
    this.#sources.clear();
    this.#sites.clear();
  }

  /** Sites may have been removed, by this server or another. */
  forgetSites(): void {
    this.#sites.clear();
  }

  functionId(name: string): number {
    const held = this.#functions.get(name);
    if (held !== undefined) return held;
    const id =
      this.#idWhere("functions", "name = ?1", [name]) ??
      this.#add("functions", "(id, name) VALUES (?, ?)", [name]);
    this.#functions.set(name, id);
    return id;
  }

  processId(process: ProcessInfo): number {
    const { key, pid, startTime, pageUrl, clientId, program, runtime, library } = process;
    const name = `${key} ${clientId ?? ""} ${runtime === null ? "" : "+"} ${pageUrl ?? ""}`;
    const held = this.#processes.get(name);
    if (held !== undefined) return held;
    const before = this.#idWhere("processes", "key = ?1 AND page_url IS ?2 AND client_id IS ?3", [
      key,
      pageUrl,
      clientId,
    ]);
    const id =
      before ??
      this.#add(
        "processes",
        "(id, key, pid, start_time, page_url, client_id, program, runtime, library) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [key, pid, startTime, pageUrl, clientId, program, runtime, library],
      );
    if (before !== undefined)
      this.#db
        .query(
          "UPDATE processes SET program = coalesce(program, ?), runtime = coalesce(runtime, ?), library = coalesce(library, ?) WHERE id = ?",
        )
        .run(program, runtime, library, id);
    this.#processes.set(name, id);
    return id;
  }

  siteId(json: string): number {
    const held = this.#sites.get(json);
    if (held !== undefined) return held;
    const hash = Number(BigInt.asUintN(52, BigInt(Bun.hash(json))));
    const id =
      this.#idWhere("sites", "hash = ?1 AND frames = ?2", [hash, json]) ??
      this.#add("sites", "(id, hash, frames) VALUES (?, ?, ?)", [hash, json]);
    this.#sites.set(json, id);
    return id;
  }

  shareSite(site: SharedSite, era: number): number {
    if (site.era === era) return site.id;
    site.id = this.siteId(site.json);
    site.era = era;
    return site.id;
  }

  /** The source of a key; null when there is none and none is to be made. */
  source(key: string): Source;
  source(key: string, make: false): Source | null;
  source(key: string, make = true): Source | null {
    const held = this.#sources.get(key);
    if (held !== undefined) return held;
    const row = this.#db
      .query<{ id: number; max_seq: number }, [string]>("SELECT * FROM sources WHERE key = ?")
      .get(key);
    if (!row && !make) return null;
    const source: Source = {
      id: row?.id ?? this.#add("sources", "(id, key) VALUES (?, ?)", [key]),
      maxSeq: row?.max_seq ?? 0,
      before: row?.max_seq ?? 0,
      known: new Cache(KNOWN),
      lookedUp: new Set(),
    };
    this.#sources.set(key, source);
    return source;
  }

  saveSource(source: Source): void {
    this.#saveSource.run(source.maxSeq, source.id);
  }

  #idWhere(table: string, where: string, values: (string | number | null)[]): number | undefined {
    return this.#db
      .query<{ id: number }, (string | number | null)[]>(`SELECT id FROM ${table} WHERE ${where}`)
      .get(...values)?.id;
  }

  #add(table: string, rest: string, values: (string | number | null)[]): number {
    const id =
      this.#db
        .query<{ id: number }, [number]>(`SELECT max(coalesce(max(id), 0), ?) + 1 AS id FROM ${table}`)
        .get(this.#base)?.id ?? 1;
    this.#db.query(`INSERT INTO ${table} ${rest}`).run(id, ...values);
    return id;
  }
}
