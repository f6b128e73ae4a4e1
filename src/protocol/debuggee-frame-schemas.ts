/**
 * The frames of debuggee-frames.ts as schemas: what the server checks and docs/protocol.md describes. A type test holds
 * both against each other.
 */
import { type TSchema, Type } from "@sinclair/typebox";
import { StackFrame } from "./calls.ts";
import { MAX_NAME_LENGTH } from "./constants.ts";
import {
  type CallRow,
  CLIENT_ID,
  type ClientFrame,
  MOST_REFS,
  MOST_ROWS,
  type ServerFrame,
} from "./debuggee-frames.ts";
import { FunctionName, Json, object, oneOf, Signature, UnixSeconds } from "./fields.ts";

/** Most arguments of a call, frames of a stack, characters of an id or of a short text. */
export const MOST_ARGS = 10_000;

/** Batches a page may leave behind. */
const MOST_LAST = 1_000;
export const MOST_FRAMES = 200;
export const LONGEST_ID = 200;
const LONGEST_TEXT = 2_000;

const Whole = Type.Integer({ minimum: 0 });
const Id = Type.String({ maxLength: LONGEST_ID });
const ShortText = Type.String({ maxLength: LONGEST_TEXT });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A number of a call of its client, from 1. */
export const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
export const Ref = Type.Integer({ minimum: 0, maximum: MOST_REFS });
const NewText = Type.Tuple([Ref, Type.String()]);
export const TextRef = Type.Union([Ref, NewText]);
const Refs = Type.Array(Whole, { maxItems: MOST_ARGS });
const Site = Type.Array(StackFrame, { maxItems: MOST_FRAMES });
export const ThrownException = object({
  type: Type.String(),
  message: Type.String(),
  traceback: Type.Optional(orNull(Type.String())),
});
export const ClientFeature = oneOf(["pause_after", "change_outcome", "call_again", "mutation"]);

export const HelloFrame = object({
  t: Type.Literal("hello"),
  protocol: Type.Integer(),
  client_id: Type.String({ pattern: CLIENT_ID.source }),
  channel: oneOf(["stream", "ask"]),
  library: ShortText,
  runtime: ShortText,
  process_pid: Whole,
  process_start_time: UnixSeconds,
  page_url: Type.Optional(ShortText),
  program: Type.Optional(ShortText),
  // What a newer client can do beyond what is known here is not used.
  features: Type.Array(Type.Union([ClientFeature, Type.Unsafe<never>(Id)]), { maxItems: 100 }),
});

export const FunctionsFrame = object({
  t: Type.Literal("functions"),
  functions: Type.Array(
    object({
      name: FunctionName,
      signature: orNull(Signature),
      metadata: Type.Optional(Type.Record(Type.String(), Json)),
    }),
    { maxItems: MOST_ROWS },
  ),
});

const ROW_COLUMNS = [
  Seq,
  Ref,
  orNull(Id),
  UnixSeconds,
  orNull(Type.Number()),
  Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
  Type.Array(Ref, { maxItems: MOST_ARGS }),
  orNull(Ref),
  orNull(Ref),
  orNull(Ref),
  orNull(ThrownException),
  orNull(Refs),
] as const;
/** Columns that every row has; the others may be left out from the end. */
const FEWEST_COLUMNS = 8;

/** A row with all its columns. */
export const WholeCallRow = Type.Tuple([...ROW_COLUMNS]);
export const CallRowSchema = Type.Unsafe<CallRow>(
  Type.Union(
    ROW_COLUMNS.slice(FEWEST_COLUMNS - 1).map((_, left) =>
      Type.Tuple([...ROW_COLUMNS.slice(0, FEWEST_COLUMNS + left)]),
    ),
  ),
);

export const CallsFrame = object({
  t: Type.Literal("calls"),
  batch: Seq,
  names: Type.Optional(Type.Array(Type.Tuple([Ref, FunctionName]), { maxItems: MOST_REFS })),
  texts: Type.Optional(Type.Array(NewText, { maxItems: MOST_REFS })),
  sites: Type.Optional(Type.Array(Type.Tuple([Ref, Site]), { maxItems: MOST_REFS })),
  rows: Type.Array(CallRowSchema, { maxItems: MOST_ROWS }),
});

export const AskFrame = object({
  t: Type.Literal("ask"),
  seq: Seq,
  name: Type.String({ minLength: 1, maxLength: MAX_NAME_LENGTH }),
  parent: orNull(Id),
  started_at: UnixSeconds,
  signature: orNull(Signature),
  args: Type.Array(TextRef, { maxItems: MOST_ARGS }),
  refs: Type.Optional(Refs),
  target: Type.Optional(TextRef),
  site: Site,
  call_type: oneOf(["proxy", "inline"]),
  was_paused: Type.Optional(Type.Boolean()),
});

