/** The tables, and the number that says which tables a file has (`PRAGMA user_version`). */
export const SCHEMA_VERSION = 1;

/** Marks a file as ours (`PRAGMA application_id`, https://www.sqlite.org/pragma.html#pragma_application_id): "CIDd". */
export const APPLICATION_ID = 0x43494464;

export const SCHEMA = `
CREATE TABLE payloads (
  cid TEXT PRIMARY KEY,
  format TEXT NOT NULL,
  bytes BLOB NOT NULL
);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  function_name TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at REAL NOT NULL,
  completed_at REAL NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX calls_by_function ON calls (instance_id, function_name, id);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
