/**
 * Numbers and names both sides of the wire agree on. Plain constants, apart from the schemas, so that a client
 * bundle carries no validator.
 */

/** What `GET /api/health` answers as `service`: how a client tells us from a stranger on our port. */
export const SERVICE_NAME = "cideldill" as const;

/** Version of the wire contract described in docs/protocol.md. */
export const PROTOCOL_VERSION = 1;

/** The port asked for first. Vite's is 5173; 5174 is its second choice, which is why taking it is never assumed. */
export const DEFAULT_PORT = 5174;

/** Where a client looks when nothing else names a server. */
export const DEFAULT_SERVER_URL = `http://localhost:${DEFAULT_PORT}`;

/** Longest name of a function, in characters. */
export const MAX_NAME_LENGTH = 4_096;

/** Hex digits of a CID: SHA-512 is 64 bytes. */
export const CID_LENGTH = 128;

/** Largest request body in bytes: room for a 50 MB value as base64, and no more. */
export const MAX_BODY_BYTES = 80 * 1024 * 1024;

/** How deep a JSON body may nest: past this a recursive reader would overflow its stack. */
export const MAX_JSON_DEPTH = 2_000;

/**
 * How long the server holds one poll, in ms. Clients of the contract give a request 30 s; Node's fetch gives up at
 * 300 s whatever the server does, so a long pause is many held polls.
 */
export const POLL_HOLD_MS = 20_000;

/** What a client is told to sleep between polls, in ms. Held polls make this a formality. */
export const POLL_INTERVAL_MS = 100;

/** `timeout_ms` of a poll action: after it a client logs that it is still waiting, and goes on waiting. */
export const POLL_TIMEOUT_MS = 60_000;

/** How long `POST /api/repl/<session>/eval` waits for the debuggee, in ms, before `504 eval_timeout`. */
export const REPL_TIMEOUT_MS = 30_000;

/** How many communication errors are kept. */
export const COM_ERROR_LIMIT = 500;

/** Header that says who sends a decision: `person`, `agent` or `script` (the default), or with a name `agent:Claude`. */
export const ACTOR_HEADER = "x-cideldill-actor";

/** The pages of the web UI by name. `calls` is at `/`, each of the others at its name: all of them are one document. */
export const PAGES = [
  "calls",
  "breakpoints",
  "functions",
  "processes",
  "objects",
  "sessions",
  "repl",
  "errors",
  "settings",
] as const;
