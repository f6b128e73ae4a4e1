/** `cideldill calls` */
import type { CallSummary } from "../protocol/records.ts";
import { fieldRows } from "../server/query/fields.ts";
import { callLine } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { jsonLine, printable } from "./printable.ts";
import { manyCalls, sayMistake } from "./query-pages.ts";
import { RECORD_OPTIONS, type RecordApi, recordApi } from "./record-api.ts";
import { nearFunction } from "./suggest.ts";

const LIMIT = 50;

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
      oldest: { kind: "flag", help: "The first ones instead of the last" },
      ...RECORD_OPTIONS,
    },
    table: { title: "Fields of a query", rows: fieldRows() },
    examples: [
      ["cideldill calls", "the last ones"],
      ["cideldill calls 'fn:tools.* duration:>100ms'", "slow ones of tools"],
      ["cideldill calls 'error:timeout since:1h' --json", "for a program: a line of JSON each"],
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
    for (const call of calls) io.out.line(values.json ? jsonLine(call) : callLine(call, io.out));
    if (calls.length === 0 && !values.json)
      io.err.line(
        words.length === 0 ? "No calls are recorded yet." : `No recorded call fits${await hintAt(api, q)}`,
      );
    return 0;
  },
);

/** A function that was asked for by a name nothing has: the one that may be meant. */
async function hintAt(api: RecordApi, q: string): Promise<string> {
  const name = /(?:^|[\s(])(?:fn|function|name):([^\s*?(),|"]+)/.exec(q)?.[1];
  const near = name === undefined ? undefined : await nearFunction(api, name);
  return near === undefined ? "." : `; did you mean fn:${printable(near)}?`;
}
