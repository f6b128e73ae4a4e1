/**
 * The frames that come by the thousand, checked by hand: a schema's walk would cost more than all the rest of a call.
 * Every check says what the schema of the frame says, no more and no less (test/unit/server/debuggees/hot-frames.test.ts).
 */

import { MAX_NAME_LENGTH } from "../../protocol/constants.ts";
import { LONGEST_ID, MOST_ARGS, MOST_FRAMES } from "../../protocol/debuggee-frame-schemas.ts";
import { type ClientFrame, MOST_REFS, MOST_ROWS } from "../../protocol/debuggee-frames.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Those that are checked here, by their `t`. */
export const HOT_CHECKS: { readonly [T in ClientFrame["t"]]?: (value: unknown) => boolean } = {
  calls: isCalls,
  ask: isAsk,
  end: isEnd,
};

function isCalls(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isSeq(value.batch) &&
    (value.names === undefined || isList(value.names, MOST_REFS, isNewName)) &&
    (value.texts === undefined || isList(value.texts, MOST_REFS, isNewText)) &&
    (value.sites === undefined || isList(value.sites, MOST_REFS, isNewSite)) &&
    isList(value.rows, MOST_ROWS, isRow)
  );
}

function isAsk(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isSeq(value.seq) &&
    isName(value.name) &&
    (value.parent === null || isId(value.parent)) &&
    isFiniteNumber(value.started_at) &&
    (value.signature === null || typeof value.signature === "string" || isFiniteNumber(value.signature)) &&
    isList(value.args, MOST_ARGS, isTextRef) &&
    (value.refs === undefined || isList(value.refs, MOST_ARGS, isWhole)) &&
    (value.target === undefined || isTextRef(value.target)) &&
    isList(value.site, MOST_FRAMES, isStackFrame) &&
    (value.call_type === "proxy" || value.call_type === "inline") &&
    (value.was_paused === undefined || typeof value.was_paused === "boolean")
  );
}

function isEnd(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isSeq(value.seq) &&
    isFiniteNumber(value.duration_ms) &&
    (value.status === 0 || value.status === 1) &&
    isTextRef(value.outcome) &&
    (value.outcome_ref === undefined || isWhole(value.outcome_ref)) &&
    (value.exception === undefined || isThrown(value.exception)) &&
    (value.mutated === undefined || isList(value.mutated, MOST_ARGS, isMutation)) &&
    typeof value.wait === "boolean" &&
    (value.run === undefined || isWhole(value.run))
  );
}

function isRow(row: unknown): boolean {
  if (!Array.isArray(row) || row.length < 8 || row.length > 12) return false;
  const [seq, name, parent, startedAt, duration, status, args, outcome, site, target, exception, refs] =
    row as unknown[];
  return (
    isSeq(seq) &&
    isRef(name) &&
    (parent === null || isId(parent)) &&
    isFiniteNumber(startedAt) &&
    (duration === null || isFiniteNumber(duration)) &&
    (status === 0 || status === 1 || status === 2) &&
    isList(args, MOST_ARGS, isRef) &&
    (outcome === null || isRef(outcome)) &&
    (row.length < 9 || site === null || isRef(site)) &&
    (row.length < 10 || target === null || isRef(target)) &&
    (row.length < 11 || exception === null || isThrown(exception)) &&
    (row.length < 12 || refs === null || isList(refs, MOST_ARGS, isWhole))
  );
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isList(value: unknown, most: number, isMember: (member: unknown) => boolean): boolean {
  if (!Array.isArray(value) || value.length > most) return false;
  for (let index = 0; index < value.length; index++) if (!isMember(value[index])) return false;
  return true;
}

const isFiniteNumber = (value: unknown): boolean => Number.isFinite(value);
const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isSeq = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
const isRef = (value: unknown): boolean => isWhole(value) && (value as number) <= MOST_REFS;
const isId = (value: unknown): boolean => typeof value === "string" && value.length <= LONGEST_ID;
const isName = (value: unknown): boolean =>
  typeof value === "string" && value.length >= 1 && value.length <= MAX_NAME_LENGTH;

function isPair(value: unknown): value is [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

const isNewText = (value: unknown): boolean =>
  isPair(value) && isRef(value[0]) && typeof value[1] === "string";
const isTextRef = (value: unknown): boolean => (typeof value === "number" ? isRef(value) : isNewText(value));
const isNewName = (value: unknown): boolean => isPair(value) && isRef(value[0]) && isName(value[1]);
const isNewSite = (value: unknown): boolean =>
  isPair(value) && isRef(value[0]) && isList(value[1], MOST_FRAMES, isStackFrame);
const isMutation = (value: unknown): boolean => isPair(value) && isWhole(value[0]) && isTextRef(value[1]);

const isTextOrNone = (value: unknown): boolean => value == null || typeof value === "string";

function isStackFrame(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isTextOrNone(value.filename) &&
    isTextOrNone(value.function) &&
    (value.lineno == null || isFiniteNumber(value.lineno)) &&
    (value.column == null || isFiniteNumber(value.column))
  );
}

function isThrown(value: unknown): boolean {
  if (!isObject(value)) return false;
  return typeof value.type === "string" && typeof value.message === "string" && isTextOrNone(value.traceback);
}
