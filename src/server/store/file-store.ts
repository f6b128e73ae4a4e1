/** The store over a file that is only read, while no server has it. */
import { openForReading } from "./open.ts";
import { Reader } from "./reader.ts";
import { SqliteReading } from "./sqlite-reading.ts";
import type { ReadStore } from "./store.ts";
import { Tables } from "./tables.ts";

/**
 * @param isRunning Whether a server runs, by its instance id.
 * @throws StoreError when the file cannot be read.
 */
export function openFile(
  path: string,
  isRunning: (instanceId: string) => boolean,
): ReadStore & { close(): void } {
  return new FileStore(path, isRunning);
}

class FileStore extends SqliteReading implements ReadStore {
  readonly location: string;
  readonly problem = null;
  readonly #reader: Reader;

  constructor(path: string, isRunning: (instanceId: string) => boolean) {
    super(isRunning);
    this.location = path;
    this.#reader = new Reader(new Tables(openForReading(path), "", 0));
  }

  override get ownSessions(): readonly number[] {
    return [];
  }

  flush(): void {
    // Nothing is buffered.
  }

  close(): void {
    this.#reader.tables.db.close();
  }

  protected get readers(): Reader[] {
    return [this.#reader];
  }

  protected get target(): Tables {
    return this.#reader.tables;
  }

  protected read<T>(read: () => T): T {
    return read();
  }

  protected later(): void {
    throw new Error("A file that is only read takes nothing.");
  }
}
