/** Recorded calls as lines: for a person to scan, the newest at the bottom. */
import type { CallSummary } from "../protocol/records.ts";
import { changesText, durationText } from "../protocol/words.ts";
import type { Output } from "./io.ts";
import { printable } from "./printable.ts";
import { shortened } from "./table.ts";

/** Widths that hold what is usual; what is wider makes its own line wider. */
const NUMBER = 7;
const DURATION = 8;

/** Whatever the terminal's letters are. */
export const MICRO = "us";

/** `#48211  10:41:07.114  ok     112 ms  tools.findOrder("A-1042") -> { total: 249.9 }` */
export function callLine(call: CallSummary, out: Output): string {
  const { style } = out;
  const number = `#${call.number}`.padStart(NUMBER);
  const time = clock(call.started_at);
  const duration = durationText(call.duration_ms, MICRO).padStart(DURATION);
  const [mark, paint] = markOf(call, out);
  const start = `${number}  ${time}  ${mark}  ${duration}  `;
  const room = out.isTerminal ? Math.max(20, out.columns - Bun.stringWidth(start)) : Number.POSITIVE_INFINITY;
  const text = shortened(printable(callText(call, out)), room, style.ellipsis);
  return `${style.dim(number)}  ${style.dim(time)}  ${paint(mark)}  ${duration}  ${call.status === "exception" ? style.bad(text) : text}`;
}

export const arrowOf = ({ isTerminal }: Output): string => (isTerminal ? "→" : "->");

export function callText(call: CallSummary, out: Output): string {
  const arrow = arrowOf(out);
  const cross = out.isTerminal ? "✕" : "!!";
  const outcome = call.exception
    ? ` ${cross} ${call.exception.type ?? "error"}${call.exception.message ? `: ${call.exception.message}` : ""}`
    : call.result_text === null
      ? ""
      : ` ${arrow} ${call.result_text}`;
  return `${call.function_name}(${call.args_text})${outcome}${decidedText(call, outcome, arrow)}`;
}

/** ` [modify args[1] 249.9 -> 24.99 by person]`; what it says of the outcome is left out where the line has just said it. */
function decidedText(
  { action, changes, decided_by: by }: CallSummary,
  outcome: string,
  arrow: string,
): string {
  if (action === null) return "";
  const unsaid = changes.filter(
    ({ from, to }) => from !== null || to === null || !outcome.endsWith(` ${to}`),
  );
  const words = [action, changesText(unsaid, arrow), by ? `by ${by.name ?? by.kind}` : ""];
  return ` [${words.filter((word) => word !== "").join(" ")}]`;
}

const WORDS: Readonly<Record<string, string>> = {
  success: "ok     ",
  exception: "error  ",
  running: "running",
  abandoned: "gone   ",
  lost: "lost   ",
};

/** A word; at a terminal a sign is enough. */
function markOf({ status }: CallSummary, { isTerminal, style }: Output): [string, (text: string) => string] {
  const plain = (text: string) => text;
  if (!isTerminal) return [WORDS[status] ?? status.padEnd(7), plain];
  switch (status) {
    case "success":
      return ["✓", style.dim];
    case "exception":
      return ["✕", style.bad];
    case "running":
      return ["…", plain];
    case "abandoned":
    case "lost":
      return ["?", style.dim];
    default:
      return ["·", style.dim];
  }
}

/** Local time, to the millisecond. */
export function clock(seconds: number): string {
  const date = new Date(seconds * 1_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Local day, as `2026-03-01`. */
export function dayOf(seconds: number): string {
  const date = new Date(seconds * 1_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `12.4 MB` */
export function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1_024).toFixed(1)} KB`;
  return bytes < 1_073_741_824
    ? `${(bytes / 1_048_576).toFixed(1)} MB`
    : `${(bytes / 1_073_741_824).toFixed(2)} GB`;
}
