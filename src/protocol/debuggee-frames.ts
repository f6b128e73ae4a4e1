/**
 * What a program and the server say to each other at `/api/live?role=debuggee`, one JSON object a WebSocket message.
 * Types alone, so that a client bundle carries no validator; the server checks every frame against the schemas beside
 * this file.
 *
 * A program may hold several connections that share one `client_id`: one streams finished calls, others ask about calls
 * that may pause. Values travel as texts of the tagged JSON encoding. Each connection has a table of texts, filled by
 * whoever sends: a text is spelled out once as `[ref, text]` and named by its number from then on, so that neither side
 * hashes or sends again what was there before. A number may be used again for another text; the newest meaning counts.
 * CIDs are made by the server, from the bytes themselves.
 *
 * A call's id is made of who it belongs to and its number: `callIdOf`. Whatever is sent twice is kept once: a batch by
 * its number, an `ask` and an `end` by their `seq` (they are answered again as before), a row by its call's id. So after
 * a connection broke a client sends again, on the new one, what was not acknowledged: batches above `welcome.acked`, asks
 * without a decision, ends that wait for one. Ends that do not wait and were not named by `ended` come as rows of a batch.
 */
import type { StackFrame } from "./calls.ts";

/** Places in a connection's table of texts, of call sites and of names: larger numbers end the connection. */
export const MOST_REFS = 10_000;

/** Largest frame in bytes, either way. */
export const MAX_DEBUGGEE_FRAME_BYTES = 80 * 1024 * 1024;

/** Most calls in one batch. */
export const MOST_ROWS = 5_000;

/** Letters, digits, `_` and `-`, at most 64: a client's id. */
export const CLIENT_ID = /^[\w-]{1,64}$/;

/** The id of a client's call everywhere: `"1764309000.123456-k3x9.17"`. */
export const callIdOf = (client: { process_start_time: number; client_id: string }, seq: number): string =>
  `${client.process_start_time.toFixed(6)}-${client.client_id}.${seq}`;

/**
 * Why the server closes a connection (WebSocket close codes). After `STOPPING`, `FAILED` and `AGAIN` connect again, after `BROKEN`
 * do not send the same once more, `UNWELCOME` means that this channel cannot be had: use HTTP.
 */
export const CLOSE = {
  /** The server ends: calls paused here are paused at the next server (`was_paused`). */
  STOPPING: 1001,
  /** A frame broke the protocol; a `refused` that says how came before. */
  BROKEN: 1008,
  /** A frame was larger than `MAX_DEBUGGEE_FRAME_BYTES`. Closed by the WebSocket itself. */
  TOO_LARGE: 1009,
  /** A fault of the server: connect again. */
  FAILED: 1011,
  /** Nothing was heard for too long, or too much waited to be read, or tables are void: connect again. */
  AGAIN: 1012,
  /** Too many connections: wait a while. */
  FULL: 1013,
  /** Another protocol version, or no channel here. */
  UNWELCOME: 4001,
} as const;

/** Each side sends `ping` when it heard nothing for this long, in ms, and answers one with `pong` at once. */
export const PING_MS = 3_000;

/** A side that heard nothing for this long, in ms, while its own clock ran, takes the connection for dead. */
export const DEAD_MS = 9_000;

/** A text the other side knows already, or one that is new. */
export type TextRef = number | [ref: number, text: string];

/** What a client can do with a call, beyond the contract: nothing else is ever sent to it. */
export type ClientFeature =
  /** `continue` and `modify` with `pause_after: true`: the end of this call is asked about. */
  | "pause_after"
  /** After a call: `skip` replaces the result, `raise` throws instead, `continue` keeps what came of it. */
  | "change_outcome"
  /** After a call: `call_again` runs it once more, with other arguments if given, and asks about its end again. */
  | "call_again"
  /** Sends `mutated` texts when arguments differ after the call and the policy asks for that. */
  | "mutation";

