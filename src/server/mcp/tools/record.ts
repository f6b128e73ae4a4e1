/** The record of calls: searched, looked at, compared. */
import { type Static, Type } from "@sinclair/typebox";
import type { CallDiff } from "../../../protocol/comparisons.ts";
import type { FunctionStatsList } from "../../../protocol/objects.ts";
import type { CallDetail, CallPage, CallSummary, RecordedValue } from "../../../protocol/records.ts";
import { bounded, type Cut, DEFAULT_CHARS, MOST_CHARS } from "../../bounded.ts";
import { CutList } from "../paused-view.ts";
import { defineTool } from "../tool.ts";

const strict = { additionalProperties: false };
const CallRef = Type.String({
  minLength: 1,
  description: "A call's number (#48211 or 48211) or its call_id",
});
/** Numbers come as numbers too. */
const AnyCallRef = Type.Union([CallRef, Type.Integer({ minimum: 1 })], {
  description: "A call's number (#48211 or 48211) or its call_id",
});
const QUERY_HELP =
  "Query: fn:charge, fn:cart.*, status:exception, arg:0.amount<0, arg:text, result:.total>3, error:TypeError, duration:>1s, since:10m, by:agent, action:modify, and plain words for text anywhere; joined by blanks, or, not, (); empty: all calls";

/** Values up to this many bytes are read whole; of larger ones a line is shown, and their CID. */
const WHOLE_BYTES = 200_000;

const callPath = (ref: string) => `/api/calls/${encodeURIComponent(ref.replace(/^#/, ""))}`;
const query = (fields: Record<string, string | number | undefined>) =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();

const Row = Type.Object({
  number: Type.Integer(),
  call_id: Type.String(),
  function_name: Type.String(),
  status: Type.String(),
  started_at: Type.Number(),
  duration_ms: Type.Union([Type.Number(), Type.Null()]),
  args: Type.String(),
  outcome: Type.Union([Type.String(), Type.Null()], { description: "The result, or what was thrown" }),
  decided_by: Type.Union([Type.String(), Type.Null()], { description: "Who changed what it did" }),
  process: Type.String(),
});

function row(call: CallSummary) {
  const { exception, decided_by } = call;
  const thrown = exception && `${exception.type ?? "exception"}: ${exception.message ?? ""}`;
  return {
    number: call.number,
    call_id: call.call_id,
    function_name: call.function_name,
    status: call.status,
    started_at: call.started_at,
    duration_ms: call.duration_ms,
    args: call.args_text,
    outcome: thrown ?? call.result_text,
    decided_by:
      decided_by && call.action
        ? `${decided_by.kind}${decided_by.name ? ` ${decided_by.name}` : ""}: ${call.action}`
        : null,
    process: call.process_name,
  };
}

const PageOut = Type.Object({
  calls: Type.Array(Row),
  next: Type.Union([Type.String(), Type.Null()], { description: "Give it as cursor for the next page" }),
  complete: Type.Boolean({ description: "false: the search stopped after a moment; go on with next" }),
  total: Type.Integer({ description: "Calls that are kept, whatever the query" }),
});

const page = ({ calls, next, complete, total }: CallPage) => ({
  calls: calls.map(row),
  next,
  complete,
  total,
});

