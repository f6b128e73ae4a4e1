/** `cideldill calls` */
import { resolve } from "node:path";
import type { QueryCheck } from "../protocol/query.ts";
import type { CallDetail, CallSummary } from "../protocol/records.ts";
import { counted } from "../server/counted.ts";
import { fieldRows } from "../server/query/fields.ts";
import { callLine } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { manyCalls, sayMistake } from "./query-pages.ts";
import { RECORD_OPTIONS, type RecordApi, recordApi } from "./record-api.ts";

const LIMIT = 50;
/** Calls in one answer: what they are named in is an address. */
const AT_ONCE = 500;

export const command = defineCommand(
  {
    name: "calls",
    summary: "List recorded calls that fit a query, the newest last",
    description:
      "A query is words that appear in a call, and fields, joined by and, or, not (also -) and parentheses. docs/record.md describes paths into values and their comparison.",
    argument: "[QUERY]",
    mostArguments: 1_000,
    options: {
      limit: {
        kind: "number",
        short: "n",
        value: "N",
        min: 1,
        max: 1_000_000,
        whole: true,
        help: `So many (default ${LIMIT})`,
      },
      html: {
        kind: "text",
        value: "FILE",
        help: "Write them into one HTML file that opens anywhere, with their values and stacks",
      },
      oldest: { kind: "flag", help: "The first ones instead of the last" },
      ...RECORD_OPTIONS,
    },
    table: { title: "Fields of a query", rows: fieldRows() },
    examples: [
      ["cideldill calls", "the last ones"],
      ["cideldill calls 'fn:tools.* duration:>100ms'", "slow ones of tools"],
      ["cideldill calls 'error:timeout since:1h' --json", "for a program: a line of JSON each"],
      ["cideldill calls 'fn:tools.* error:timeout' --html calls.html", "to show somebody"],
      ["cideldill calls --db old.db refund", "in a file, without a server"],
      ["cideldill calls 'arg:0.amount>200 or refund'", "by what was passed, or by a word anywhere"],
    ],
  },
  async (values, io, _, words) => {
    const api = await recordApi(values, io);
    const order = values.oldest ? "oldest" : "newest";
    const q = words.join(" ");
    let calls: CallSummary[];
    try {
      calls = await manyCalls(api, { q, limit: values.limit ?? LIMIT, order }, io);
    } catch (error) {
      return sayMistake(error, q, io);
    }
    if (order === "newest") calls.reverse();
    if (values.html !== undefined) return await share(api, calls, q, values.html, io);
    for (const call of calls) io.out.line(values.json ? jsonLine(call) : callLine(call, io.out));
    if (calls.length === 0 && !values.json)
      io.err.line(
        words.length === 0 ? "No calls are recorded yet." : `No recorded call fits${await hintAt(api, q)}`,
      );
    return 0;
  },
);

/** Writes one HTML file. What was redacted stays so: it never left the program. */
async function share(
  api: RecordApi,
  calls: readonly CallSummary[],
  q: string,
  file: string,
  { out }: Pick<Io, "out">,
): Promise<number> {
  if (calls.length === 0) throw new CliError("No recorded call fits, so no file was written");
  const details: CallDetail[] = [];
  let isComplete = true;
  for (let from = 0; from < calls.length; from += AT_ONCE) {
    const numbers = calls.slice(from, from + AT_ONCE).map(({ number }) => number);
    const path = `/api/calls/share?format=json&limit=${AT_ONCE}&calls=${numbers.join(",")}`;
    const answer = await api.get<{ calls: CallDetail[]; complete: boolean }>(path);
    details.push(...answer.calls);
    isComplete &&= answer.complete;
  }
  const { shared } = await import("../server/share/share.ts");
  const pieces = [...shared("html", details, { count: calls.length, q, isComplete })];
  try {
    await Bun.write(resolve(file), pieces.join(""));
  } catch (error) {
    throw new CliError(`Cannot write ${printable(file)}: ${printable(String(error))}`, { cause: error });
  }
  out.line(`Wrote ${counted(calls.length, "call")} to ${printable(file)}.`);
  return 0;
}

/** The query that may be meant by one that nothing fits. */
async function hintAt(api: RecordApi, q: string): Promise<string> {
  const { meant } = await api.get<QueryCheck>(`/api/query/check?${new URLSearchParams({ q })}`);
  return meant === null ? "." : `; did you mean ${printable(meant)}?`;
}
