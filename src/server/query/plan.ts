/**
 * From a query to conditions that the store's indexes can check. They may let through more than fits, never less: every
 * call is looked at again by `compileQuery`. A condition that no index knows is simply left out here.
 */
import { processNames } from "../record/names.ts";
import { folded } from "../store/searchable.ts";
import { type CallReader, type CallWhere, STATUS, type StatusCode } from "../store/store.ts";
import type { Query } from "./ast.ts";
import { callerMatcher, functionMatcher, processMatcher, sessionMatcher } from "./evaluate.ts";

/** Values that are looked up for one condition; with more of them going through the calls is faster. */
const MOST_VALUES = 3_000;

/** Call sites that are looked at for one condition. */
const MOST_SITES = 3_000;

/** Alternatives that are gone through side by side; more of them are one way through all calls. */
const MOST_ALTERNATIVES = 8;

/** Shortest text that the full-text index knows. */
const SHORTEST = 3;

interface Any {
  functions: readonly number[];
  values: readonly number[];
}

/** @param ownSessions Numbers of the sessions that are `current`. */
export function planQuery(query: Query, store: CallReader, ownSessions: readonly number[]): CallWhere {
  return new Planner(store, ownSessions).where(query);
}

class Planner {
  readonly #store: CallReader;
  readonly #own: readonly number[];

  constructor(store: CallReader, own: readonly number[]) {
    this.#store = store;
    this.#own = own;
  }

