/**
 * Edits of values that were cut before they were sent. A mark in a value stands for what only the program has: left as
 * it is, it keeps that. Changed or moved it means nothing, and the program would be the first to find out.
 */
import type { WireItem } from "../protocol/payload.ts";
import type { Item } from "./engine/calls.ts";
import { Refusal } from "./engine/refusal.ts";

/** All arguments after the first 1,000, as one more argument. */
const REST = /^\{"\$type":"cut","kind":"entries","size":(\d+)\}$/;

const STILL_PAUSED = "The call is still paused.";

/** Refuses a list of arguments that would lose those which were not sent, without meaning to. */
export function checkRest(own: readonly Item[], given: readonly WireItem[]): void {
  const shown = own.length - 1;
  const rest = own[shown];
  const size = rest?.text === undefined ? undefined : REST.exec(rest.text)?.[1];
  if (!rest || size === undefined) return;
  const places = given.flatMap(({ cid }, place) => (cid === rest.cid ? [place] : []));
  if (places.length === 0 ? given.length <= shown : places.length === 1 && places[0] === given.length - 1)
    return;
  throw new Refusal(
    "action_not_supported",
    `The call has ${Number(size).toLocaleString("en-US")} arguments, of which the first ${shown.toLocaleString("en-US")} were sent: ` +
      "the last one here stands for all others. Keep it at the end to keep those, or give at most " +
      `${shown.toLocaleString("en-US")} arguments without it to run with these alone. ${STILL_PAUSED}`,
  );
}

/** Refuses a value with a mark that the value it was edited from has not. `before` is null where there is none. */
export function checkCuts(given: string, before: string | null, where: string): void {
  if (!given.includes('"cut"')) return;
  const known = before === null ? [] : marksOf(before).map((mark) => JSON.stringify(mark));
  for (const mark of marksOf(given)) {
    const at = known.indexOf(JSON.stringify(mark));
    if (at === -1) {
      throw new Refusal(
        "action_not_supported",
        `${where} has a part that was cut before it was sent (kind ${JSON.stringify(mark.kind)}), and that part is not as it was: ` +
          `the program cannot rebuild it. Leave the mark and its place as they were, or give a whole value instead. ${STILL_PAUSED}`,
      );
    }
    known.splice(at, 1);
  }
}

type Mark = { kind: unknown };

/** The marks of a document, outermost first. Not walked by calls: documents may nest deep. */
function marksOf(text: string): Mark[] {
  const marks: Mark[] = [];
  const open: unknown[] = [JSON.parse(text)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== "object" || node === null) continue;
    if ("$type" in node && node.$type === "cut" && "kind" in node) marks.push(node);
    else
      for (const member of Object.values(node)) if (typeof member === "object" && member) open.push(member);
  }
  return marks;
}
