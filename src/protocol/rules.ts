/**
 * Rules: breakpoints that think. A rule says which calls it is about (function, scope, moment, condition, value, count)
 * and what happens to them: pause, log, or an answer of its own while nobody is there. The breakpoints of the contract
 * (breakpoints.ts) stay beside them as they are.
 */
import { type Static, Type } from "@sinclair/typebox";
import { AfterBehavior, Behavior, GlobalBehavior } from "./breakpoints.ts";
import { closed, FunctionHint, Json, maybe, object, oneOf, UnixSeconds } from "./fields.ts";
import { Cid } from "./payload.ts";
import { CallSummary } from "./records.ts";

/** How `function` is read. `glob`: `*` stands for any characters, `?` for one. `regex`: linear-time, found anywhere in the name. */
export const MatchKind = oneOf(["name", "glob", "regex"]);
export type MatchKind = Static<typeof MatchKind>;

/**
 * The moment a rule is about: before the call, after a result, after an exception, after either, when an argument
 * differs after the call, or (`any`) before and after.
 */
export const RuleWhen = oneOf(["before", "result", "exception", "after", "mutation", "any"]);
export type RuleWhen = Static<typeof RuleWhen>;

/** Where a rule holds. Every field that is there must fit; texts may be globs (`*`, `?`). */
export const RuleScope = object({
  process: maybe(Type.String({ minLength: 1, description: "A process_key, or a pid" })),
  page: maybe(Type.String({ minLength: 1, description: "The page's URL" })),
  program: maybe(Type.String({ minLength: 1, description: "The program's script, or the end of its path" })),
  caller: maybe(
    Type.String({
      minLength: 1,
      description: "The calling function, its file (or the end of its path), or file:line",
    }),
  ),
  alias: maybe(
    Type.String({ minLength: 1, description: "What the program called the object: the name before the dot" }),
  ),
});
export type RuleScope = Static<typeof RuleScope>;

/** The value that must appear in an argument, the target or the result: by its CID, or equal (also inside another value). */
export const RuleValue = Type.Union([object({ cid: Cid }), object({ equals: Json })]);
export type RuleValue = Static<typeof RuleValue>;

/**
 * What a rule does. Before a call: `pause`, `log`, `skip`, `raise`, `modify`, `delay`, `replace`. After it: `pause`,
 * `log`, `delay`, and `rewrite` (another result) or `raise` where the client can change what came of a call.
 */
export const RuleAction = Type.Union([
  object({ type: Type.Literal("pause") }),
  object({
    type: Type.Literal("log"),
    template: Type.String({
      description: "Text with conditions' expressions in braces: `paid {args[0].amount}`",
    }),
  }),
  object({ type: Type.Literal("skip"), result: Type.Optional(Json) }),
  object({
    type: Type.Literal("raise"),
    exception_type: maybe(Type.String({ description: "Default: Exception in Python, Error in JavaScript" })),
    exception_message: maybe(Type.String()),
  }),
  object({
    type: Type.Literal("modify"),
    args: maybe(Type.Record(Type.String(), Json, { description: 'New arguments by their place: {"0": 5}' })),
    kwargs: maybe(Type.Record(Type.String(), Json, { description: "New keyword arguments by name" })),
  }),
  object({ type: Type.Literal("delay"), seconds: Type.Number({ minimum: 0, maximum: 3600 }) }),
  object({ type: Type.Literal("replace"), function_name: Type.String({ minLength: 1 }) }),
  object({ type: Type.Literal("rewrite"), result: Type.Optional(Json) }),
]);
export type RuleAction = Static<typeof RuleAction>;

/** An action as it is asked for: with the fields that belong to its type, and no others. */
export const RuleActionRequest = object({
  type: oneOf(["pause", "log", "skip", "raise", "modify", "delay", "replace", "rewrite"]),
  template: maybe(Type.String()),
  result: Type.Optional(Json),
  exception_type: maybe(Type.String()),
  exception_message: maybe(Type.String()),
  args: maybe(Type.Record(Type.String(), Json)),
  kwargs: maybe(Type.Record(Type.String(), Json)),
  seconds: maybe(Type.Number()),
  function_name: maybe(Type.String()),
});
export type RuleActionRequest = Static<typeof RuleActionRequest>;

