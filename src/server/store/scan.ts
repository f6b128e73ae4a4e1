/**
 * Goes through calls in order and leaves out what the indexes and columns can tell does not fit. Piece by piece, each a
 * few milliseconds: whoever reads decides when it is enough.
 */
import { BLOCK, blockOf, functionKey, statusKey, valueKey } from "./block-index.ts";
import { valuesOf } from "./call-table.ts";
import { type CallWhere, type Order, type Scanned, STATUS, type StoredCall } from "./store.ts";
import type { Tables } from "./tables.ts";

/** More keys than this are not looked up: going through the calls is cheaper. */
const MOST_KEYS = 4_000;

/** Numbers that one statement goes through at most. */
const WINDOW = 8 * BLOCK;

/** Calls in a piece: few at first, for a page may need no more. */
const FIRST_PIECE = 128;
const LARGEST_PIECE = 2_048;

/** Calls of a window, of which no more than this are left to whoever asks. */
const FEW = 500;

/** Numbers that are read from the index in one go, about. */
const MOST_READ = 12_000;

/** Calls of a block, of which more than this are read in one go. */
const MANY = BLOCK / 16;

export function* scan(tables: Tables, where: CallWhere, order: Order, after?: number): Generator<Scanned> {
  const newestFirst = order === "newest";
  if (isHopeless(where)) return;
  if (where.either) {
    yield* merged(
      where.either.map((part) => scan(tables, part, order, after)),
      newestFirst,
    );
    return;
  }
  const newest = tables.calls.newest();
  let low = Math.max(1, where.from ?? 1);
  let high = Math.min(newest, where.to ?? newest);
  if (after !== undefined) {
    if (newestFirst) high = Math.min(high, after - 1);
    else low = Math.max(low, after + 1);
  }
  if (low > high) return;
  if (where.pinned) {
    yield* pinned(tables, low, high, newestFirst);
    return;
  }
  const upto = Math.min(tables.blocks.upto(), high);
  const fits = keyFilter(where);
  const tail = () => filtered(sequential(tables, where, Math.max(low, upto + 1), high, newestFirst), fits);
  const indexed = () => blocks(tables, where, low, upto, newestFirst);
  if (newestFirst) {
    yield* tail();
    yield* indexed();
  } else {
    yield* indexed();
    yield* tail();
  }
}

/** One of a list must be there, and the list is empty. */
const isHopeless = ({ anyOf = [], functions, sites, processes, sessions, statuses }: CallWhere): boolean =>
  [functions, sites, processes, sessions, statuses].some((list) => list?.length === 0) ||
  anyOf.some((any) => any.functions.length + any.values.length === 0);

/** Pieces of several scans as one: every call once, in order. */
function* merged(scans: readonly Generator<Scanned>[], newestFirst: boolean): Generator<Scanned> {
  const parts = scans.map((pieces) => ({ pieces, to: newestFirst ? Number.POSITIVE_INFINITY : 0 }));
  const waiting = new Map<number, StoredCall>();
  const direction = newestFirst ? -1 : 1;
  const inOrder = (calls: StoredCall[]) => calls.sort((a, b) => (a.number - b.number) * direction);
  while (parts.length > 0) {
    // Whoever is behind goes on: up to where all of them are, nothing more can come.
    const behind = parts.reduce((a, b) => ((b.to - a.to) * direction < 0 ? b : a));
    const next = behind.pieces.next();
    if (next.done) parts.splice(parts.indexOf(behind), 1);
    else {
      for (const call of next.value.calls) waiting.set(call.number, call);
      behind.to = next.value.to;
    }
    const places = parts.map(({ to }) => to);
    const to = newestFirst ? Math.max(...places) : Math.min(...places);
    if (!Number.isFinite(to) || to === 0) continue;
    const calls = [...waiting.values()].filter(({ number }) => (number - to) * direction <= 0);
    for (const { number } of calls) waiting.delete(number);
    yield { calls: inOrder(calls), to };
  }
  const calls = inOrder([...waiting.values()]);
  const last = calls.at(-1);
  if (last) yield { calls, to: last.number };
}

function* pinned({ db, calls }: Tables, low: number, high: number, newestFirst: boolean): Generator<Scanned> {
  const numbers = db
    .query<{ call: number }, [number, number]>(
      `SELECT call FROM pins WHERE call BETWEEN ? AND ? ORDER BY call ${newestFirst ? "DESC" : "ASC"}`,
    )
    .all(low, high);
  for (const { call: number } of numbers) {
    const call = calls.get(number);
    if (call) yield { calls: [call], to: number };
  }
}

function* sequential(
  { calls }: Tables,
  where: CallWhere,
  low: number,
  high: number,
  newestFirst: boolean,
): Generator<Scanned> {
  let size = FIRST_PIECE;
  let [from, to] = [low, high];
  while (from <= to) {
    const [start, end] = newestFirst
      ? [Math.max(from, to - WINDOW + 1), to]
      : [from, Math.min(to, from + WINDOW - 1)];
    const found = calls.range(start, end, where, newestFirst, size);
    const last = found.length < size ? undefined : found.at(-1);
    const reached = last?.number ?? (newestFirst ? start : end);
    yield { calls: found, to: reached };
    if (newestFirst) to = reached - 1;
    else from = reached + 1;
    size = Math.min(size * 2, LARGEST_PIECE);
  }
}