export const recordTools = [
  defineTool({
    name: "breakpoint_get_call_records",
    title: "Calls of a function",
    description:
      "The newest recorded calls, of one function or of all, in one line each. breakpoint_get_call shows one whole.",
    input: Type.Object(
      {
        function_name: Type.Optional(Type.String({ minLength: 1 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "Default 20" })),
      },
      strict,
    ),
    output: PageOut,
    effect: "look",
    async run({ function_name, limit = 20 }, { api }) {
      const q = function_name === undefined ? undefined : `function:${JSON.stringify(function_name)}`;
      return page(await api.get<CallPage>(`/api/calls?${query({ q, limit })}`));
    },
  }),
  defineTool({
    name: "breakpoint_search_calls",
    title: "Search the record of calls",
    description: `Finds recorded calls, in this run and before. ${QUERY_HELP}.`,
    input: Type.Object(
      {
        query: Type.String({ maxLength: 4_096, description: QUERY_HELP }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "Default 20" })),
        cursor: Type.Optional(Type.String({ description: "next of the page before" })),
        order: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("oldest")])),
      },
      strict,
    ),
    output: PageOut,
    effect: "look",
    run: async ({ query: q, limit = 20, cursor, order }, { api, signal }) =>
      page(await api.get<CallPage>(`/api/calls?${query({ q, limit, cursor, order })}`, signal)),
  }),
  defineTool({
    name: "breakpoint_get_call",
    title: "Look at a recorded call",
    description:
      "All of one recorded call: values, outcome, stack, decisions, what called it. Long values are cut, and each cut is told.",
    input: Type.Object(
      {
        call: CallRef,
        max_chars: Type.Optional(
          Type.Integer({ minimum: 200, maximum: MOST_CHARS, description: `Default ${DEFAULT_CHARS}` }),
        ),
      },
      strict,
    ),
    output: Type.Object({
      call: Row,
      values: Type.Array(
        Type.Object({ at: Type.String(), cid: Type.String(), size: Type.Integer(), value: Type.Unknown() }),
      ),
      exception: Type.Unknown(),
      stack: Type.Array(Type.String()),
      decisions: Type.Array(Type.Unknown(), { description: "What was decided about it, by whom" }),
      parent: Type.Union([Row, Type.Null()]),
      children: Type.Integer(),
      cut: CutList,
    }),
    effect: "look",
    async run({ call: ref, max_chars = DEFAULT_CHARS }, { api }) {
      const call = await api.get<CallDetail>(`${callPath(ref)}?data_limit=${WHOLE_BYTES}`);
      const named: [string, RecordedValue | null][] = [
        ...call.args.map((value, index): [string, RecordedValue] => [`args[${index}]`, value]),
        ...Object.entries(call.kwargs).map(([name, value]): [string, RecordedValue] => [
          `kwargs.${name}`,
          value,
        ]),
        ["target", call.target],
        ["result", call.result],
      ];
      const cut: Cut[] = [];
      const present = named.flatMap(([at, value]) => (value ? [{ at, value }] : []));
      const values = present.map(({ at, value }) => {
        const shown = bounded(value.pretty ?? value.text, {
          chars: max_chars / Math.max(1, Math.min(present.length, 6)),
        });
        cut.push(...shown.cut.map((one) => ({ at: `${at}: ${one.at}`, was: one.was })));
        if (value.size > WHOLE_BYTES)
          cut.push({ at, was: `value of ${value.size.toLocaleString("en-US")} bytes, its beginning shown` });
        return { at, cid: value.cid, size: value.size, value: shown.value };
      });
      return {
        call: row(call),
        values,
        exception: bounded(call.exception && { ...call.exception, value: undefined }, { chars: 3_000 }).value,
        stack: call.stack_trace
          .slice(-30)
          .map((frame) => `${frame.filename ?? "?"}:${frame.lineno ?? "?"} ${frame.function ?? ""}`),
        decisions: call.decisions.slice(-10),
        parent: call.parent && row(call.parent),
        children: call.children,
        cut,
      };
    },
  }),
  defineTool({
    name: "breakpoint_compare",
    title: "Compare two recorded calls",
    description:
      "Tells what differs between two calls, value by value: a good one and a bad one of the same function, before and after a fix.",
    input: Type.Object({ a: AnyCallRef, b: AnyCallRef }, strict),
    output: Type.Object({
      a: Row,
      b: Row,
      same: Type.Boolean(),
      changes: Type.Array(Type.Unknown(), { description: "at: the place; a and b: what is there" }),
      cut: Type.Boolean({ description: "There are more, or values were too large to compare whole" }),
    }),
    effect: "look",
    async run({ a, b }, { api }) {
      const ids = { a: String(a).replace(/^#/, ""), b: String(b).replace(/^#/, "") };
      const diff = await api.get<CallDiff>(`/api/diff?${query(ids)}`);
      const shown = bounded(
        diff.changes.slice(0, 100).map(({ kind, at, a, b }) => ({ kind, at, a, b })),
        { chars: 12_000 },
      );
      return {
        a: row(diff.a),
        b: row(diff.b),
        same: diff.same,
        changes: shown.value as unknown[],
        cut: diff.cut || shown.cut.length > 0 || diff.changes.length > 100,
      };
    },
  }),
  defineTool({
    name: "breakpoint_function_stats",
    title: "Figures of functions",
    description:
      "How often each function was called, failed, how long it took, and whether the same arguments gave different outcomes: where to look first.",
    input: Type.Object(
      {
        query: Type.Optional(Type.String({ maxLength: 4_096, description: QUERY_HELP })),
        sort: Type.Optional(
          Type.Union(
            ["count", "errors", "p95", "total", "name", "nondeterministic"].map((name) => Type.Literal(name)),
          ),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: "Default 30" })),
      },
      strict,
    ),
    output: Type.Object({
      functions: Type.Array(Type.Unknown()),
      calls: Type.Integer(),
      complete: Type.Boolean(),
    }),
    effect: "look",
    async run({ query: q, sort, limit = 30 }, { api }) {
      const list = await api.get<Static<typeof FunctionStatsList>>(
        `/api/functions/stats?${query({ q, sort: sort as string | undefined })}`,
      );
      return { ...list, functions: list.functions.slice(0, limit) };
    },
  }),
];
