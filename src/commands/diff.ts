/** `cideldill diff A B` */

import type { CallDiff, Change } from "../protocol/comparisons.ts";
import { valueText } from "../server/values/index.ts";
import { callText } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Output } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { RECORD_OPTIONS, recordApi } from "./record-api.ts";
import { shortened } from "./table.ts";

export const command = defineCommand(
  {
    name: "diff",
    summary: "Show what differs between two recorded calls",
    description: "Exits with 0 when nothing differs and with 1 when something does, as diff does.",
    argument: "A B",
    mostArguments: 2,
    options: RECORD_OPTIONS,
    examples: [["cideldill diff 48211 48230", "arguments, result and exception, member by member"]],
  },
  async (values, io, a, [, b]) => {
    if (a === undefined || b === undefined)
      throw new UsageError("Which two calls? Give their numbers; cideldill calls lists them");
    const api = await recordApi(values, io);
    const { out } = io;
    const diff = await api.get<CallDiff>(`/api/diff?${new URLSearchParams({ a, b })}`);
    if (values.json) out.line(jsonLine(diff));
    else for (const line of diffLines(diff, out)) out.line(line);
    return diff.same ? 0 : 1;
  },
);

function diffLines(diff: CallDiff, out: Output): string[] {
  const { style } = out;
  const room = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
  const fit = (text: string) => shortened(printable(text), room, style.ellipsis);
  return [
    style.dim(fit(`- #${diff.a.number} ${callText(diff.a, out)}`)),
    style.dim(fit(`+ #${diff.b.number} ${callText(diff.b, out)}`)),
    ...(diff.same ? ["They are the same but for time and place."] : []),
    ...diff.changes.flatMap((change) => changeLines(change, fit, style.bad)),
    ...(diff.cut ? [style.dim("There is more that differs than is shown.")] : []),
  ];
}

function changeLines(change: Change, fit: (text: string) => string, old: (text: string) => string): string[] {
  const name = change.at === "" ? "value" : change.at;
  return [
    fit(`${name}`),
    ...(change.kind === "added" ? [] : [old(fit(`  - ${valueText(change.a)}`))]),
    ...(change.kind === "removed" ? [] : [fit(`  + ${valueText(change.b)}`)]),
  ];
}
