/** A recorded call as queries see it. Values are read when they are asked for, and read once for many calls. */
import type { Decision } from "../../protocol/actions.ts";
import type { StackFrame } from "../../protocol/calls.ts";
import type { Subject, SubjectValue } from "../query/evaluate.ts";
import { Cache } from "../store/cache.ts";
import { searchable } from "../store/searchable.ts";
import type { ReadStore, SessionRow, StoredCall, StoredPayload } from "../store/store.ts";
import { plainOf } from "../values/plain.ts";
import { processNames, statusName } from "./names.ts";

/** Values that are held for calls to come. */
const HELD = 2_000;

/** Makes subjects for one search. */
export class Subjects {
  readonly #store: ReadStore;
  readonly #values = new Cache<number, SubjectValue>(HELD);
  readonly #functions = new Map<number, string>();
  readonly #processes = new Map<number, string[]>();
  readonly #frames = new Map<number, StackFrame | null>();
  #sessions: Map<number, SessionRow> | null = null;

  constructor(store: ReadStore) {
    this.#store = store;
  }

  of(call: StoredCall): Subject {
    return new RecordedSubject(this, call);
  }

  value(id: number): SubjectValue {
    const held = this.#values.get(id);
    if (held) return held;
    const value = new RecordedValue(id, () => this.#store.payload(id));
    this.#values.set(id, value);
    return value;
  }

  functionName(id: number): string {
    return kept(this.#functions, id, () => this.#store.functionName(id));
  }

  processNames(id: number): string[] {
    return kept(this.#processes, id, () => processNames(this.#store.process(id)));
  }

  frame(site: number): StackFrame | null {
    return kept(this.#frames, site, () => this.#store.frames(site).at(-1) ?? null);
  }

  session(id: number): Subject["session"] {
    this.#sessions ??= new Map(this.#store.sessions().map((session) => [session.id, session]));
    const label = this.#sessions.get(id)?.label ?? "";
    return { id, label, isCurrent: this.#store.ownSessions.includes(id) };
  }

  status(call: StoredCall): string {
    return statusName(this.#store, call);
  }

  isPinned(number: number): boolean {
    return this.#store.isPinned(number);
  }
}

function kept<T>(map: Map<number, T>, id: number, make: () => T): T {
  const before = map.get(id);
  if (before !== undefined) return before;
  const made = make();
  if (map.size >= HELD) map.clear();
  map.set(id, made);
  return made;
}

class RecordedSubject implements Subject {
  readonly #subjects: Subjects;
  readonly #call: StoredCall;

  constructor(subjects: Subjects, call: StoredCall) {
    this.#subjects = subjects;
    this.#call = call;
  }

  get number(): number {
    return this.#call.number;
  }
  get functionName(): string {
    return this.#subjects.functionName(this.#call.functionId);
  }
  get status(): string {
    return this.#subjects.status(this.#call);
  }
  get startedAt(): number {
    return this.#call.startedAt;
  }
  get durationMs(): number | null {
    return this.#call.durationMs;
  }
  get session(): Subject["session"] {
    return this.#subjects.session(this.#call.session);
  }
  get processNames(): readonly string[] {
    return this.#subjects.processNames(this.#call.process);
  }
  get frame(): StackFrame | null {
    return this.#call.site === null ? null : this.#subjects.frame(this.#call.site);
  }
  get decisions(): Subject["decisions"] {
    return decisionsOf(this.#call).map(({ action, decided_by }) => ({ action, by: decided_by.kind }));
  }
  get isPinned(): boolean {
    return this.#subjects.isPinned(this.#call.number);
  }

  args(): SubjectValue[] {
    return this.#call.args.map((id) => this.#subjects.value(id));
  }
  kwargs(): [string, SubjectValue][] {
    return Object.entries(this.#call.extra?.kwargs ?? {}).map(([name, [id]]) => [
      name,
      this.#subjects.value(id),
    ]);
  }
  target(): SubjectValue | null {
    return this.#one(this.#call.target);
  }
  result(): SubjectValue | null {
    return this.#call.error === null ? this.#one(this.#call.outcome) : null;
  }
  thrown(): SubjectValue[] {
    if (this.#call.error === null) return [];
    return [this.#call.error, this.#call.outcome].flatMap((id) => this.#one(id) ?? []);
  }

  #one(id: number | null): SubjectValue | null {
    return id === null ? null : this.#subjects.value(id);
  }
}

class RecordedValue implements SubjectValue {
  readonly id: number;
  readonly #read: () => StoredPayload | null;
  #text: string | undefined;
  #plain: { value: unknown } | undefined;
  #cid: string | undefined;

  constructor(id: number, read: () => StoredPayload | null) {
    this.id = id;
    this.#read = read;
  }

  get cid(): string {
    this.#cid ??= this.#read()?.cid ?? "";
    return this.#cid;
  }

  text(): string {
    if (this.#text !== undefined) return this.#text;
    const payload = this.#read();
    this.#text = payload ? searchable(payload) : "";
    return this.#text;
  }

  plain(): unknown {
    if (this.#plain) return this.#plain.value;
    const payload = this.#read();
    let value: unknown;
    try {
      value = payload ? plainOf(payload.format === "dill" ? "dill" : "json", payload.bytes) : undefined;
    } catch {
      // Too large, or unreadable: nothing is equal to it.
    }
    this.#plain = { value };
    return value;
  }
}

/** Decisions kept with a call. */
export function decisionsOf(call: StoredCall): Decision[] {
  const decisions = call.extra?.fields?.decisions;
  return Array.isArray(decisions) ? (decisions as Decision[]) : [];
}

/** The last decision that made the call another one than the program's. */
export const changeOf = (call: StoredCall): Decision | undefined =>
  decisionsOf(call).findLast(({ action }) => action !== "continue");