export const EndFrame = object({
  t: Type.Literal("end"),
  seq: Seq,
  duration_ms: Type.Number(),
  status: Type.Union([Type.Literal(0), Type.Literal(1)]),
  outcome: TextRef,
  outcome_ref: Type.Optional(Whole),
  exception: Type.Optional(ThrownException),
  mutated: Type.Optional(Type.Array(Type.Tuple([Whole, TextRef]), { maxItems: MOST_ARGS })),
  wait: Type.Boolean(),
  run: Type.Optional(Whole),
});

export const EvaluatedFrame = object({
  t: Type.Literal("evaluated"),
  eval_id: Id,
  session_id: Id,
  pause_id: Id,
  result: Type.Optional(Type.String()),
  stdout: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
  result_text: Type.Optional(Type.String()),
  args: Type.Optional(Type.Array(Type.Tuple([Whole, Type.String()]))),
});

export const AppliedFrame = object({ t: Type.Literal("applied"), epoch: Whole });
export const PingFrame = object({ t: oneOf(["ping", "pong"]) });
export const ByeFrame = object({ t: Type.Literal("bye") });

const NameSet = object({
  all: Type.Boolean(),
  names: Type.Array(Type.String()),
  globs: Type.Array(Type.String()),
  regexes: Type.Array(Type.String()),
});
export const Policy = object({
  epoch: Whole,
  before: NameSet,
  after: NameSet,
  after_exception: NameSet,
  mutation: NameSet,
});

export const WelcomeFrame = object({
  t: Type.Literal("welcome"),
  instance_id: Type.String(),
  version: Type.String(),
  policy: Policy,
  acked: Whole,
  window: Whole,
});
export const PolicyFrame = object({ t: Type.Literal("policy"), policy: Policy });
export const AckFrame = object({ t: Type.Literal("ack"), batch: Seq });
export const PausedFrame = object({ t: Type.Literal("paused"), seq: Seq, pause_id: Type.String() });
export const EndedFrame = object({ t: Type.Literal("ended"), seqs: Type.Array(Seq) });

const ChosenValue = Type.Union([
  object({ keep: Whole }),
  object({ keep: Type.Literal("target") }),
  object({ keep: Type.Literal("outcome") }),
  object({ data: Type.String() }),
]);
const PauseAfter = { pause_after: Type.Optional(Type.Boolean()) };
export const LiveAction = Type.Union([
  object({ action: Type.Literal("continue"), ...PauseAfter }),
  object({ action: Type.Literal("modify"), args: Type.Array(ChosenValue), ...PauseAfter }),
  object({ action: Type.Literal("skip"), result: ChosenValue }),
  object({ action: Type.Literal("raise"), exception_type: Type.String(), exception_message: Type.String() }),
  object({ action: Type.Literal("replace"), function_name: Type.String(), ...PauseAfter }),
  object({ action: Type.Literal("call_again"), args: Type.Optional(Type.Array(ChosenValue)) }),
]);
export const DecisionFrame = object({ t: Type.Literal("decision"), seq: Seq, action: LiveAction });
export const EvaluateFrame = object({
  t: Type.Literal("evaluate"),
  seq: Seq,
  eval_id: Type.String(),
  session_id: Type.String(),
  pause_id: Type.String(),
  expr: Type.String(),
});
export const RefusedFrame = object({
  t: Type.Literal("refused"),
  of: Type.String(),
  seq: Type.Optional(Type.Integer()),
  batch: Type.Optional(Type.Integer()),
  error: oneOf([
    "invalid_frame",
    "out_of_order",
    "unknown_ref",
    "unknown_call",
    "eval_gone",
    "unsupported_protocol",
    "flood",
  ]),
  message: Type.String(),
});

/** Body of `POST /api/call/last`. */
export const LastCalls = object({
  hello: HelloFrame,
  calls: Type.Array(CallsFrame, { maxItems: MOST_LAST }),
  left_out: Type.Array(Type.Tuple([Seq, Whole]), { maxItems: MOST_LAST }),
});

/** By their `t`. `ping` and `pong` go both ways. */
export const CLIENT_FRAMES = {
  hello: HelloFrame,
  functions: FunctionsFrame,
  calls: CallsFrame,
  ask: AskFrame,
  end: EndFrame,
  evaluated: EvaluatedFrame,
  applied: AppliedFrame,
  ping: PingFrame,
  pong: PingFrame,
  bye: ByeFrame,
} satisfies Record<ClientFrame["t"], TSchema>;

export const SERVER_FRAMES = {
  welcome: WelcomeFrame,
  policy: PolicyFrame,
  ack: AckFrame,
  paused: PausedFrame,
  decision: DecisionFrame,
  ended: EndedFrame,
  evaluate: EvaluateFrame,
  refused: RefusedFrame,
  ping: PingFrame,
  pong: PingFrame,
} satisfies Record<ServerFrame["t"], TSchema>;
