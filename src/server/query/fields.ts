/** The fields of the query language: how each reads its value, and what it says about itself. */
import { folded } from "../store/searchable.ts";
import { type Query, QueryError } from "./ast.ts";
import { comparison } from "./comparison.ts";
import { durationQuery, timeAt } from "./times.ts";
import { listOf, unquoted } from "./tokens.ts";

export interface Field {
  name: string;
  aliases?: readonly string[];
  /** What it finds, with words of the language in backticks. Documentation, help and completion show it. */
  detail: string;
  /** Conditions as an example. */
  examples: readonly string[];
  /** What may follow the colon. */
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

/** The largest that can be written. */
const LAST_NUMBER = 1e15 - 1;

export const FIELDS: readonly Field[] = [
  {
    name: "fn",
    aliases: ["function", "name"],
    detail:
      "The function, by its whole name or the part after the last dot; `*` and `?` stand for anything, commas for or",
    examples: ["fn:tools.*", "fn:issueRefund", "fn:db.*,cache.*"],
    expected: ["tools.*", "issueRefund"],
    parse: names("fn"),
  },
  {
    name: "status",
    detail:
      "`success` (`ok`), `exception` (`error`), `running`, `abandoned` (its program went away), `lost` (its server ended first), or an event's own",
    examples: ["status:error,running"],
    expected: Object.keys(STATUSES),
    parse: (raw, start) => ({
      kind: "status",
      statuses: listOf(raw, start).map((part) => STATUSES[part.text.toLowerCase()] ?? part.text),
    }),
  },
  {
    name: "arg",
    aliases: ["args"],
    detail: "Text in an argument, or a path, a comparison and a value",
    examples: ["arg:refund", "arg:0.amount>200", "arg:$.query~refund"],
    expected: ["text", "0.amount>200", "$.query~text", "name=value"],
    parse: comparison("arg"),
  },
  {
    name: "result",
    detail: "The same in the result",
    examples: ["result:>5", "result:.items.length=0", "result:=null"],
    expected: ["text", ">5", ".total=3"],
    parse: comparison("result"),
  },
  {
    name: "error",
    aliases: ["exception"],
    detail: "Text in what was thrown: type, message, traceback; `*` for any",
    examples: ["error:timeout"],
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
    detail: "How long it ran: `us`, `ms`, `s`, `m`, `h`; a bare number is ms",
    examples: ["duration:>100ms", "duration:10ms..1s"],
    expected: [">100ms", "<1s", "10ms..1s"],
    parse: durationQuery,
  },
  {
    name: "since",
    detail: "It began then or later: so long ago, a time of today, a date",
    examples: ["since:10m", "since:2026-01-31T10:00"],
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
    detail: "It began before: the same times",
    examples: ["until:10:30"],
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
    detail: "The program, by pid, key, script or page",
    examples: ["process:4411", "process:agent.ts"],
    expected: ["4411", "agent.ts"],
    parse: names("process"),
  },
  {
    name: "session",
    detail: "One run of the server: its number, its label, or `current`",
    examples: ["session:current"],
    expected: ["current", "12"],
    parse: names("session"),
  },
  {
    name: "caller",
    detail: "The calling function, its file, or file:line",
    examples: ["caller:agent.ts:88"],
    expected: ["handleTicket", "agent.ts", "agent.ts:88"],
    parse: names("caller"),
  },
  {
    name: "cid",
    detail: "It uses a value, by its CID or the first letters of it, six at least",
    examples: ["cid:9c1fe2"],
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
    detail: "What was decided about it: `continue`, `modify`, `skip`, `raise`, `replace`, `call_again`",
    examples: ["action:skip"],
    expected: ACTIONS,
    parse: fromList("action", ACTIONS),
  },
  {
    name: "by",
    detail: "Who decided about it: `person`, `rule`, `agent`, `script`",
    examples: ["by:rule"],
    expected: DECIDERS,
    parse: fromList("by", DECIDERS),
  },
  {
    name: "pinned",
    detail: "Kept on purpose: `yes` or `no`",
    examples: ["pinned:yes"],
    expected: ["yes", "no"],
    parse: (raw, start) => ({
      kind: "pinned",
      pinned: oneOf({ text: raw, start, raw }, ["yes", "no"]) === "yes",
    }),
  },
  {
    name: "number",
    detail: "Its number, or a range",
    examples: ["number:100..200", "number:>100"],
    expected: ["48211", "100..200", ">100"],
    parse: (raw, start) => {
      const [, sign, first = "", second] = /^([<>]=?)?#?(\d{1,15})(?:\.\.#?(\d{1,15}))?$/.exec(raw) ?? [];
      if (first === "" || (sign !== undefined && second !== undefined))
        throw new QueryError("number: wants a number, two, or a comparison", start + 1, raw.length, [
          "100..200",
          ">100",
        ]);
      const number = Number(first);
      switch (sign) {
        case ">":
          return { kind: "number", from: number + 1, to: LAST_NUMBER };
        case ">=":
          return { kind: "number", from: number, to: LAST_NUMBER };
        case "<":
          return { kind: "number", from: 0, to: Math.max(0, number - 1) };
        case "<=":
          return { kind: "number", from: 0, to: number };
        default:
          return { kind: "number", from: number, to: Number(second ?? first) };
      }
    },
  },
];

/** Without the backticks. */
export const plainDetail = ({ detail }: Field): string => detail.replaceAll("`", "");

/** The fields as a table for the terminal. */
export const fieldRows = (): [name: string, text: string][] =>
  FIELDS.map((field) => [`${field.name}:`, `${plainDetail(field)}; such as ${field.examples.join(" ")}`]);

/** The fields as a table in Markdown. */
export const fieldTable = (): string =>
  [
    "| field | finds | for example |",
    "|---|---|---|",
    ...FIELDS.map(
      ({ name, detail, examples }) =>
        `| \`${name}:\` | ${detail} | ${examples.map((example) => `\`${example}\``).join(", ")} |`,
    ),
  ].join("\n");

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
