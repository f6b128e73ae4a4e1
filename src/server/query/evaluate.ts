/** Whether a call fits a query. The one place that decides: indexes only choose what is looked at. */
import type { StackFrame } from "../../protocol/calls.ts";
import { globMatcher } from "../engine/rules/names.ts";
import type { Query } from "./ast.ts";
import { compares, valuesAt } from "./value.ts";

/** A value of a call; what is costly is made when it is asked for. */
export interface SubjectValue {
  /** A number that stands for the value as long as the query lives; null when it has none. */
  readonly id: number | null;
  readonly cid: string;
  /** What text is found in it, folded. */
  text(): string;
  /** As plain data; undefined when it cannot be read. */
  plain(): unknown;
}

/** A call as queries see it: one of the record, or one that is just happening. */
export interface Subject {
  readonly number: number;
  readonly functionName: string;
  readonly status: string;
  readonly startedAt: number;
  readonly durationMs: number | null;
  readonly session: { id: number; label: string; isCurrent: boolean };
  /** What a process may be called: key, pid, program, page. */
  readonly processNames: readonly string[];
  readonly frame: StackFrame | null;
  readonly decisions: readonly { action: string; by: string }[];
  readonly isPinned: boolean;
  args(): readonly SubjectValue[];
  kwargs(): readonly (readonly [string, SubjectValue])[];
  target(): SubjectValue | null;
  result(): SubjectValue | null;
  /** What was thrown, as a value, and what is known of it as text. */
  thrown(): readonly SubjectValue[];
}

export type Matches = (subject: Subject) => boolean;

/** Values of which it is remembered whether they fit a condition. */
const REMEMBERED = 50_000;

/** Makes a query into a function. Use it for one search: it remembers values by their numbers. */
export function compileQuery(query: Query): Matches {
  switch (query.kind) {
    case "all":
      return () => true;
    case "and": {
      const parts = query.parts.map(compileQuery);
      return (subject) => parts.every((part) => part(subject));
    }
    case "or": {
      const parts = query.parts.map(compileQuery);
      return (subject) => parts.some((part) => part(subject));
    }
    case "not": {
      const part = compileQuery(query.part);
      return (subject) => !part(subject);
    }
    case "text": {
      const contains = containing(query.text);
      return (subject) =>
        subject.functionName.toLowerCase().includes(query.text) || allValues(subject).some(contains);
    }
    case "contains": {
      const contains = containing(query.text);
      return (subject) => valuesIn(subject, query.where).some(contains);
    }
    case "name":
      return nameMatcher(query.field, query.globs);
    case "status":
      return (subject) => query.statuses.includes(subject.status);
    case "decision":
      return (subject) =>
        subject.decisions.some(({ action, by }) => query.names.includes(query.field === "by" ? by : action));
    case "cid":
      return (subject) => allValues(subject).some(({ cid }) => cid.startsWith(query.prefix));
    case "compare":
      return compareMatcher(query);
    case "duration":
      return durationMatcher(query);
    case "time":
      return (subject) =>
        query.field === "since" ? subject.startedAt >= query.at : subject.startedAt < query.at;
    case "number":
      return (subject) => subject.number >= query.from && subject.number <= query.to;
    case "pinned":
      return (subject) => subject.isPinned === query.pinned;
  }
}

const containing = (text: string) => remembering((value) => value.text().includes(text));

/** What is true of a value stays true: many calls have the same. */
function remembering(fits: (value: SubjectValue) => boolean): (value: SubjectValue) => boolean {
  const known = new Map<number, boolean>();
  return (value) => {
    if (value.id === null) return fits(value);
    const before = known.get(value.id);
    if (before !== undefined) return before;
    const found = fits(value);
    if (known.size >= REMEMBERED) known.clear();
    known.set(value.id, found);
    return found;
  };
}

