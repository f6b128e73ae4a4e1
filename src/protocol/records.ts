/**
 * The record: every call that was kept, as the REST API tells it. A call has a `number`, which rises with every call that
 * is kept, and a `call_id`; paths that take a call take either. What is long is cut, and says how to get the rest.
 */
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { DecidedBy, Decision } from "./actions.ts";
import { StackFrame } from "./calls.ts";
import { closed, Json, maybe, object, oneOf, Signature, UnixSeconds, whole } from "./fields.ts";
import { Cid, SerializationFormat } from "./payload.ts";

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/**
 * `abandoned`: its program went away. `lost`: the server that kept it ended before the call did; its program may still
 * tell the end. Programs may report events with a status of their own.
 */
export const CallStatus = Type.String({
  description: "running, success, exception, abandoned, lost; events may have another",
});

/** One thing a decision put in place of what the program did. Texts as in `CallSummary`. */
export const DecisionChange = object({
  what: Type.String({ description: "args[0], kwargs.x, result, exception, function" }),
  from: orNull(Type.String({ description: "What the call had; null when it had nothing there" })),
  to: orNull(Type.String({ description: "What it got; null when that was left out" })),
});
export type DecisionChange = Static<typeof DecisionChange>;

/** A decision with its values readable. */
export const RecordedDecision = object({
  ...Decision.properties,
  changes: Type.Array(DecisionChange, { description: "changed, with the values" }),
});
export type RecordedDecision = Static<typeof RecordedDecision>;

/** A call in one row of a list. Texts are one line of at most 200 characters, in the program's own notation. */
export const CallSummary = object({
  number: Type.Integer({ description: "Shown as #48211; rises with every call that is kept" }),
  call_id: Type.String(),
  function_name: Type.String(),
  status: CallStatus,
  started_at: UnixSeconds,
  duration_ms: orNull(Type.Number({ description: "null while it runs" })),
  session: Type.Integer({ description: "Id of the session: one run of a server" }),
  process_key: Type.String(),
  process_pid: Type.Integer({ description: "0 for a browser page" }),
  process_name: Type.String({ description: "A short name: program and pid, or the page's path" }),
  parent_call_id: orNull(Type.String()),
  args_text: Type.String({ description: "All arguments in one line" }),
  result_text: orNull(Type.String()),
  exception: orNull(object({ type: orNull(Type.String()), message: orNull(Type.String()) })),
  call_site: orNull(StackFrame),
  action: orNull(
    Type.String({ description: "The last decision about it, when that was not a plain continue" }),
  ),
  decided_by: orNull(DecidedBy),
  changes: Type.Array(DecisionChange, {
    description: "What that decision put in place of what the program did",
  }),
  pinned: Type.Boolean({ description: "Stays when old calls are removed" }),
});
export type CallSummary = Static<typeof CallSummary>;

/**
 * Query of `GET /api/calls`. The first page without a cursor; the next with `next` of the one before. Pages stay what they
 * are while calls stream in. To follow what comes: `order=oldest&cursor=<newest>`, again with each answer's `next`.
 */
export const CallsQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 4_096, description: "A query, see GET /api/query/check" })),
  limit: Type.Optional(whole({ minimum: 1, maximum: 1_000, description: "Default 100" })),
  cursor: Type.Optional(
    Type.String({ maxLength: 100, description: "next of the page before, or a call's number" }),
  ),
  order: Type.Optional(oneOf(["newest", "oldest"], { description: "Default newest" })),
});
export type CallsQuery = Static<typeof CallsQuery>;

export const CallPage = object({
  calls: Type.Array(CallSummary),
  next: orNull(
    Type.String({ description: "Cursor of the next page; with order=oldest there is always one" }),
  ),
  complete: Type.Boolean({
    description:
      "false: a rare match; the search stopped after a moment and goes on with next. The page may have few calls, or none",
  }),
  searched_to: orNull(Type.Integer({ description: "Number of the last call that was looked at" })),
  newest: Type.Integer({ description: "Number of the newest call that is kept" }),
  total: Type.Integer({ description: "Calls that are kept, whatever the query" }),
});
export type CallPage = Static<typeof CallPage>;

