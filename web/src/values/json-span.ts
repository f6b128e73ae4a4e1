/**
 * Finds its way through JSON text by places, without parsing it: a value is where it begins and ends. What is not
 * looked at costs nothing, no digit, duplicate key or order is lost, and replacing a value is cutting text. The text
 * must be JSON: who edits it asks `scanJson` first.
 */

/** Where a value stands in its text, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an array or object. */
export interface Member {
  /** The key as it is written, quotes and all; null in an array. */
  readonly key: Span | null;
  readonly value: Span;
}

/** A step into a document: a key of an object or an index of an array. */
export type Step = string | number;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** The first place from `at` that is no space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
  return next;
}

/** The whole text's value. */
export function rootSpan(text: string): Span {
  const start = skipSpace(text, 0);
  return { start, end: skipValue(text, start) };
}

/** Where the value that begins at `at` ends. */
export function skipValue(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === QUOTE) return skipString(text, at);
  if (code === OPEN_LIST || code === OPEN_OBJECT) return skipContainer(text, at);
  let end = at;
  while (end < text.length && !endsScalar(text.charCodeAt(end))) end += 1;
  return end;
}

const endsScalar = (code: number) =>
  code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT || code === COLON || isSpace(code);

function skipString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

function skipContainer(text: string, at: number): number {
  let depth = 0;
  let next = at;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) {
      next = skipString(text, next);
      continue;
    }
    if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
    next += 1;
    if (depth === 0) return next;
  }
  return text.length;
}

/** Members of an array or object one after the other: whoever needs three reads three. A scalar has none. */
export function* eachMember(text: string, container: Span): Generator<Member, void, undefined> {
  const opener = text.charCodeAt(container.start);
  if (opener !== OPEN_OBJECT && opener !== OPEN_LIST) return;
  const isObject = opener === OPEN_OBJECT;
  let at = skipSpace(text, container.start + 1);
  while (at < container.end - 1) {
    let key: Span | null = null;
    if (isObject) {
      key = { start: at, end: skipValue(text, at) };
      at = skipSpace(text, skipSpace(text, key.end) + 1);
    }
    const value = { start: at, end: skipValue(text, at) };
    // Text that is not JSON after all must not hold the page in a loop.
    if (value.end <= at) return;
    yield { key, value };
    at = skipSpace(text, skipSpace(text, value.end) + 1);
  }
}

export const isList = (text: string, { start }: Span) => text.charCodeAt(start) === OPEN_LIST;
export const isObject = (text: string, { start }: Span) => text.charCodeAt(start) === OPEN_OBJECT;
export const isString = (text: string, { start }: Span) => text.charCodeAt(start) === QUOTE;

/** A string or a scalar as the value it is. Null for what cannot be read. */
export function readScalar(text: string, span: Span): unknown {
  try {
    return JSON.parse(text.slice(span.start, span.end));
  } catch {
    return null;
  }
}

export const readKey = (text: string, member: Member): string =>
  member.key === null ? "" : String(readScalar(text, member.key));

/** The value at a path; null where there is none. Of two members with one key the last counts, as everywhere. */
export function spanAt(text: string, path: readonly Step[]): Span | null {
  let span: Span | null = rootSpan(text);
  for (const step of path) {
    if (span === null) return null;
    span = child(text, span, step);
  }
  return span;
}

function child(text: string, container: Span, step: Step): Span | null {
  if (typeof step === "number" ? !isList(text, container) : !isObject(text, container)) return null;
  let index = 0;
  let found: Span | null = null;
  for (const member of eachMember(text, container)) {
    if (typeof step === "string" && readKey(text, member) === step) found = member.value;
    if (typeof step === "number" && index++ === step) return member.value;
  }
  return found;
}

/** The text with the value at a path replaced; null where there is none. */
export function replaceAt(text: string, path: readonly Step[], json: string): string | null {
  const span = spanAt(text, path);
  return span && text.slice(0, span.start) + json + text.slice(span.end);
}

/** The text with a member taken out of its container; null where there is none. */
export function removeAt(text: string, path: readonly Step[]): string | null {
  const span = spanAt(text, path);
  const parent = spanAt(text, path.slice(0, -1));
  if (path.length === 0 || !span || !parent) return null;
  const members = [...eachMember(text, parent)];
  const at = members.findIndex(({ value }) => value.start === span.start);
  const member = members[at];
  if (!member) return null;
  const start = member.key?.start ?? member.value.start;
  const [before, after] = [members[at - 1], members[at + 1]];
  // With the comma before it, or after it when it is the first.
  if (before) return text.slice(0, before.value.end) + text.slice(member.value.end);
  const next = after ? (after.key?.start ?? after.value.start) : member.value.end;
  return text.slice(0, start) + text.slice(next);
}
