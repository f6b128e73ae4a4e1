/** Values by what they are (CID) and by which object of a program they were (client_ref); figures of functions. */
import { type Static, Type } from "@sinclair/typebox";
import { Change } from "./comparisons.ts";
import { object, oneOf, UnixSeconds, whole } from "./fields.ts";
import { Cid, SerializationFormat } from "./payload.ts";
import { CallSummary, RecordedValue } from "./records.ts";

/** As what a call used a value: `args[0]`, `kwargs.name`, `target`, `result`, `exception`. */
const Role = Type.String({
  description: "args[0], kwargs.name, target, result, exception; decision: put in place of another",
});

export const ObjectUse = object({ role: Role, call: CallSummary });

/** Query of `GET /api/objects/<cid>`. */
export const ObjectQuery = Type.Object({
  limit: Type.Optional(whole({ minimum: 1, maximum: 1_000, description: "Uses; default 50" })),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
  data_limit: Type.Optional(whole({ minimum: 0, maximum: 100_000_000 })),
});

/** A value, and the calls that used it, the newest first. */
export const ObjectView = object({
  ...RecordedValue.properties,
  uses_count: Type.Integer(),
  uses_as: Type.Record(Type.String(), Type.Integer(), {
    description: "How often as argument, target, result, exception",
  }),
  first_seen: Type.Union([CallSummary, Type.Null()]),
  last_seen: Type.Union([CallSummary, Type.Null()]),
  uses: Type.Array(ObjectUse),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type ObjectView = Static<typeof ObjectView>;

/** `GET /api/objects?q=&cursor=&limit=`: values, the newest first; `q` is text that they contain. */
export const ObjectsQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 1_000 })),
  limit: Type.Optional(whole({ minimum: 1, maximum: 1_000, description: "Default 100" })),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
});
export const ObjectRow = object({
  cid: Cid,
  serialization_format: SerializationFormat,
  size: Type.Integer(),
  text: Type.String(),
});
export const ObjectPage = object({
  objects: Type.Array(ObjectRow),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `GET /api/objects/<cid>/data?offset=&limit=`: a part of a value's data. `offset` counts characters of the data. */
export const ObjectDataQuery = Type.Object({
  offset: Type.Optional(whole({ minimum: 0 })),
  limit: Type.Optional(whole({ minimum: 1, maximum: 100_000_000, description: "Default 1 MiB" })),
});
export const ObjectData = object({
  cid: Cid,
  serialization_format: SerializationFormat,
  data: Type.String({ description: "json: the text; dill: base64" }),
  offset: Type.Integer(),
  total: Type.Integer({ description: "Characters of the whole data" }),
  next_offset: Type.Union([Type.Integer(), Type.Null()]),
});

/** `GET /api/refs?process=`: objects a process told apart; `GET /api/refs/<ref>?process=`: what one of them looked like over time. */
export const RefsQuery = Type.Object({
  process: Type.String({ description: "A process_key, or a pid of the present session" }),
  limit: Type.Optional(whole({ minimum: 1, maximum: 1_000, description: "Default 100" })),
});
export const RefList = object({
  process_key: Type.String(),
  refs: Type.Array(
    object({
      client_ref: Type.Union([Type.Integer(), Type.String()]),
      uses: Type.Integer(),
      last_number: Type.Integer(),
      text: Type.String(),
    }),
  ),
  complete: Type.Boolean({ description: "false: only the newest calls were looked at" }),
});
export const RefVersion = object({
  cid: Cid,
  text: Type.String(),
  role: Role,
  number: Type.Integer(),
  call_id: Type.String(),
  function_name: Type.String(),
  at: UnixSeconds,
  seen: Type.Integer({ description: "Uses in a row that looked the same" }),
  changes: Type.Array(Change, { description: "Against the version before" }),
});
export type RefVersion = Static<typeof RefVersion>;
export const RefView = object({
  process_key: Type.String(),
  client_ref: Type.Union([Type.Integer(), Type.String()]),
  versions: Type.Array(RefVersion, { description: "Oldest first" }),
  complete: Type.Boolean(),
});
export type RefView = Static<typeof RefView>;

/** Query of `GET /api/functions/stats`. */
export const StatsQuery = Type.Object({
  q: Type.Optional(
    Type.String({ maxLength: 4_096, description: "Which calls count; default all that are kept" }),
  ),
  sort: Type.Optional(
    oneOf(["count", "errors", "p95", "total", "name", "nondeterministic"], { description: "Default count" }),
  ),
});

/** Figures of one function. Times are of calls that ended. */
export const FunctionStats = object({
  function_name: Type.String(),
  count: Type.Integer(),
  errors: Type.Integer(),
  running: Type.Integer(),
  p50_ms: Type.Union([Type.Number(), Type.Null()]),
  p95_ms: Type.Union([Type.Number(), Type.Null()]),
  max_ms: Type.Union([Type.Number(), Type.Null()]),
  total_ms: Type.Number(),
  distinct_arguments: Type.Integer({ description: "Different argument lists, by their CIDs" }),
  nondeterministic: Type.Integer({
    description: "Argument lists that had more than one outcome, calls left out that a decision changed",
  }),
  first_at: UnixSeconds,
  last_at: UnixSeconds,
});
export type FunctionStats = Static<typeof FunctionStats>;
export const FunctionStatsList = object({
  functions: Type.Array(FunctionStats),
  calls: Type.Integer({ description: "Calls that were counted" }),
  complete: Type.Boolean({ description: "false: only the newest calls were counted, to answer in time" }),
});

/** Answer of `GET /api/functions/nondeterminism?function=`: same arguments, different outcomes. */
export const NondeterminismQuery = Type.Object({
  function: Type.String({ minLength: 1 }),
  limit: Type.Optional(whole({ minimum: 1, maximum: 200, description: "Default 20" })),
});
export const Nondeterminism = object({
  function_name: Type.String(),
  cases: Type.Array(
    object({
      args_text: Type.String(),
      outcomes: Type.Array(
        object({
          text: Type.String(),
          status: Type.String(),
          cid: Type.Union([Cid, Type.Null()]),
          count: Type.Integer(),
          newest: Type.Integer({ description: "Number of the newest such call" }),
        }),
      ),
    }),
  ),
  complete: Type.Boolean(),
});
