/** The fields of the query language: how each reads its value, and what it says about itself. */
import { folded } from "../store/searchable.ts";
import { type Query, QueryError } from "./ast.ts";
import { comparison } from "./comparison.ts";
import { durationQuery, timeAt } from "./times.ts";
import { listOf, unquoted } from "./tokens.ts";

export interface Field {
  name: string;
  aliases?: readonly string[];
  /** What it means, in a few words. */
  detail: string;
  /** Values as an example. */
  expected: readonly string[];
  /** `start`: the place of the value in the query, from 0; `now` in Unix seconds. */
  parse(raw: string, start: number, now: number): Query;
}

export const STATUSES: Readonly<Record<string, string>> = {
  success: "success",
  ok: "success",
  exception: "exception",
  error: "exception",
  running: "running",
  abandoned: "abandoned",
  lost: "lost",
};

const names =
  (field: "fn" | "process" | "session" | "caller") =>
  (raw: string, start: number): Query => ({
    kind: "name",
    field,
    globs: listOf(raw, start).map(({ text }) => text),
  });

const fromList =
  (field: "action" | "by", allowed: readonly string[]) =>
  (raw: string, start: number): Query => ({
    kind: "decision",
    field,
    names: listOf(raw, start).map((part) => oneOf(part, allowed)),
  });

const ACTIONS = ["continue", "modify", "skip", "raise", "replace", "call_again"];
const DECIDERS = ["person", "rule", "agent", "script"];

export const FIELDS: readonly Field[] = [
  {
    name: "fn",
    aliases: ["function", "name"],
    detail: "Function: its name or the part after the last dot; * and ? stand for anything",
    expected: ["tools.*", "issueRefund"],
    parse: names("fn"),
  },
  {
    name: "status",
    detail: "How it ended, or that it runs",
    expected: Object.keys(STATUSES),
    parse: (raw, start) => ({
      kind: "status",
      statuses: listOf(raw, start).map((part) => STATUSES[part.text.toLowerCase()] ?? part.text),
    }),
  },
  {
    name: "arg",
    aliases: ["args"],
    detail: "Text in an argument, or a path and what is there: arg:0.amount>200, arg:$.query~refund",
    expected: ["text", "0.amount>200", "$.query~text", "name=value"],
    parse: comparison("arg"),
  },
  {
    name: "result",
    detail: "Text in the result, or a path and what is there: result:.total>3",
    expected: ["text", ">5", ".total=3"],
    parse: comparison("result"),
  },
  {
    name: "error",
    aliases: ["exception"],
    detail: "Text in what was thrown; * for any error",
    expected: ["text", "*"],
    parse: (raw, start) => {
      const said = unquoted(raw, start);
      return said === "*"
        ? { kind: "status", statuses: ["exception"] }
        : { kind: "contains", where: "error", text: folded(said), said };
    },
  },
  {
    name: "duration",
    detail: "How long it ran: >100ms, <=2s, 10ms..1s",
    expected: [">100ms", "<1s", "10ms..1s"],
    parse: durationQuery,
  },
  {
    name: "since",
    detail: "Began at or after: 10m, 2h, 10:30, 2026-01-31, 2026-01-31T10:00",
    expected: ["10m", "2h", "1d", "10:30", "2026-01-31"],
    parse: (raw, start, now) => ({
      kind: "time",
      field: "since",
      at: timeAt(raw, start, now),
      said: unquoted(raw, start),
    }),
  },
  {
    name: "until",
    detail: "Began before: the same times",
    expected: ["10m", "2h", "1d", "10:30", "2026-01-31"],
    parse: (raw, start, now) => ({
      kind: "time",
      field: "until",
      at: timeAt(raw, start, now),
      said: unquoted(raw, start),
    }),
  },
  {
    name: "process",
    aliases: ["pid", "program", "page"],
    detail: "Program: its pid, key, script or page",
    expected: ["4411", "agent.ts"],
    parse: names("process"),
  },
  {
    name: "session",
    detail: "One run of the server: its number, its label, or current",
    expected: ["current", "12"],
    parse: names("session"),
  },
  {
    name: "caller",
    detail: "Calling function, or its file, or file:line",
    expected: ["handleTicket", "agent.ts", "agent.ts:88"],
    parse: names("caller"),
  },
  {
    name: "cid",
    detail: "Uses the value of a CID; its first six letters will do",
    expected: ["9c1fe2"],
    parse: (raw, start) => {
      const prefix = unquoted(raw, start).toLowerCase();
      if (!/^[0-9a-f]{6,128}$/.test(prefix))
        throw new QueryError("cid: wants 6 to 128 hex digits", start + 1, raw.length, ["9c1fe2"]);
      return { kind: "cid", prefix };
    },
  },
  {
    name: "action",
    detail: "What was decided about it",
    expected: ACTIONS,
    parse: fromList("action", ACTIONS),
  },
  { name: "by", detail: "Who decided about it", expected: DECIDERS, parse: fromList("by", DECIDERS) },
  {
    name: "pinned",
    detail: "Kept on purpose",
    expected: ["yes", "no"],
    parse: (raw, start) => ({
      kind: "pinned",
      pinned: oneOf({ text: raw, start, raw }, ["yes", "no"]) === "yes",
    }),
  },
  {
    name: "number",
    detail: "Its number, or a range: 100..200",
    expected: ["48211", "100..200"],
    parse: (raw, start) => {
      const match = /^#?(\d{1,15})(?:\.\.#?(\d{1,15}))?$/.exec(raw);
      if (!match)
        throw new QueryError("number: wants a number, or two: 100..200", start + 1, raw.length, ["100..200"]);
      return { kind: "number", from: Number(match[1]), to: Number(match[2] ?? match[1]) };
    },
  },
];

export const fieldOf = (name: string): Field | undefined =>
  FIELDS.find((field) => field.name === name.toLowerCase() || field.aliases?.includes(name.toLowerCase()));

function oneOf(part: { text: string; start: number; raw: string }, allowed: readonly string[]): string {
  const found = allowed.find((name) => name === part.text.toLowerCase());
  if (found !== undefined) return found;
  throw new QueryError(
    `"${part.text}" is none of ${allowed.join(", ")}`,
    part.start + 1,
    part.raw.length,
    allowed,
  );
}
