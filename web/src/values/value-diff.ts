/** What an edit changed, leaf by leaf, found by place: only what differs is read. */
import { eachMember, isList, isObject, readKey, rootSpan, type Span, type Step } from "./json-span.ts";
import { minifyJson } from "./json-text.ts";
import { tagFieldsAt } from "./tag-fields.ts";
import { previewAt } from "./value-preview.ts";
import { pathText } from "./value-shape.ts";

export interface ValueChange {
  /** Way through the document. */
  readonly path: readonly Step[];
  /** The same as a person calls it: `lines[0].sku`, empty for the value itself. */
  readonly label: string;
  /** `null` when there was nothing there. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ValueDiff {
  readonly changes: readonly ValueChange[];
  /** Whether there are more than were counted. */
  readonly isCut: boolean;
}

const MOST = 500;
const DEEPEST = 200;
const WIDTH = 400;
/** Larger values that differ in spelling alone are shown as changed. */
const RESPELLED = 4_000;

/** Compares two texts of JSON; lists by place. */
export function diffValues(before: string, after: string): ValueDiff {
  const changes: ValueChange[] = [];
  compare({ before, after, changes }, rootSpan(before), rootSpan(after), [], [], 0);
  return { changes: changes.slice(0, MOST), isCut: changes.length > MOST };
}

interface Work {
  readonly before: string;
  readonly after: string;
  readonly changes: ValueChange[];
}

const cut = (text: string, span: Span) => text.slice(span.start, span.end);

function compare(work: Work, old: Span, now: Span, path: Step[], named: Step[], depth: number): void {
  const { before, after, changes } = work;
  if (changes.length > MOST) return;
  const [left, right] = [cut(before, old), cut(after, now)];
  if (left === right) return;
  if (left.length + right.length < RESPELLED && minifyJson(left) === minifyJson(right)) return;
  const isSameKind =
    (isList(before, old) && isList(after, now)) || (isObject(before, old) && isObject(after, now));
  if (depth < DEEPEST && isSameKind && goesInside(work, old, now))
    members(work, old, now, path, named, depth);
  else changes.push(change(work, old, now, path, named));
}

/** A Date with another time is another Date; a Map with another entry is the same Map with an entry changed. */
function goesInside({ before, after }: Work, old: Span, now: Span): boolean {
  const [was, is] = [tagFieldsAt(before, old), tagFieldsAt(after, now)];
  if (!was && !is) return true;
  return was?.tag === is?.tag && PARTS.some((part) => was?.span(part) && is?.span(part));
}

/** Parts of a tag that hold members. */
const PARTS = ["entries", "values", "properties", "symbols"];

function members(work: Work, old: Span, now: Span, path: Step[], named: Step[], depth: number): void {
  const [left, right] = [byStep(work.before, old), byStep(work.after, now)];
  const isTag = tagFieldsAt(work.before, old) !== null;
  for (const step of new Set([...left.keys(), ...right.keys()])) {
    const [was, is] = [left.get(step), right.get(step)];
    const at = [...path, step];
    const isPart = isTag && typeof step === "string" && (PARTS.includes(step) || step === "value");
    const name = isPart ? named : [...named, step];
    if (was && is) compare(work, was, is, at, name, depth + 1);
    else if (work.changes.length <= MOST) work.changes.push(change(work, was ?? null, is ?? null, at, name));
  }
}

function byStep(text: string, span: Span): Map<Step, Span> {
  const steps = new Map<Step, Span>();
  const inList = isList(text, span);
  let index = 0;
  for (const member of eachMember(text, span)) {
    steps.set(inList ? index : readKey(text, member), member.value);
    index += 1;
  }
  return steps;
}

const change = (
  work: Work,
  old: Span | null,
  now: Span | null,
  path: Step[],
  named: Step[],
): ValueChange => ({
  path,
  label: pathText(named),
  before: old && previewAt(work.before, old, WIDTH),
  after: now && previewAt(work.after, now, WIDTH),
});