/** What a person sets. */
const settings = {
  function: Type.String({
    minLength: 1,
    maxLength: 4_096,
    description: "A name, a glob or a regular expression",
  }),
  match: maybe(MatchKind),
  scope: maybe(RuleScope),
  when: maybe(RuleWhen),
  condition: maybe(
    Type.String({
      description:
        "A CEL expression over args, kwargs, target, result, error, caller, process, name, duration_ms, hits, mutated",
    }),
  ),
  value: maybe(
    object({
      cid: maybe(Type.String()),
      equals: Type.Optional(Json),
    }),
  ),
  count: maybe(
    Type.String({ description: 'Which of the calls that match: "== 3", ">= 10", "> 10", "< 5", "% 100"' }),
  ),
  one_shot: maybe(Type.Boolean({ description: "Acts once, then it is spent" })),
  ignore_after: maybe(Type.Integer({ minimum: 1, description: "Acts this many times, then it is spent" })),
  max_per_second: maybe(
    Type.Integer({ minimum: 1, description: "Pauses a second before it only logs; default: the flow's" }),
  ),
  enabled: maybe(Type.Boolean()),
  note: maybe(Type.String({ maxLength: 10_000 })),
  expires_at: maybe(UnixSeconds),
  action: maybe(RuleActionRequest),
};

/** Body of `POST /api/rules`. Defaults: match name, when before, action pause, enabled. `id` replaces the rule of that id. */
export const RuleRequest = object({
  id: maybe(Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9_-]+$" })),
  ...settings,
  expires_in: maybe(Type.Number({ minimum: 0, description: "Seconds from now, instead of expires_at" })),
});
export type RuleRequest = Static<typeof RuleRequest>;

/** Body of `PATCH /api/rules/<id>`: what is there changes, null takes a setting away. */
export const RulePatch = Type.Partial(Type.Omit(RuleRequest, ["id"]));
export type RulePatch = Static<typeof RulePatch>;

/** `active`, switched off, past its time, or done with what it was to do (`one_shot`, `ignore_after`). */
export const RuleState = oneOf(["active", "disabled", "expired", "spent"]);
export type RuleState = Static<typeof RuleState>;

/** A rule as it stands. Counts begin anew when it is switched on or its conditions change. */
export const Rule = object({
  id: Type.String(),
  function: Type.String(),
  match: MatchKind,
  scope: RuleScope,
  when: RuleWhen,
  condition: Type.Union([Type.String(), Type.Null()]),
  value: Type.Union([RuleValue, Type.Null()]),
  count: Type.Union([Type.String(), Type.Null()]),
  one_shot: Type.Boolean(),
  ignore_after: Type.Union([Type.Integer(), Type.Null()]),
  max_per_second: Type.Union([Type.Integer(), Type.Null()]),
  enabled: Type.Boolean(),
  note: Type.String(),
  expires_at: Type.Union([UnixSeconds, Type.Null()]),
  action: RuleAction,
  created_at: UnixSeconds,
  state: RuleState,
  hits: Type.Integer({
    description:
      "Calls that reached it: function, scope and moment fit. The same number as hits in a condition",
  }),
  matches: Type.Integer({ description: "Those whose condition and value fit as well: what count counts" }),
  acted: Type.Integer({ description: "How often it did what it does" }),
  last_acted_at: Type.Union([UnixSeconds, Type.Null()]),
  flooded: Type.Integer({ description: "Pauses it left out because there were too many a second" }),
  errors: Type.Integer({ description: "How often it could not be evaluated or carried out" }),
  last_error: Type.Union([Type.String(), Type.Null()]),
});
export type Rule = Static<typeof Rule>;
export const RuleList = object({ rules: Type.Array(Rule) });
export type RuleList = Static<typeof RuleList>;
/** Something a rule said; `rule` is null where the flood guard of a breakpoint speaks. */
export const RuleLogEntry = object({
  number: Type.Integer({ description: "Rises by one" }),
  at: UnixSeconds,
  rule: Type.Union([Type.String(), Type.Null()]),
  kind: oneOf(["log", "flood", "error"]),
  function_name: Type.String(),
  call_id: Type.Union([Type.String(), Type.Null()]),
  message: Type.String(),
});
export type RuleLogEntry = Static<typeof RuleLogEntry>;

