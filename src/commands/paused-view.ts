/** Paused calls as a person at a terminal sees them. */

import { parameterNames } from "../protocol/parameters.ts";
import type { PausedCall, PausedCallData } from "../protocol/pauses.ts";
import type { PayloadItem } from "../protocol/payload.ts";
import { decodeItemBytes, reprOf, valueText } from "../server/values/index.ts";
import type { Output } from "./io.ts";
import { ago } from "./list.ts";
import { printable } from "./printable.ts";
import { tableLines } from "./table.ts";

/** So many letters of an id are told, or more where that would be two calls. */
const SHORT_ID = 8;

/** Characters of a value in a line. */
const TEXT = 1_000;

/** The shortest beginnings that tell ids apart. */
export function shortIds(ids: readonly string[]): Map<string, string> {
  for (let length = SHORT_ID; ; length++) {
    const short = ids.map((id) => id.slice(0, length));
    if (new Set(short).size === ids.length) return new Map(ids.map((id, at) => [id, short[at] ?? id]));
  }
}

export function pausedLines(paused: readonly PausedCall[], out: Output, now: number): string[] {
  if (paused.length === 0) return ["Nothing is paused."];
  const ids = shortIds(paused.map(({ id }) => id));
  const rows = paused.map(({ id, paused_at, call_data: call }) => [
    ids.get(id) ?? id,
    ago(now - paused_at),
    call.page_url === null ? String(call.process_pid) : "page",
    whyText(call),
    printable(callText(call)),
  ]);
  return tableLines(["ID", "SINCE", "PID", "WHY", "CALL"], rows, out);
}

/** `charge({ amount: 5 }, currency="EUR")`, after it as it ran, and with what came of it. */
export function callText(call: PausedCallData): string {
  const ran = call.ran_with ?? call;
  const args = [
    ...argTexts(ran),
    ...Object.entries(kwargTexts(ran)).map(([name, text]) => `${name}=${text}`),
  ];
  return `${call.method_name}(${args.join(", ")})${call.pause_when === "after" ? outcomeText(call) : ""}`;
}

function outcomeText(call: PausedCallData): string {
  if (call.status !== "exception") return ` -> ${itemText(call.result, call.pretty_result)}`;
  const thrown = (call.exception ?? {}) as { type?: string | null; message?: string | null };
  return ` threw ${thrown.type ?? "an error"}${thrown.message ? `: ${thrown.message}` : ""}`;
}

type Passed = Pick<PausedCallData, "args" | "kwargs" | "pretty_args" | "pretty_kwargs">;

const argTexts = ({ args, pretty_args }: Passed): string[] =>
  pretty_args.map((pretty, place) => itemText(args[place], pretty));

const kwargTexts = ({ kwargs, pretty_kwargs }: Passed): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pretty_kwargs).map(([name, pretty]) => [name, itemText(kwargs[name], pretty)]),
  );

/** As the record shows it, where the value is at hand: a display's text of a secret looks like a string. */
function itemText(item: PayloadItem | undefined, pretty: unknown): string {
  const format = item?.serialization_format;
  if (typeof item?.data !== "string" || (format !== "json" && format !== "dill")) return valueText(pretty);
  return reprOf(format, decodeItemBytes(item.data, format).bytes, TEXT);
}

const whyText = ({ rule, pause_cause }: PausedCallData): string =>
  rule === null ? printable(pause_cause.replaceAll("_", " ")) : printable(`${pause_cause} ${rule}`);

/** All that is known of one. */
export function pauseDetails({ id, call_data: call }: PausedCall, out: Output): string[] {
  const { style } = out;
  const line = (name: string, text: string) => `  ${style.dim(name.padEnd(9))} ${printable(text)}`;
  const names = parameterNames(call.signature, call.pretty_args.length);
  const frames = call.call_site.stack_trace ?? [];
  return [
    `${style.paused} ${style.bold(printable(callText(call)))}`,
    line("id", id),
    line("process", `${call.process_key}${call.page_url === null ? "" : ` ${call.page_url}`}`),
    line("why", `${whyText(call)}, ${call.pause_when} the call`),
    ...argTexts(call).map((text, place) =>
      line(`args[${place}]`, names[place] === undefined ? text : `${names[place]} = ${text}`),
    ),
    ...Object.entries(kwargTexts(call)).map(([name, text]) => line(name, text)),
    ...(call.mutated ?? []).map(({ index, item, pretty }) => line(`now [${index}]`, itemText(item, pretty))),
    ...frames
      .slice(-5)
      .reverse()
      .map(({ filename, lineno, function: name }) =>
        line("called", `${name ?? "?"} (${filename ?? "?"}:${lineno ?? "?"})`),
      ),
    line("accepts", [...call.accepts, ...(call.accepts_pause_after ? ["pause after"] : [])].join(", ")),
  ];
}
