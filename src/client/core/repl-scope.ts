/**
 * The names an evaluation sees: the paused call's arguments as they stand (assigning to one changes what the call will
 * run with), what the call gave, the variables of the session, and the program's globals. Never a name of this library.
 */

/** The call that code is evaluated beside. `text` is an argument as the server was told of it. */
export interface Beside {
  readonly args: readonly { readonly value: unknown; readonly text?: string | null }[];
  readonly thisArg: unknown;
  /** For the names of its parameters. */
  readonly signature?: string | number | null;
}

/** Parameters of a call, in order; a place without a name (a pattern) is null. */
export interface Parameter {
  name: string | null;
  rest: boolean;
}

/** What came of a call that is paused after it ran. */
export type CallEnd = { result: unknown } | { error: unknown };

/** What evaluations at the pauses of one call share. */
export class ReplState {
  /** The arguments the call will run with. */
  readonly args: unknown[];
  readonly thisArg: unknown;
  readonly parameters: readonly Parameter[];
  /** Set when the call has run. */
  end: CallEnd | null = null;
  /** The arguments as the server knows them. */
  readonly told: { value: unknown; text: string | null }[];
  readonly #sessions = new Map<string, Map<string, unknown>>();

  constructor(beside: Beside) {
    this.args = beside.args.map(({ value }) => value);
    this.told = beside.args.map(({ value, text }) => ({ value, text: text ?? null }));
    this.thisArg = beside.thisArg;
    this.parameters = parametersOf(beside.signature ?? null);
  }

  /** The variables of a session, by name. `_` is the last result. */
  variables(session: string): Map<string, unknown> {
    const kept = this.#sessions.get(session) ?? new Map<string, unknown>([["_", undefined]]);
    this.#sessions.set(session, kept);
    return kept;
  }
}

const states = new WeakMap<Beside, ReplState>();

/** The state of a call's evaluations, made with the first. */
export function replStateOf(beside: Beside): ReplState {
  const state = states.get(beside) ?? new ReplState(beside);
  states.set(beside, state);
  return state;
}

/** The arguments a call runs with: its own, and in their places what was assigned at a pause. */
export const currentArgs = (beside: Beside): unknown[] =>
  states.get(beside)?.args ?? beside.args.map(({ value }) => value);

/** `"(a, {b}, ...rest)"` as names. A number of parameters names none. */
export function parametersOf(signature: string | number | null): Parameter[] {
  if (typeof signature !== "string") return [];
  const inner = signature.trim().replace(/^\(|\)$/g, "");
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= inner.length; at++) {
    const letter = inner.charAt(at);
    if ("([{".includes(letter) && letter !== "") depth += 1;
    else if (")]}".includes(letter) && letter !== "") depth -= 1;
    if (at < inner.length && (letter !== "," || depth > 0)) continue;
    parts.push(inner.slice(start, at).trim());
    start = at + 1;
  }
  return parts
    .filter((part) => part !== "")
    .map((part) => {
      const found = /^(\.\.\.)?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(part);
      return { name: found?.[2] ?? null, rest: found?.[1] !== undefined };
    });
}

/** One name's value, to read and to write. */
interface Place {
  get(): unknown;
  set(value: unknown): void;
}

/**
 * The object that stands between evaluated code and the program's globals (`with`). Only names it knows are taken from
 * it; all others are the program's.
 */
export function scopeOf(
  state: ReplState,
  session: string,
  names: readonly string[],
  extra: Readonly<Record<string, unknown>>,
): object {
  const variables = state.variables(session);
  const places = callPlaces(state);
  const more: Readonly<Record<string, unknown>> = { ...conditionNames(state), ...extra };
  const own = new Set(
    names.filter((name) => !places.has(name) && !(name in globalThis && !variables.has(name))),
  );
  const isKnown = (name: PropertyKey): name is string =>
    typeof name === "string" &&
    (places.has(name) || variables.has(name) || own.has(name) || Object.hasOwn(more, name));
  return new Proxy(Object.create(null) as object, {
    has: (_, name) => isKnown(name),
    get(_, name) {
      if (!isKnown(name)) return undefined;
      if (variables.has(name)) return variables.get(name);
      const place = places.get(name);
      if (place) return place.get();
      if (Object.hasOwn(more, name)) return more[name];
      throw new ReferenceError(`${name} is not defined`);
    },
    set(_, name, value) {
      if (typeof name !== "string") return false;
      const place = variables.has(name) ? undefined : places.get(name);
      if (place) place.set(value);
      else variables.set(name, value);
      return true;
    },
    deleteProperty: (_, name) => typeof name === "string" && variables.delete(name),
  });
}

/** What conditions and the page call it, to be read: unless a parameter, a variable or the program has such a name. */
function conditionNames({ args, end }: ReplState): Record<string, unknown> {
  const all = { args, ...end };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in globalThis)));
}

function callPlaces(state: ReplState): Map<string, Place> {
  const { args, end } = state;
  const places = new Map<string, Place>();
  for (const [index, { name, rest }] of state.parameters.entries()) {
    if (name === null) continue;
    places.set(name, {
      get: () => (rest ? args.slice(index) : args[index]),
      set: (value) => {
        if (rest) args.splice(index, args.length, ...(value as Iterable<unknown>));
        else args[index] = value;
      },
    });
  }
  places.set("$args", {
    get: () => args,
    set: (value) => args.splice(0, args.length, ...(value as Iterable<unknown>)),
  });
  places.set("$this", fixed("$this", state.thisArg));
  if (end && "result" in end) places.set("$result", fixed("$result", end.result));
  if (end && "error" in end) places.set("$error", fixed("$error", end.error));
  return places;
}

const fixed = (name: string, value: unknown): Place => ({
  get: () => value,
  set: () => {
    throw new TypeError(
      `${name} cannot be assigned to here; release the call with an action that changes it`,
    );
  },
});
