/** `cideldill call ID` */
import { parameterNames } from "../protocol/parameters.ts";
import type { CallDetail, CallNode, RecordedValue } from "../protocol/records.ts";
import { changesText, durationText } from "../protocol/words.ts";
import { arrowOf, callText, clock, dayOf, MICRO, sizeText } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Output } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { RECORD_OPTIONS, recordApi } from "./record-api.ts";
import { shortened } from "./table.ts";

const MOST_FRAMES = 8;

export const command = defineCommand(
  {
    name: "call",
    summary: "Show a recorded call: values, stack, the calls it made",
    argument: "ID",
    options: RECORD_OPTIONS,
    examples: [
      ["cideldill call 48211", "by the number that cideldill calls shows"],
      ["cideldill call 48211 --json", "with the whole values, for a program"],
    ],
  },
  async (values, io, id) => {
    if (id === undefined) throw new UsageError("Which call? Give its number; cideldill calls lists them");
    const api = await recordApi(values, io);
    const { out } = io;
    const path = `/api/calls/${encodeURIComponent(id)}`;
    const call = await api.get<CallDetail>(path);
    if (values.json) {
      out.line(jsonLine(call));
      return 0;
    }
    for (const line of details(call, out)) out.line(line);
    if (call.children > 0) {
      const { root } = await api.get<{ root: CallNode }>(`${path}/tree?limit=100`);
      out.line();
      for (const line of tree(root, out)) out.line(line);
    }
    return 0;
  },
);

function details(call: CallDetail, out: Output): string[] {
  const { style } = out;
  const room = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
  const line = (name: string, text: string) =>
    shortened(`  ${style.dim(name.padEnd(10))} ${printable(text)}`, room, style.ellipsis);
  const names = parameterNames(call.signature, call.args.length);
  const value = (name: string, { text, size, cid }: RecordedValue, parameter?: string) => {
    const shown = parameter === undefined ? text : `${parameter} = ${text}`;
    return line(name, size > text.length * 4 ? `${shown}  (${sizeText(size)}, ${cid.slice(0, 8)})` : shown);
  };
  const status =
    call.duration_ms === null ? call.status : `${call.status}, ${durationText(call.duration_ms, MICRO)}`;
  return [
    `${style.bold(printable(`#${call.number} ${call.function_name}`))}  ${style.dim(printable(status))}`,
    ...(call.status_reason === null ? [] : [line("", call.status_reason)]),
    line("id", call.call_id),
    line("at", `${dayOf(call.started_at)} ${clock(call.started_at)}`),
    line("process", `${call.process_name} (${call.process_key}), session ${call.session}`),
    ...(call.parent ? [line("called by", `#${call.parent.number} ${call.parent.function_name}`)] : []),
    ...(call.target ? [value("target", call.target)] : []),
    ...call.args.map((arg, index) => value(`args[${index}]`, arg, names[index])),
    ...Object.entries(call.kwargs).map(([name, arg]) => value(name, arg)),
    ...(call.result ? [value("result", call.result)] : []),
    ...(call.exception
      ? [line("threw", `${call.exception.type ?? "error"}: ${call.exception.message ?? ""}`)]
      : []),
    ...call.decisions.map((decision) =>
      line(
        "decided",
        `${decision.action} ${decision.when} the call, by ${decision.decided_by.name ?? decision.decided_by.kind}${decision.changes.length === 0 ? "" : `: ${changesText(decision.changes, arrowOf(out))}`}`,
      ),
    ),
    ...call.stack_trace
      .slice(-MOST_FRAMES)
      .reverse()
      .map(({ function: name, filename, lineno }, index) =>
        line(index === 0 ? "called in" : "", `${name ?? "?"} (${filename ?? "?"}:${lineno ?? "?"})`),
      ),
  ];
}

/** The calls it made, indented. */
function tree(node: CallNode, out: Output, depth = 0): string[] {
  const { style } = out;
  const room = out.isTerminal ? out.columns : Number.POSITIVE_INFINITY;
  const took = node.call.duration_ms === null ? node.call.status : durationText(node.call.duration_ms, MICRO);
  const text = `${"  ".repeat(depth + 1)}#${node.call.number} ${took}  ${printable(callText(node.call, out))}`;
  return [
    shortened(text, room, style.ellipsis),
    ...node.children.flatMap((child) => tree(child, out, depth + 1)),
    ...(node.more === null ? [] : [style.dim(`${"  ".repeat(depth + 2)}${style.ellipsis} and more`)]),
  ];
}