/** First frame of every connection. */
export interface HelloFrame {
  t: "hello";
  /** `PROTOCOL_VERSION`. */
  protocol: number;
  /** As `CLIENT_ID` has it, the same for all connections of one client. */
  client_id: string;
  /** `stream` sends batches (and may ask), `ask` only asks. */
  channel: "stream" | "ask";
  /** Name and version, such as `cideldill 0.1.0`. */
  library: string;
  /** Such as `bun 1.4.5`, `node 20.11.0`, `browser`. */
  runtime: string;
  process_pid: number;
  process_start_time: number;
  page_url?: string;
  /** What a person calls the program: its script's path. */
  program?: string;
  features: ClientFeature[];
}

/** Functions that can be intercepted. Making one known never pauses it. */
export interface FunctionsFrame {
  t: "functions";
  functions: { name: string; signature: string | number | null; metadata?: Record<string, unknown> }[];
}

/**
 * A finished call in a batch, by position: `[seq, name, parent, started_at, duration_ms, status, args, outcome, site,
 * target, exception]`. `seq` is this client's number of the call, from 1, for streamed and asked calls alike; `name` and
 * `site` are numbers of this connection's tables, `parent` a call id or null, `started_at` Unix seconds. `status` is 0
 * for a result, 1 for an exception, 2 for a call that has begun and not ended (its row comes again when it has).
 * `args` are numbers of texts; `outcome` is the number of the text of the result or of what was thrown, null for a call
 * that has not ended. Trailing nulls may be left out.
 */
export type CallRow = [
  seq: number,
  name: number,
  parent: string | null,
  startedAt: number,
  durationMs: number | null,
  status: 0 | 1 | 2,
  args: number[],
  outcome: number | null,
  site?: number | null,
  target?: number | null,
  exception?: { type: string; message: string; traceback?: string | null } | null,
  /** client_refs of the arguments in order, 0 for values that are no objects. */
  refs?: number[] | null,
];

/**
 * Calls that were not asked about, and asked ones whose end was not confirmed. Acknowledged by number once they are in
 * the file. Numbers rise by one; after `welcome` they go on above `acked`, or anywhere when that is 0 or another server's.
 */
export interface CallsFrame {
  t: "calls";
  /** Rises by one with every batch of a client, across connections: a batch that comes twice is kept once. */
  batch: number;
  names?: [ref: number, name: string][];
  texts?: [ref: number, text: string][];
  sites?: [ref: number, frames: StackFrame[]][];
  rows: CallRow[];
}

/** May this call run? Answered by `decision` at once, or by `paused` and later `decision`. */
export interface AskFrame {
  t: "ask";
  seq: number;
  name: string;
  parent: string | null;
  started_at: number;
  signature: string | number | null;
  args: TextRef[];
  /** client_refs of the arguments, 0 for values that are no objects. */
  refs?: number[];
  target?: TextRef;
  site: StackFrame[];
  call_type: "proxy" | "inline";
  /** It was paused on a connection that is gone: it must not run without a decision. */
  was_paused?: boolean;
}

/** An asked call ended. */
export interface EndFrame {
  t: "end";
  seq: number;
  duration_ms: number;
  status: 0 | 1;
  outcome: TextRef;
  outcome_ref?: number;
  exception?: { type: string; message: string; traceback?: string | null };
  /** Arguments that differ from what they were before: their places and their texts now. */
  mutated?: [place: number, text: TextRef][];
  /** The program waits for a decision about the outcome (`decision`, or `paused` first). */
  wait: boolean;
  /** How often `call_again` made it run before this, 0 when left out: an end that comes twice is told from the end of another run. */
  run?: number;
}

/** An evaluation's outcome, as `POST /api/call/repl-result` carries it. */
export interface EvaluatedFrame {
  t: "evaluated";
  eval_id: string;
  session_id: string;
  pause_id: string;
  result?: string;
  stdout?: string;
  error?: string;
  result_text?: string;
  /** Arguments the call will run with now, because the evaluation changed them: their places and texts. */
  args?: [place: number, text: string][];
}

