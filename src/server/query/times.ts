/** Durations and moments as people write them. */
import { type Query, QueryError } from "./ast.ts";
import { unquoted } from "./tokens.ts";

const MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};
const DURATIONS = [">100ms", "<1s", "10ms..1s"];
const MOMENTS = ["10m", "2h", "1d", "10:30", "2026-01-31", "2026-01-31T10:00"];
const AGO_S: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 };

export function durationQuery(raw: string, start: number): Query {
  const said = raw;
  const range = /^([\d.]+\p{L}*)\.\.([\d.]+\p{L}*)$/u.exec(raw);
  if (range)
    return {
      kind: "duration",
      min: milliseconds(range[1] ?? "", start),
      max: milliseconds(range[2] ?? "", start + (range[1]?.length ?? 0) + 2),
      open: false,
      said,
    };
  const match = /^(>=|<=|>|<)?(.*)$/.exec(raw);
  const [operator = "", text = ""] = [match?.[1], match?.[2]];
  const value = milliseconds(text, start + operator.length);
  const open = operator === ">" || operator === "<";
  if (operator.startsWith("<")) return { kind: "duration", min: null, max: value, open, said };
  if (operator.startsWith(">")) return { kind: "duration", min: value, max: null, open, said };
  throw new QueryError(
    "duration: wants > or < before the time, or a range",
    start + 1,
    raw.length,
    DURATIONS,
  );
}

function milliseconds(text: string, start: number): number {
  const match = /^(\d+(?:\.\d+)?)(\p{L}*)$/u.exec(text);
  const factor = MS[match?.[2] || "ms"];
  if (!match || factor === undefined)
    throw new QueryError(`"${text}" is no duration`, start + 1, Math.max(1, text.length), DURATIONS);
  return Number(match[1]) * factor;
}

/** Unix seconds. `now` too; hours and dates without a zone are local. */
export function timeAt(raw: string, start: number, now: number): number {
  const text = unquoted(raw, start);
  const ago = /^(\d+(?:\.\d+)?)(s|m|min|h|d|w)$/.exec(text);
  if (ago) return now - Number(ago[1]) * (AGO_S[ago[2] ?? "s"] ?? 1);
  if (/^\d{9,}(\.\d+)?$/.test(text)) return Number(text);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock) {
    const date = new Date(now * 1000);
    date.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
    return date.getTime() / 1000;
  }
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    const time = new Date(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T")).getTime() / 1000;
    if (!Number.isNaN(time)) return time;
  }
  throw new QueryError(`"${text}" is no time`, start + 1, raw.length, MOMENTS);
}