/** One value of a call. `data` as in payload items: base64 for dill, the tagged JSON text for json. */
export const RecordedValue = object({
  cid: Cid,
  serialization_format: SerializationFormat,
  client_ref: orNull(Type.Union([Type.Integer(), Type.String()])),
  size: Type.Integer({ description: "Bytes of the payload" }),
  text: Type.String({ description: "One line" }),
  data: orNull(Type.String({ description: "null when it is larger than data_limit" })),
  pretty: Type.Optional(Json),
  more: orNull(
    Type.String({ description: "Where the whole data is when it was left out: a path of this server" }),
  ),
});
export type RecordedValue = Static<typeof RecordedValue>;

/** Query of `GET /api/calls/<number or call_id>`. */
export const CallDetailQuery = Type.Object({
  data_limit: Type.Optional(
    whole({
      minimum: 0,
      maximum: 100_000_000,
      description: "Larger values come without data; default 65536",
    }),
  ),
});

export const CallDetail = object({
  ...CallSummary.properties,
  target: orNull(RecordedValue),
  args: Type.Array(RecordedValue),
  kwargs: Type.Record(Type.String(), RecordedValue),
  result: orNull(RecordedValue),
  exception: orNull(
    object({
      type: orNull(Type.String()),
      message: orNull(Type.String()),
      traceback: Json,
      value: orNull(RecordedValue),
    }),
  ),
  stack_trace: Type.Array(StackFrame),
  signature: orNull(Signature),
  call_type: orNull(oneOf(["proxy", "inline"])),
  preferred_format: SerializationFormat,
  page_url: orNull(Type.String()),
  process_start_time: UnixSeconds,
  completed_at: orNull(UnixSeconds),
  status_reason: orNull(Type.String({ description: "Why it has no end: of abandoned and lost calls" })),
  decisions: Type.Array(RecordedDecision),
  parent: orNull(CallSummary),
  children: Type.Integer({ description: "How many calls it made, as far as they are kept" }),
});
export type CallDetail = Static<typeof CallDetail>;

export const ShareFormat = oneOf(["ndjson", "json", "html"]);
export type ShareFormat = Static<typeof ShareFormat>;

/** Query of `GET /api/calls/share`: the calls named, or else the newest that fit a query. */
export const ShareQuery = Type.Object({
  calls: Type.Optional(
    Type.String({ minLength: 1, maxLength: 65_536, description: "Numbers or call_ids, with commas between" }),
  ),
  q: Type.Optional(Type.String({ maxLength: 4_096 })),
  format: Type.Optional(ShareFormat),
  limit: Type.Optional(whole({ minimum: 1, maximum: 10_000, description: "Default 1000" })),
});

/** A call with the calls it made, in the order they began. */
export interface CallNode {
  call: CallSummary;
  children: CallNode[];
  more: string | null;
}
export const CallNode = Type.Unsafe<CallNode>(
  Type.Recursive((Self) =>
    object({
      call: CallSummary,
      children: Type.Array(Self),
      more: orNull(
        Type.String({ description: "Cursor for the children that are not here; null when all are" }),
      ),
    }),
  ),
);

/** Query of `GET /api/calls/<id>/tree` and `GET /api/tree`. */
export const TreeQuery = Type.Object({
  depth: Type.Optional(whole({ minimum: 0, maximum: 50, description: "Levels below the root; default 5" })),
  limit: Type.Optional(whole({ minimum: 1, maximum: 5_000, description: "Calls in all; default 500" })),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
});
export type TreeQuery = Static<typeof TreeQuery>;
export const ProcessTreeQuery = Type.Composite([
  TreeQuery,
  Type.Object({ process: Type.String({ description: "A process_key, or a pid of the present session" }) }),
]);
export const CallTree = object({
  ancestors: Type.Array(CallSummary, { description: "From the outermost caller to the parent" }),
  root: CallNode,
});
/** Calls of a process that no other call made, oldest first, each with what is below. */
export const ProcessTree = object({
  process_key: Type.String(),
  roots: Type.Array(CallNode),
  next: orNull(Type.String()),
});