function valuesIn(subject: Subject, where: "arg" | "result" | "error"): readonly SubjectValue[] {
  if (where === "error") return subject.thrown();
  if (where === "arg") return [...subject.args(), ...subject.kwargs().map(([, value]) => value)];
  const result = subject.result();
  return result ? [result] : [];
}

function allValues(subject: Subject): readonly SubjectValue[] {
  const target = subject.target();
  return [
    ...valuesIn(subject, "arg"),
    ...valuesIn(subject, "result"),
    ...valuesIn(subject, "error"),
    ...(target ? [target] : []),
  ];
}

function nameMatcher(field: "fn" | "process" | "session" | "caller", globs: readonly string[]): Matches {
  switch (field) {
    case "fn": {
      const fits = functionMatcher(globs);
      return (subject) => fits(subject.functionName);
    }
    case "process": {
      const fits = processMatcher(globs);
      return (subject) => fits(subject.processNames);
    }
    case "session": {
      const fits = sessionMatcher(globs);
      return (subject) => fits(subject.session);
    }
    default: {
      const fits = callerMatcher(globs);
      return (subject) => fits(subject.frame);
    }
  }
}

/** The whole name, or what comes after its last dot; case counts. */
export function functionMatcher(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.map(globMatcher);
  return (name) => {
    const last = name.slice(name.lastIndexOf(".") + 1);
    return matchers.some((matches) => matches(name) || matches(last));
  };
}

/** One of its names, or the end of one after a slash. */
export function processMatcher(globs: readonly string[]): (names: readonly string[]) => boolean {
  const matchers = globs.map(globMatcher);
  return (names) =>
    names.some((name) => {
      const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
      return matchers.some((matches) => matches(name) || matches(last));
    });
}

export function sessionMatcher(
  globs: readonly string[],
): (session: { id: number; label: string; isCurrent: boolean }) => boolean {
  const matchers = globs.map((glob) => ({ glob: glob.toLowerCase(), matches: globMatcher(glob) }));
  return ({ id, label, isCurrent }) =>
    matchers.some(
      ({ glob, matches }) =>
        (glob === "current" && isCurrent) || glob === String(id) || (label !== "" && matches(label)),
    );
}

/** The function of a frame, its file or the file's last part, with or without the line. */
export function callerMatcher(globs: readonly string[]): (frame: StackFrame | null) => boolean {
  const matchers = globs.map(globMatcher);
  return (frame) => {
    if (frame === null) return false;
    const file = frame.filename ?? "";
    const base = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
    const names = [frame.function ?? "", file, base, `${file}:${frame.lineno}`, `${base}:${frame.lineno}`];
    return names.some((name) => name !== "" && matchers.some((matches) => matches(name)));
  };
}

function compareMatcher(query: Extract<Query, { kind: "compare" }>): Matches {
  const { place, compare, literal } = query;
  const fitting = (path: typeof place.path) =>
    remembering((value) =>
      valuesAt(value.plain(), path).some((one) => one !== undefined && compares(one, compare, literal)),
    );
  const whole = fitting(place.path);
  if (place.where === "result") {
    return (subject) => {
      const result = subject.result();
      return result !== null && whole(result);
    };
  }
  const [first, ...path] = place.path;
  const rest = fitting(path);
  if (typeof first === "number") {
    return (subject) => {
      const value = subject.args()[first];
      return value !== undefined && rest(value);
    };
  }
  if (first === undefined || first === "*") return (subject) => valuesIn(subject, "arg").some(rest);
  // A name: a keyword argument, or a member of any argument.
  return (subject) =>
    subject.kwargs().some(([name, value]) => name === first && rest(value)) ||
    valuesIn(subject, "arg").some(whole);
}

function durationMatcher({ min, max, open }: Extract<Query, { kind: "duration" }>): Matches {
  return ({ durationMs }) => {
    if (durationMs === null) return false;
    if (min !== null && (open ? durationMs <= min : durationMs < min)) return false;
    return max === null || (open ? durationMs < max : durationMs <= max);
  };
}
