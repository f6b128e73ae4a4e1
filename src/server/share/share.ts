/** Recorded calls as a file to keep or to hand on, piece by piece: lines of JSON, one JSON value, or one HTML page. */
import type { CallDetail, ShareFormat } from "../../protocol/records.ts";
import { counted } from "../counted.ts";
import { callHtml, pageEnd, pageStart } from "./page.ts";

/** Characters of one file at most: it must open. */
const LONGEST = 64 * 1024 * 1024;

const LEFT_OUT = "More calls fit: the file has as many as were asked for, or as one may hold.";

interface Shared {
  /** How many they are, and the query that they fit; empty when they were named. */
  count: number;
  q: string;
  /** Whether these are all that fit. */
  isComplete: boolean;
}

export function* shared(
  format: ShareFormat,
  calls: Iterable<CallDetail>,
  { count, q, isComplete }: Shared,
): Generator<string> {
  if (format === "html") yield pageStart(`${counted(count, "call")}${q === "" ? "" : ` that fit: ${q}`}`);
  if (format === "json") yield '{"calls":[';
  let length = 0;
  let isCut = !isComplete;
  let isFirst = true;
  for (const call of calls) {
    const text = format === "html" ? callHtml(call) : JSON.stringify(call);
    length += text.length;
    if (length > LONGEST) {
      isCut = true;
      break;
    }
    if (format === "json") yield isFirst ? text : `,${text}`;
    else yield format === "html" ? text : `${text}\n`;
    isFirst = false;
  }
  if (format === "html") yield pageEnd(isCut ? LEFT_OUT : "");
  if (format === "json") yield `],"complete":${!isCut}}\n`;
}