/** Query of `GET /api/timeline`: a window of time. */
export const TimelineQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 4_096 })),
  from: Type.Optional(Type.Number({ description: "Unix seconds; default: the last minute that has calls" })),
  to: Type.Optional(Type.Number()),
  limit: Type.Optional(whole({ minimum: 1, maximum: 5_000, description: "Spans; default 1000" })),
  buckets: Type.Optional(whole({ minimum: 1, maximum: 500, description: "Default 60" })),
});
export const TimelineSpan = object({
  number: Type.Integer(),
  call_id: Type.String(),
  parent_call_id: orNull(Type.String()),
  function_name: Type.String(),
  status: CallStatus,
  process_key: Type.String(),
  started_at: UnixSeconds,
  duration_ms: orNull(Type.Number()),
  action: orNull(Type.String({ description: "As of a call in a list" })),
});
export type TimelineSpan = Static<typeof TimelineSpan>;
export const Timeline = object({
  from: UnixSeconds,
  to: UnixSeconds,
  spans: Type.Array(TimelineSpan, { description: "Oldest first" }),
  buckets: Type.Array(object({ at: UnixSeconds, calls: Type.Integer(), errors: Type.Integer() })),
  complete: Type.Boolean({ description: "false: there are more calls in this window than were looked at" }),
});
export type Timeline = Static<typeof Timeline>;

export const PinRequest = closed({ pinned: Type.Boolean() });
export const PinResponse = object({
  status: Type.Literal("ok"),
  number: Type.Integer(),
  pinned: Type.Boolean(),
});

/** A program of any session, as it is kept. */
export const RecordedProcess = object({
  process_key: Type.String(),
  process_pid: Type.Integer(),
  process_start_time: UnixSeconds,
  process_name: Type.String(),
  page_url: orNull(Type.String()),
  program: orNull(Type.String()),
  runtime: orNull(Type.String()),
  library: orNull(Type.String()),
  client_id: orNull(Type.String()),
  session: Type.Integer(),
  first_call: orNull(Type.Integer()),
  last_call: orNull(Type.Integer()),
});
export type RecordedProcess = Static<typeof RecordedProcess>;
/** Answer of `GET /api/record/processes?session=`. */
export const RecordedProcessList = object({ processes: Type.Array(RecordedProcess) });

/** How long calls are kept. Pinned calls and sessions stay, and so does the session that runs. */
export const Retention = closed({
  max_age_days: orNull(Type.Number({ minimum: 0, description: "null: whatever the age" })),
  max_size_mb: orNull(Type.Number({ minimum: 1, description: "null: whatever the size" })),
});
export type Retention = Static<typeof Retention>;

/** Answer of `GET /api/record`; `PATCH /api/record` takes `retention`. */
export const RecordState = object({
  location: Type.String({ description: "The file, or :memory:" }),
  problem: orNull(Type.String({ description: "Why nothing more is written to the file" })),
  size_bytes: Type.Integer(),
  calls: Type.Integer(),
  newest: Type.Integer(),
  values: Type.Integer({ description: "Different values that are kept" }),
  unindexed: Type.Integer({
    description: "Values the full-text index has yet to take in; they are found all the same",
  }),
  dropped: Type.Integer({ description: "Calls that could not be kept, not even in memory" }),
  retention: Retention,
});
export type RecordState = Static<typeof RecordState>;
export const RecordPatch = closed({ retention: maybe(Type.Partial(Retention)) });
