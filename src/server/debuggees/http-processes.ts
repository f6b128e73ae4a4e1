/**
 * Programs that speak the HTTP contract, known by their calls alone. The contract has no goodbye: one is gone when its
 * process is, or when it was silent for long where the process cannot be seen.
 */
import type { ProcessView } from "../../protocol/processes.ts";
import { type ProcessIdentity, processKey } from "../engine/calls.ts";

interface Seen {
  readonly process: ProcessIdentity;
  readonly key: string;
  /** Unix seconds. */
  readonly since: number;
  lastSeen: number;
  calls: number;
  /** It is a process of this machine: only then does it mean something that there is none. */
  readonly wasAlive: boolean;
}

/** A page, or a program in a container, is taken for gone after this many seconds without a call. */
const SILENT_S = 300;

/** How many are remembered: whoever makes up identities must not fill the memory. */
const MOST = 1_000;

export class HttpProcesses {
  readonly #seen = new Map<string, Seen>();
  readonly #isAlive: (pid: number) => boolean;

  constructor(isAlive: (pid: number) => boolean) {
    this.#isAlive = isAlive;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** It reported a call. Returns how it looks now when it is new, and who had to go for it. */
  reported(process: ProcessIdentity, now: number): { came: ProcessView | null; went: string | null } {
    const key = processKey(process);
    const known = this.#seen.get(key);
    if (known) {
      known.calls += 1;
      known.lastSeen = now;
      return { came: null, went: null };
    }
    const wasAlive = process.pid > 0 && this.#isAlive(process.pid);
    const seen: Seen = { process, key, since: now, lastSeen: now, calls: 1, wasAlive };
    this.#seen.set(key, seen);
    const oldest = this.#seen.size > MOST ? this.#seen.keys().next().value : undefined;
    if (oldest !== undefined) this.#seen.delete(oldest);
    return { came: viewOf(seen), went: oldest ?? null };
  }

  /** The keys of those that are gone since it was asked last. */
  sweep(now: number): string[] {
    const gone: string[] = [];
    for (const { key, process, wasAlive, lastSeen } of this.#seen.values()) {
      const isGone = wasAlive ? !this.#isAlive(process.pid) : now - lastSeen > SILENT_S;
      if (!isGone) continue;
      this.#seen.delete(key);
      gone.push(key);
    }
    return gone;
  }

  /** Whether it was one of these, which it is no more. */
  forget(key: string): boolean {
    return this.#seen.delete(key);
  }

  list(): ProcessView[] {
    return [...this.#seen.values()].map(viewOf);
  }
}

const viewOf = ({ process, key, since, calls }: Seen): ProcessView => ({
  process_key: key,
  process_pid: process.pid,
  process_start_time: process.startTime,
  page_url: process.pageUrl,
  client_id: null,
  program: null,
  runtime: null,
  library: null,
  connection: "http",
  connected_at: since,
  calls,
});