export interface AppliedFrame {
  t: "applied";
  /** The policy every call from now on goes by. */
  epoch: number;
}

export interface PingFrame {
  t: "ping" | "pong";
}

/** The program ends, or switched debugging off: calls that wait on this client are over. */
export interface ByeFrame {
  t: "bye";
}

export type ClientFrame =
  | HelloFrame
  | FunctionsFrame
  | CallsFrame
  | AskFrame
  | EndFrame
  | EvaluatedFrame
  | AppliedFrame
  | PingFrame
  | ByeFrame;

/** Names of functions: spelled out, or by glob (`*` any characters, `?` one) or JavaScript regular expression. */
export interface NameSet {
  all: boolean;
  names: string[];
  globs: string[];
  regexes: string[];
}

/**
 * What a client decides by itself: a call whose name is in none of these sets is never asked about. `before` asks before
 * the call, `after` asks about any end, `after_exception` about a throw, `mutation` compares the arguments after the call
 * and asks when they differ.
 */
export interface Policy {
  epoch: number;
  before: NameSet;
  after: NameSet;
  after_exception: NameSet;
  mutation: NameSet;
}

export interface WelcomeFrame {
  t: "welcome";
  instance_id: string;
  version: string;
  policy: Policy;
  /** Newest batch of this client that is in the file; 0 when there is none. What came after it is sent again. */
  acked: number;
  /** Most batches a client sends ahead of the acknowledgement. */
  window: number;
}

/**
 * A new policy, sent to the `stream` connections of a client (to its `ask` connections when it has no other) and answered
 * there with `applied`: until then the request that changed it is not answered. An `ask` connection is waited for only if
 * it has said `applied` before, as it may do after `welcome`.
 */
export interface PolicyFrame {
  t: "policy";
  policy: Policy;
}

export interface AckFrame {
  t: "ack";
  batch: number;
}

export interface PausedFrame {
  t: "paused";
  seq: number;
  pause_id: string;
}

/** An argument or a result the server chose: one of the call's own values, which stay the objects they are, or a new one. */
export type ChosenValue = { keep: number } | { keep: "target" } | { keep: "outcome" } | { data: string };

/** The contract's actions for a client that knows its values by place and not by CID, and what goes beyond them. */
export type LiveAction =
  | { action: "continue"; pause_after?: boolean }
  | { action: "modify"; args: ChosenValue[]; pause_after?: boolean }
  | { action: "skip"; result: ChosenValue }
  | { action: "raise"; exception_type: string; exception_message: string }
  | { action: "replace"; function_name: string; pause_after?: boolean }
  /** Only after a call. Without `args` with the same ones. */
  | { action: "call_again"; args?: ChosenValue[] };

/** Asked calls whose end is in the file: there is no need to send it as a row. Sent some time after `end`, for many at once. */
export interface EndedFrame {
  t: "ended";
  seqs: number[];
}

/** What to do with a call, before it or after it. */
export interface DecisionFrame {
  t: "decision";
  seq: number;
  action: LiveAction;
}

export interface EvaluateFrame {
  t: "evaluate";
  seq: number;
  eval_id: string;
  session_id: string;
  pause_id: string;
  expr: string;
}

/**
 * The frame named (by its `t`) was refused; the connection goes on unless it is closed right after. `unknown_call`: an
 * `end` of a call this server never saw begin; it goes on as if released, and comes as a row. `eval_gone`: nobody waits
 * for that evaluation any more.
 */
export interface RefusedFrame {
  t: "refused";
  of: string;
  seq?: number;
  batch?: number;
  error:
    | "invalid_frame"
    | "out_of_order"
    | "unknown_ref"
    | "unknown_call"
    | "eval_gone"
    | "unsupported_protocol"
    | "flood";
  message: string;
}

export type ServerFrame =
  | WelcomeFrame
  | PolicyFrame
  | AckFrame
  | PausedFrame
  | EndedFrame
  | DecisionFrame
  | EvaluateFrame
  | RefusedFrame
  | PingFrame;
