/**
 * The tables, and the number that says which tables a file has (`PRAGMA user_version`).
 *
 * Writing must keep up with 100,000 calls a second, so it appends and does nothing else: each SQLite index would cost as
 * much as the row itself. What finds things again is made afterwards, in small steps (indexer.ts): `postings` tell for
 * each block of 2048 calls which of them have a function, a value, a status or a parent; `cids` finds a payload by the
 * first 48 bits of its CID; `texts` is the full-text index. The `done` row says how far each has come; the rest is
 * searched without them.
 */
export const SCHEMA_VERSION = 2;

/** Marks a file as ours (`PRAGMA application_id`, https://www.sqlite.org/pragma.html#pragma_application_id): "CIDd". */
export const APPLICATION_ID = 0x43494464;

/** Given to a file before its first table: freed pages can be given back to the disk bit by bit. */
export const BEFORE_SCHEMA = "PRAGMA auto_vacuum = INCREMENTAL";

export const SCHEMA = `
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL UNIQUE,
  started_at REAL NOT NULL,
  ended_at REAL,
  label TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]',
  pinned INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  last_at REAL
);
CREATE TABLE session_processes (
  session INTEGER NOT NULL,
  process INTEGER NOT NULL,
  first_call INTEGER NOT NULL,
  last_call INTEGER NOT NULL,
  PRIMARY KEY (session, process)
) WITHOUT ROWID;
CREATE TABLE processes (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_time REAL NOT NULL,
  page_url TEXT,
  client_id TEXT,
  program TEXT,
  runtime TEXT,
  library TEXT,
  UNIQUE (key, page_url, client_id)
);
-- Who numbers calls: a client on the live channel, or a server for those that speak HTTP.
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  max_seq INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE functions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE sites (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, frames TEXT NOT NULL);
CREATE INDEX sites_by_hash ON sites (hash);
CREATE TABLE payloads (
  id INTEGER PRIMARY KEY,
  cid BLOB NOT NULL,
  format INTEGER NOT NULL,
  size INTEGER NOT NULL,
  packed INTEGER NOT NULL DEFAULT 0,
  bytes BLOB NOT NULL
);
CREATE TABLE cids (key INTEGER NOT NULL, payload INTEGER NOT NULL, PRIMARY KEY (key, payload)) WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5(
  text, tokenize = 'trigram case_sensitive 1', detail = none, content = '', contentless_delete = 1
);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  process INTEGER NOT NULL,
  function INTEGER NOT NULL,
  status INTEGER NOT NULL,
  started REAL NOT NULL,
  duration INTEGER,
  parent INTEGER,
  args BLOB,
  outcome INTEGER,
  error INTEGER,
  target INTEGER,
  site INTEGER,
  extra TEXT
);
CREATE TABLE postings (
  key INTEGER NOT NULL,
  block INTEGER NOT NULL,
  ids BLOB NOT NULL,
  PRIMARY KEY (key, block)
) WITHOUT ROWID;
CREATE TABLE blocks (
  block INTEGER PRIMARY KEY,
  started_min REAL NOT NULL,
  started_max REAL NOT NULL,
  duration_max INTEGER NOT NULL,
  session_min INTEGER NOT NULL,
  session_max INTEGER NOT NULL,
  process_min INTEGER NOT NULL,
  process_max INTEGER NOT NULL
);
CREATE TABLE pins (call INTEGER PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE documents (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE transcripts (
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  repl TEXT NOT NULL,
  at REAL NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX transcripts_by_repl ON transcripts (repl);
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE done (name TEXT PRIMARY KEY, upto INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO done VALUES ('calls', 0), ('cids', 0), ('texts', 0), ('era', 0), ('call_count', 0), ('value_count', 0);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