/** The indexed part, by block: only those that may have something. */
function* blocks(
  tables: Tables,
  where: CallWhere,
  low: number,
  high: number,
  newestFirst: boolean,
): Generator<Scanned> {
  if (low > high) return;
  const [first, last] = [blockOf(low), blockOf(high)];
  const keys = keysOf(where);
  const possible = tables.blocks.blocksFor(where)?.filter((block) => block >= first && block <= last);
  if (keys.length === 0 && !possible) {
    yield* sequential(tables, where, low, high, newestFirst);
    return;
  }
  const end = newestFirst ? low : high;
  if (keys.length === 0) {
    for (const block of newestFirst ? (possible ?? []).reverse() : (possible ?? [])) {
      const [from, to] = [Math.max(low, block * BLOCK), Math.min(high, block * BLOCK + BLOCK - 1)];
      yield* sequential(tables, where, from, to, newestFirst);
    }
    yield { calls: [], to: end };
    return;
  }
  const allowed = possible && new Set(possible);
  const windows = new Windows(
    Math.max(first, possible?.[0] ?? first),
    Math.min(last, possible?.at(-1) ?? (possible ? -1 : last)),
    newestFirst,
  );
  for (let window = windows.next(0); window; ) {
    const [from, to] = window;
    const { numbers: all, read } = intersection(tables, keys, from, to);
    const found = [...all]
      .filter(([block]) => allowed?.has(block) ?? true)
      .sort(([a], [b]) => (newestFirst ? b - a : a - b));
    for (const [block, numbers] of found) {
      const wanted = numbers.filter((number) => number >= low && number <= high);
      yield* picked(tables, where, block, newestFirst ? wanted.reverse() : wanted, newestFirst);
    }
    yield {
      calls: [],
      to: newestFirst ? Math.max(low, from * BLOCK) : Math.min(high, to * BLOCK + BLOCK - 1),
    };
    window = windows.next(read);
  }
  yield { calls: [], to: end };
}

/** Whether a call that is not indexed has a key of each list. */
function keyFilter({ anyOf = [] }: CallWhere): (call: StoredCall) => boolean {
  const lists = anyOf.map(({ functions, values }) => ({
    functions: new Set(functions),
    values: new Set(values),
  }));
  return (call) =>
    lists.every(
      ({ functions, values }) =>
        functions.has(call.functionId) || (values.size > 0 && valuesOf(call).some((id) => values.has(id))),
    );
}

function* filtered(pieces: Iterable<Scanned>, fits: (call: StoredCall) => boolean): Generator<Scanned> {
  for (const { calls, to } of pieces) yield { calls: calls.filter(fits), to };
}

/** For each condition of which one key must be there, its keys; a condition with too many is left to whoever asks. */
function keysOf({ anyOf, functions, statuses }: CallWhere): number[][] {
  const keys = (anyOf ?? []).map((any) => [...any.functions.map(functionKey), ...any.values.map(valueKey)]);
  if (functions) keys.push(functions.map(functionKey));
  if (statuses && !statuses.includes(STATUS.success)) keys.push(statuses.map(statusKey));
  return keys.filter((list) => list.length <= MOST_KEYS);
}

/** Windows of blocks: they grow, for a page may be full after the first, while little is read in each. */
class Windows {
  readonly #newestFirst: boolean;
  #from: number;
  #to: number;
  #size = 1;

  constructor(first: number, last: number, newestFirst: boolean) {
    this.#newestFirst = newestFirst;
    [this.#from, this.#to] = [first, last];
  }

  /** @param read Numbers that were read in the window before. */
  next(read: number): [from: number, to: number] | null {
    if (this.#from > this.#to) return null;
    if (read > MOST_READ) this.#size = Math.max(1, this.#size / 4);
    const size = this.#size;
    if (read * 4 <= MOST_READ) this.#size = Math.min(size * 4, 256);
    if (this.#newestFirst) {
      this.#to -= size;
      return [Math.max(this.#from, this.#to + 1), this.#to + size];
    }
    this.#from += size;
    return [this.#from - size, Math.min(this.#to, this.#from - 1)];
  }
}

/** Numbers by block that have a key of each list, and how many were read to know it. */
function intersection(
  tables: Tables,
  keys: number[][],
  from: number,
  to: number,
): { numbers: Map<number, number[]>; read: number } {
  const [shortest = [], ...rest] = [...keys].sort((a, b) => a.length - b.length);
  let numbers = tables.blocks.numbers(shortest, from, to);
  let read = countOf(numbers);
  for (const list of rest) {
    // So few are looked at sooner than a long list is read.
    if (countOf(numbers) <= FEW) break;
    const other = tables.blocks.numbers(list, from, to);
    read += countOf(other);
    const both = new Map<number, number[]>();
    for (const [block, some] of numbers) {
      const also = new Set(other.get(block));
      const common = some.filter((number) => also.has(number));
      if (common.length > 0) both.set(block, common);
    }
    numbers = both;
  }
  return { numbers, read };
}

const countOf = (numbers: ReadonlyMap<number, readonly number[]>): number =>
  [...numbers.values()].reduce((sum, { length }) => sum + length, 0);

/** Calls of a block by their numbers, in the order of the numbers. */
function* picked(
  { calls }: Tables,
  where: CallWhere,
  block: number,
  numbers: number[],
  newestFirst: boolean,
): Generator<Scanned> {
  if (numbers.length > MANY) {
    const wanted = new Set(numbers);
    const from = block * BLOCK;
    const found = calls.range(from, from + BLOCK - 1, where, newestFirst, BLOCK);
    const fitting = found.filter((call) => wanted.has(call.number));
    for (let at = 0; at < fitting.length; at += FIRST_PIECE) {
      const piece = fitting.slice(at, at + FIRST_PIECE);
      yield { calls: piece, to: piece.at(-1)?.number ?? from };
    }
    return;
  }
  const found: StoredCall[] = [];
  for (const number of numbers) {
    const call = calls.get(number);
    if (call) found.push(call);
    if (found.length === FIRST_PIECE) yield { calls: found.splice(0), to: number };
  }
  const last = numbers.at(-1);
  if (last !== undefined) yield { calls: found, to: last };
}
