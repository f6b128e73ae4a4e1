/** Opens a database file, or says in one sentence why not. Never overwrites what is not ours. */
import { constants, Database } from "bun:sqlite";
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { migrate } from "./migrate.ts";
import { APPLICATION_ID, BEFORE_SCHEMA, SCHEMA, SCHEMA_VERSION } from "./schema.ts";
import { StoreError } from "./store.ts";

/** How long opening waits for another server that makes the same file, in ms. */
const OPENING_TIMEOUT_MS = 5_000;

/** How long a write waits for one of another server, in ms: everything else waits with it. */
const WRITING_TIMEOUT_MS = 100;

export function openDatabase(path: string): Database {
  if (path === ":memory:") return prepare(new Database(path), path);
  let db: Database | undefined;
  try {
    refuseWhatIsNoFile(path, REMEDY);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(path);
    db = new Database(path, { create: true });
    // What programs passed to their functions is nobody else's business.
    if (isNew) chmodSync(path, 0o600);
    return prepare(db, path);
  } catch (error) {
    db?.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(`Cannot use the database ${path}: ${reasonOf(error)}. ${REMEDY}`, { cause: error });
  }
}

/**
 * Opens a database file to read it and no more: nothing is made, taken over or left beside it.
 *
 * @throws StoreError
 */
export function openForReading(path: string): Database {
  const remedy = "Name another file with --db FILE.";
  let db: Database | undefined;
  try {
    refuseWhatIsNoFile(path, remedy);
    // Without a log beside it nobody writes the file, and reading it makes none.
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
    const flags = constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI;
    db = new Database(`${pathToFileURL(path)}${log?.size ? "" : "?immutable=1"}`, flags);
    db.run(`PRAGMA busy_timeout = ${WRITING_TIMEOUT_MS}`);
    const version = pragma(db, "user_version");
    if (version > SCHEMA_VERSION) throw tooNew(path, version);
    const isOurs = version > 0 && (version === 1 || pragma(db, "application_id") === APPLICATION_ID);
    if (!isOurs)
      throw new StoreError(`There are no calls in ${path}: it is no database of cideldill. ${remedy}`);
    if (version < SCHEMA_VERSION)
      throw new StoreError(
        `The database ${path} was written by an older cideldill. Start a server with it, which takes it over: cideldill --db ${path}`,
      );
    // What is cut off shows now, and not in the middle.
    db.query("SELECT count(*) FROM sqlite_schema").get();
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(`Cannot read the database ${path}: ${readingReason(error, path)}`, { cause: error });
  }
}

function readingReason(error: unknown, path: string): string {
  const reason = reasonOf(error);
  // The log needs an index beside it, which only who may write there can make.
  if (reason.includes("unable to open") && existsSync(`${path}-wal`))
    return `its server was killed, and its log can only be read where it may be written. Copy ${path} and ${path}-wal to another folder.`;
  return `${reason}.`;
}

const REMEDY = "Choose another file with --db FILE, or keep nothing with --memory.";

function refuseWhatIsNoFile(path: string, remedy: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || stat.isFile()) return;
  throw new StoreError(
    `Cannot use the database ${path}: it is ${stat.isDirectory() ? "a folder" : "not a regular file"}. ${remedy}`,
  );
}

function prepare(db: Database, path: string): Database {
  db.run(`PRAGMA busy_timeout = ${OPENING_TIMEOUT_MS}`);
  const version = pragma(db, "user_version");
  if (version > SCHEMA_VERSION) {
    throw tooNew(path, version);
  }
  if (version === 0) create(db, path);
  else if (pragma(db, "application_id") !== APPLICATION_ID) throw notOurs(path);
  else if (version < SCHEMA_VERSION) migrate(db);
  // WAL lets readers go on while a call is written; a crash of the machine may lose the last moments, never more.
  db.run("PRAGMA synchronous = NORMAL");
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA cache_size = -32768");
  db.run(`PRAGMA busy_timeout = ${WRITING_TIMEOUT_MS}`);
  return db;
}

/** Several servers may start on one new file at once: whoever gets the lock first makes the tables. */
function create(db: Database, path: string): void {
  // A new file holds nothing yet: it reaches the disk once, when the mode is set below, and not with every step.
  db.run("PRAGMA synchronous = OFF");
  db.run(BEFORE_SCHEMA);
  db.run("BEGIN IMMEDIATE");
  try {
    if (pragma(db, "user_version") === 0) {
      const tables = db.query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_schema").get();
      if ((tables?.n ?? 0) > 0) throw notOurs(path);
      db.run(SCHEMA);
    }
    db.run("COMMIT");
  } catch (error) {
    // A full disk has ended the transaction already; then this fails, and is not what went wrong.
    if (db.inTransaction) db.run("ROLLBACK");
    throw error;
  }
}

const tooNew = (path: string, version: number) =>
  new StoreError(
    `The database ${path} was written by a newer cideldill (format ${version}, this one knows up to ${SCHEMA_VERSION}). Update cideldill, or choose another file with --db FILE.`,
  );

const notOurs = (path: string) =>
  new StoreError(`The database ${path} belongs to another program. ${REMEDY}`);

function pragma(db: Database, name: "user_version" | "application_id"): number {
  const row = db.query<Record<string, number>, []>(`PRAGMA ${name}`).get();
  return row?.[name] ?? 0;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.includes("file is not a database") ? "it is not an SQLite database" : text;
}
