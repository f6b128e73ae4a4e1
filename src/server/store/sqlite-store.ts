/** The store over one SQLite file, or over memory. */
import { existsSync } from "node:fs";
import { openDatabase } from "./open.ts";
import type { CallRecord, Payload, Store } from "./store.ts";
import { Tables } from "./tables.ts";

/** A file that another program locks is tried again after this, in ms. */
const RETRY_MS = 1_000;

/** How many writes wait for a locked file before it is given up. */
const MAX_WAITING = 10_000;

/**
 * Opens the store for one run of a server, `instanceId`. A file that stops taking writes (a full disk, say) does not
 * stop the server: what comes after goes to memory, and `problem` says so. One that is only locked for a while gets
 * what it missed.
 *
 * @throws StoreError when the file cannot be used at all.
 */
export function openStore(
  path: string,
  instanceId: string,
  onProblem: (message: string) => void = () => {},
): Store {
  return new SqliteStore(path, instanceId, onProblem);
}

type Write = (tables: Tables) => void;

class SqliteStore implements Store {
  readonly location: string;
  problem: string | null = null;
  readonly #instanceId: string;
  readonly #onProblem: (message: string) => void;
  readonly #main: Tables;
  /** Holds what the file does not take: for a while, or for good when there is a problem. */
  #overflow: Tables | null = null;
  #waiting: Write[] = [];
  #retryAt = 0;

  constructor(path: string, instanceId: string, onProblem: (message: string) => void) {
    this.location = path;
    this.#instanceId = instanceId;
    this.#onProblem = onProblem;
    this.#main = new Tables(openDatabase(path));
  }

  hasPayload(cid: string): boolean {
    return (
      this.#read((tables) => tables.hasPayload(cid), false) || (this.#overflow?.hasPayload(cid) ?? false)
    );
  }

  getPayload(cid: string): Payload | null {
    return this.#read((tables) => tables.getPayload(cid), null) ?? this.#overflow?.getPayload(cid) ?? null;
  }

  putPayloads(payloads: readonly Payload[]): void {
    if (payloads.length > 0) this.#write((tables) => tables.putPayloads(payloads));
  }

  addCall(record: CallRecord): void {
    this.#write((tables) => tables.addCall(this.#instanceId, record));
  }

  history(functionName: string, limit: number): CallRecord[] {
    const from = (tables: Tables) => tables.history(this.#instanceId, functionName, limit);
    const kept = this.#read(from, []);
    return this.#overflow ? [...kept, ...from(this.#overflow)].slice(-limit) : kept;
  }

  check(): void {
    if (this.problem === null && this.location !== ":memory:" && !existsSync(this.location)) {
      this.#giveUp("the file was removed");
    }
    this.#catchUp();
  }

  close(): void {
    this.#retryAt = 0;
    this.#catchUp();
    this.#main.close();
    this.#overflow?.close();
  }

  #read<T>(read: (tables: Tables) => T, otherwise: T): T {
    try {
      return read(this.#main);
    } catch (error) {
      if (!isBusy(error)) this.#giveUp(reasonOf(error));
      return otherwise;
    }
  }

  #write(write: Write): void {
    this.#catchUp();
    if (!this.#overflow) {
      try {
        write(this.#main);
        return;
      } catch (error) {
        if (isBusy(error)) this.#retryAt = performance.now() + RETRY_MS;
        else this.#giveUp(reasonOf(error));
      }
    }
    this.#overflow ??= new Tables(openDatabase(":memory:"));
    write(this.#overflow);
    if (this.problem !== null) return;
    this.#waiting.push(write);
    if (this.#waiting.length > MAX_WAITING) this.#giveUp("another program keeps it locked");
  }

  /** Writes what waited for a locked file, when it is time to try again. */
  #catchUp(): void {
    if (this.#waiting.length === 0 || performance.now() < this.#retryAt) return;
    try {
      this.#main.together(() => {
        for (const write of this.#waiting) write(this.#main);
      });
      this.#waiting = [];
      this.#overflow?.close();
      this.#overflow = null;
    } catch (error) {
      if (isBusy(error)) this.#retryAt = performance.now() + RETRY_MS;
      else this.#giveUp(reasonOf(error));
    }
  }

  #giveUp(reason: string): void {
    if (this.problem !== null) return;
    this.#waiting = [];
    this.#overflow ??= new Tables(openDatabase(":memory:"));
    this.problem = `Cannot use ${this.location} any more (${reason}). What passes from now on is kept in memory only.`;
    this.#onProblem(this.problem);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("SQLITE_BUSY");