/** Answer of `GET /api/rules/log?after=&rule=`: the newest 1,000, oldest first. */
export const RuleLogList = object({ entries: Type.Array(RuleLogEntry) });

export const RuleRemoved = object({ status: Type.Literal("ok"), id: Type.String() });

/** Body of `POST /api/rules/check`: is this well said? Nothing is kept. */
export const RuleCheckRequest = closed({
  condition: maybe(Type.String()),
  template: maybe(Type.String()),
  function: maybe(Type.String()),
  match: maybe(MatchKind),
  count: maybe(Type.String()),
  when: maybe(RuleWhen),
});
export type RuleCheckRequest = Static<typeof RuleCheckRequest>;

/** Answer of `POST /api/rules`. */
export const RuleSet = object({ ...Rule.properties, hint: FunctionHint });
export type RuleSet = Static<typeof RuleSet>;

/** Answer of `POST /api/rules/preview`, whose body is that of `POST /api/rules`: what it would have done so far. */
export const RulePreview = object({
  examined: Type.Integer({
    description: "Recorded calls of such a function that were looked at, newest first",
  }),
  matched: Type.Integer({ description: "Those it would have acted on" }),
  calls: Type.Array(CallSummary, { description: "The newest of them, 20 at most" }),
  complete: Type.Boolean({ description: "false: there are more calls than were looked at" }),
  last_error: Type.Union([Type.String(), Type.Null()], {
    description: "Why it could not be evaluated for one of them",
  }),
});
export type RulePreview = Static<typeof RulePreview>;

/** `field` is the one that is wrong; `column` (from 1) is where in it, when that is known. */
export const RuleProblem = object({
  field: Type.String(),
  message: Type.String(),
  column: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
});
export type RuleProblem = Static<typeof RuleProblem>;
export const RuleCheckResponse = object({ ok: Type.Boolean(), problems: Type.Array(RuleProblem) });
export type RuleCheckResponse = Static<typeof RuleCheckResponse>;

/** A breakpoint of the contract as it is kept and exported. */
export const KeptBreakpoint = object({
  function_name: Type.String({ minLength: 1, maxLength: 4_096 }),
  behavior: Behavior,
  after_behavior: AfterBehavior,
  replacement: Type.Union([Type.String(), Type.Null()]),
});
export type KeptBreakpoint = Static<typeof KeptBreakpoint>;

/** The file of `GET /api/rules/export`. Importing it twice changes nothing: rules go by their id, breakpoints by name. */
export const RuleFile = closed({
  format: Type.Literal("cideldill-rules"),
  version: Type.Literal(1),
  exported_at: maybe(UnixSeconds),
  behavior: maybe(GlobalBehavior),
  breakpoints: maybe(Type.Array(KeptBreakpoint)),
  rules: maybe(Type.Array(RuleRequest)),
});
export type RuleFile = Static<typeof RuleFile>;

/** What an import did. A file with a mistake in it changes nothing. */
export const ImportResponse = object({
  status: Type.Literal("ok"),
  rules: object({ added: Type.Integer(), changed: Type.Integer(), unchanged: Type.Integer() }),
  breakpoints: object({ added: Type.Integer(), changed: Type.Integer(), unchanged: Type.Integer() }),
});
export type ImportResponse = Static<typeof ImportResponse>;