  where(query: Query): CallWhere {
    switch (query.kind) {
      case "and":
        return query.parts.map((part) => this.where(part)).reduce(both);
      case "or": {
        const parts = query.parts.map((part) => this.#any(part));
        if (parts.every((part) => part !== null)) return { anyOf: [union(parts)] };
        return either(query.parts.map((part) => this.where(part)));
      }
      case "pinned":
        return query.pinned ? { pinned: true } : {};
      case "decision":
        return { decided: true };
      case "status":
        return { statuses: statusCodes(query.statuses) };
      case "not":
        return query.part.kind === "status" ? { statuses: otherCodes(query.part.statuses) } : {};
      case "duration":
        return {
          ...(query.min === null ? {} : { minDurationMs: query.min }),
          ...(query.max === null ? {} : { maxDurationMs: query.max }),
        };
      case "time":
        return query.field === "since" ? { startedFrom: query.at } : { startedTo: query.at };
      case "number":
        return { from: query.from, to: query.to };
      case "name":
        if (query.field === "process") {
          const fits = processMatcher(query.globs);
          return { processes: ids(this.#store.processes(), (process) => fits(processNames(process))) };
        }
        if (query.field === "session") {
          const fits = sessionMatcher(query.globs);
          const sessions = this.#store
            .sessions()
            .filter(({ id, label }) => fits({ id, label, isCurrent: this.#own.includes(id) }));
          return { sessions: sessions.map(({ id }) => id) };
        }
        if (query.field === "caller") {
          const fits = callerMatcher(query.globs);
          const sites = this.#store.sites(MOST_SITES);
          return sites ? { sites: ids(sites, fits) } : {};
        }
        break;
    }
    const any = this.#any(query);
    if (!any) return {};
    return any.values.length === 0 && query.kind === "name" ? { functions: any.functions } : { anyOf: [any] };
  }

  /** Functions and values of which a call that fits has one; null when that cannot be said. */
  #any(query: Query): Any | null {
    switch (query.kind) {
      case "name":
        if (query.field !== "fn") return null;
        return { functions: ids(this.#store.functions(), functionMatcher(query.globs)), values: [] };
      case "text": {
        const values = this.#like(query.text);
        if (!values) return null;
        const isNamed = (name: string) => name.toLowerCase().includes(query.text);
        return { functions: ids(this.#store.functions(), isNamed), values };
      }
      case "contains": {
        const values = this.#like(query.text);
        return values && { functions: [], values };
      }
      case "compare": {
        const values = this.#compared(query);
        return values && { functions: [], values };
      }
      case "cid": {
        const values = this.#store.payloadsNamed(query.prefix, MOST_VALUES);
        return values && { functions: [], values };
      }
      case "or": {
        const parts = query.parts.map((part) => this.#any(part));
        return parts.every((part) => part !== null) ? union(parts) : null;
      }
      case "and": {
        // One of them is enough: the one that leaves least.
        const parts = query.parts.map((part) => this.#any(part)).filter((part) => part !== null);
        return parts.sort((a, b) => sizeOf(a) - sizeOf(b))[0] ?? null;
      }
      default:
        return null;
    }
  }

  #like(text: string): readonly number[] | null {
    return text.length < SHORTEST ? null : this.#store.payloadsLike(text, MOST_VALUES);
  }

  /** A value that is equal to a text, or contains it, contains it as text; so does one with a whole number. */
  #compared({ compare, literal, place }: Extract<Query, { kind: "compare" }>): readonly number[] | null {
    if (compare !== "=" && compare !== "~") return null;
    if (place.path.at(-1) === "length") return null;
    const isPlain = literal.isQuoted || Number.isNaN(Number(literal.text)) || /^[1-9]\d*$/.test(literal.text);
    const isWord = ["true", "false", "null", "undefined", "none"].includes(literal.text.toLowerCase());
    // A text across several members of a value is not in its JSON as it stands.
    if (!isPlain || isWord || !/^[\p{L}\p{N} _.@:/-]+$/u.test(literal.text)) return null;
    const some = this.#like(folded(literal.text));
    const cut = some && this.#store.payloadsCut(MOST_VALUES);
    return some && cut ? [...new Set([...some, ...cut])] : null;
  }
}

const sizeOf = ({ functions, values }: Any): number => functions.length * 1_000 + values.length;

const union = (parts: readonly Any[]): Any => ({
  functions: [...new Set(parts.flatMap(({ functions }) => functions))],
  values: [...new Set(parts.flatMap(({ values }) => values))],
});

function ids<T>(all: ReadonlyMap<number, T>, fits: (one: T) => boolean): number[] {
  return [...all].filter(([, one]) => fits(one)).map(([id]) => id);
}

function statusCodes(names: readonly string[]): StatusCode[] {
  const codes = names.flatMap((name): StatusCode[] => {
    // A call that is lost lies there as it was: running. An event may call itself that too.
    if (name === "lost") return [STATUS.running, STATUS.other];
    return [Object.hasOwn(STATUS, name) ? STATUS[name as keyof typeof STATUS] : STATUS.other];
  });
  return [...new Set(codes)];
}

/** Codes of statuses that are none of these; a code that stands for several names is not left out. */
function otherCodes(names: readonly string[]): StatusCode[] {
  const codes = statusCodes(names);
  const stays = (code: StatusCode) => code === STATUS.other || code === STATUS.running;
  return Object.values(STATUS).filter((code) => stays(code) || !codes.includes(code));
}

const shared = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined =>
  a && b ? a.filter((one) => b.includes(one)) : (a ?? b);

const greater = (a: number | undefined, b: number | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
const smaller = (a: number | undefined, b: number | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** Conditions of which one must hold. One that leaves out nothing makes all of them useless. */
function either(parts: readonly CallWhere[]): CallWhere {
  const all = parts.flatMap((part) => part.either ?? [part]);
  const isOpen = all.some((part) => Object.keys(part).length === 0);
  return isOpen || all.length > MOST_ALTERNATIVES ? {} : { either: all };
}

/** Conditions that hold when both hold. */
function both(a: CallWhere, b: CallWhere): CallWhere {
  // With two lists of alternatives one is enough.
  if (a.either) return b.either ? a : { either: a.either.map((part) => both(part, b)) };
  if (b.either) return both(b, a);
  const where: Record<string, unknown> = {
    functions: shared(a.functions, b.functions),
    sites: shared(a.sites, b.sites),
    processes: shared(a.processes, b.processes),
    sessions: shared(a.sessions, b.sessions),
    statuses: shared(a.statuses, b.statuses),
    startedFrom: greater(a.startedFrom, b.startedFrom),
    startedTo: smaller(a.startedTo, b.startedTo),
    minDurationMs: greater(a.minDurationMs, b.minDurationMs),
    maxDurationMs: smaller(a.maxDurationMs, b.maxDurationMs),
    from: greater(a.from, b.from),
    to: smaller(a.to, b.to),
    pinned: a.pinned ?? b.pinned,
    decided: a.decided ?? b.decided,
  };
  const anyOf = [...(a.anyOf ?? []), ...(b.anyOf ?? [])];
  if (anyOf.length > 0) where.anyOf = anyOf;
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)) as CallWhere;
}
