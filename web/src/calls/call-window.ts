/**
 * A million calls as a list, of which only a stretch is held: the rows around what is looked at. The stretch is always
 * without gaps; how much lies before and after it is known, or guessed well enough for a scroll bar. Knows no
 * components and no DOM: what it needs is a function that fetches pages.
 */
import type { CallPage, CallSummary } from "../../../src/protocol/records.ts";
import { CALLS_AT_ONCE } from "../place.ts";
import type { PageQuery } from "./record-api.ts";

export interface WindowState {
  /** Oldest first. */
  readonly rows: readonly CallSummary[];
  /** Rows before the stretch: exact without a filter, a guess with one. */
  readonly before: number;
  readonly after: number;
  /** Nothing older, nothing newer matches. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Calls that are kept, whatever the filter. */
  readonly total: number;
  readonly newest: number;
  /** A first answer has come for this filter. */
  readonly isLoaded: boolean;
  /** A search that has found little so far goes on, and has come this far down. */
  readonly searchedTo: number | null;
  readonly problem: string | null;
}

export interface WindowOptions {
  readonly fetch: (query: PageQuery, signal: AbortSignal) => Promise<CallPage>;
  /** `shift` rows came before the ones that were there: the scroll moves by as much to stay where it was. */
  readonly onChange: (state: WindowState, shift: number) => void;
  readonly reasonOf: (error: unknown) => string;
}

export const PAGE = CALLS_AT_ONCE;
/** Held at most; the far end is let go. */
const HELD = 3_000;
/** Fetched before they are needed. */
const AHEAD = 60;
/** Beyond the stretch by more than this, a place is jumped to. */
const FAR = 600;
/** More new calls than this are not walked through: the end is fetched anew. */
const FLOOD = 500;
/** Stands for older rows whose number is not known. */
const PAD = 40;
/** A search for rare matches goes on until there are so many, however far it has to look back. */
const ENOUGH = 40;
/** Pages that one piece of work asks for: what came meanwhile is seen to before it goes on. */
const ROUNDS = 8;
/** A search that has taken longer than this, in ms, leaves the server half of its time. */
const PATIENCE_MS = 1_000;
/** New calls that came while others were on their way are asked for after this, in ms. */
const AGAIN_MS = 100;
/** What is looked at now is known after this, in ms. */
const SOON_MS = 30;

const EMPTY: WindowState = {
  rows: [],
  before: 0,
  after: 0,
  isFirst: false,
  isLast: false,
  total: 0,
  newest: 0,
  isLoaded: false,
  searchedTo: null,
  problem: null,
};

type Work = "end" | "older" | "newer" | "jump";

export class CallWindow {
  state: WindowState = EMPTY;
  readonly #options: WindowOptions;
  #q = "";
  #older: string | null = null;
  #newer = "0";
  #work: AbortController | null = null;
  #what: Work | null = null;
  /** What is done next. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest call that was told of. */
  #noted = 0;
  #isFollowing = true;
  /** The rows that are looked at; null while no list is shown. */
  #seen: readonly [first: number, last: number] | null = null;
  /** What the search of this filter has taken so far, in ms. */
  #spent = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  get query(): string {
    return this.#q;
  }

  /** Something was asked for and has not come. */
  get isAsking(): boolean {
    return this.#what !== null;
  }

  /** Whether the list stays at its end when calls come. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** It is on its way to another place. */
  get isJumping(): boolean {
    return this.#what === "jump";
  }

  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    if (isFollowing) {
      if (this.#timer === undefined) this.#catchUp();
      return;
    }
    // Whoever looks at these rows now is not to be carried away from them.
    if (this.#what === "end" && this.state.rows.length > 0) this.#stopWork();
    this.#lengthen();
  }

  /** Another filter: begins at the end, where the newest is. */
  setQuery(q: string): void {
    this.#q = q;
    this.#spent = 0;
    this.#isFollowing = true;
    this.#set({ ...EMPTY, total: this.state.total, newest: this.state.newest });
    this.toEnd();
  }

  toEnd(limit = PAGE): void {
    this.#run("end", async (fetch) => {
      const page = await this.#search(
        (cursor) => fetch({ q: this.#q, order: "newest", cursor, limit }),
        null,
      );
      const rows = page.calls.toReversed();
      this.#older = page.next;
      this.#newer = String(Math.max(page.newest, rows.at(-1)?.number ?? 0));
      const before = page.next === null ? 0 : this.#before(page, rows.length);
      const place = { before, after: 0, isFirst: page.next === null, isLast: true };
      this.#replace(rows, place, page, { searchedTo: searchedTo(page) });
    });
  }

  toStart(): void {
    this.#from("0", 0);
  }

  /** Goes to where a call is, or would be if it matched. */
  toCall(number: number): void {
    const some = this.#q === "" ? PAGE / 2 : 0;
    this.#from(String(Math.max(0, number - 1 - some)), null);
  }

  /** Rows `first` to `last` are looked at, counted from the oldest of all. */
  need(first: number, last: number): void {
    this.#seen = [first, last];
    const { rows, before, isFirst, isLast, isLoaded } = this.state;
    if (!isLoaded || this.#what === "end" || this.#what === "jump") return;
    const end = before + rows.length;
    if (this.#q === "" && (last < before - FAR || first > end + FAR)) this.#jump(first);
    else if (first < before + AHEAD && !isFirst) this.#extendOlder();
    else if (last > end - AHEAD && !isLast) this.#extendNewer();
  }

  /** No list is shown: nothing is fetched for it. */
  rest(): void {
    this.#seen = null;
  }

  /** More calls were recorded. */
  note(newest: number): void {
    this.#noted = Math.max(this.#noted, newest);
    if (!this.state.isLoaded || newest <= Number(this.#newer)) return;
    if (!this.#isFollowing) this.#lengthen();
    // What is to be done next comes first: it sees to these calls afterwards.
    else if (this.#timer === undefined) this.#catchUp();
  }

  /** Looks again at rows that may have changed, such as calls that were running; false when it has other things to do. */
  async refresh(first: number, last: number): Promise<boolean> {
    const { rows, before } = this.state;
    const stale = rows.slice(Math.max(0, first - before), Math.max(0, last - before + 1));
    const from = stale[0];
    if (this.#what !== null) return false;
    if (!from) return true;
    const query: PageQuery = {
      q: this.#q,
      order: "oldest",
      cursor: String(from.number - 1),
      limit: stale.length,
    };
    const page = await this.#options.fetch(query, new AbortController().signal).catch(() => null);
    if (!page || this.#q !== query.q) return true;
    const fresh = new Map(page.calls.map((call) => [call.number, call]));
    this.#set({ ...this.state, rows: this.state.rows.map((row) => fresh.get(row.number) ?? row) });
    return true;
  }

  /** After the server was away: the same place, if it is still there. */
  again(): void {
    const { rows, before } = this.state;
    this.#noted = 0;
    const seen = (this.#seen?.[0] ?? 0) - AHEAD - before;
    const at = Math.min(Math.max(0, seen), Math.max(0, rows.length - AHEAD));
    const first = rows[at];
    if (this.#isFollowing || !first) this.toEnd();
    else this.#from(String(first.number - 1), before + at);
  }

  /** A change to one row that is known already, such as a pin. */
  patch(number: number, change: Partial<CallSummary>): void {
    const rows = this.state.rows.map((row) => (row.number === number ? { ...row, ...change } : row));
    this.#set({ ...this.state, rows });
  }

  stop(): void {
    this.#stopWork();
    clearTimeout(this.#timer);
  }

  #stopWork(): void {
    this.#work?.abort();
    this.#work = null;
    this.#what = null;
  }

  /** Calls that are not shown make the list longer, and nothing else. */
  #lengthen(): void {
    const { rows, isLoaded, newest, total } = this.state;
    if (!isLoaded || this.#noted <= Number(this.#newer)) return;
    const more = Math.max(0, this.#noted - newest);
    const after = this.#q === "" ? this.#noted - (rows.at(-1)?.number ?? 0) : this.state.after;
    this.#set({ ...this.state, newest: newest + more, total: total + more, after, isLast: false });
    if (this.#timer === undefined) this.#lookAgain();
  }

  /** Rows came into sight, or a place was looked at, while other things were done. */
  #lookAgain(): void {
    this.#later(SOON_MS, () => this.#seen && this.need(...this.#seen));
  }

  /** Takes in the calls that were told of and are not here yet. */
  #catchUp(): void {
    const behind = this.#noted - Number(this.#newer);
    if (this.#what !== null || behind <= 0) return;
    if (this.#q !== "" || behind <= FLOOD) this.#extendNewer();
    // Nobody reads rows that pass like this: those in sight are enough.
    else this.toEnd(this.#seen ? Math.min(PAGE, this.#seen[1] - this.#seen[0] + 2 * AHEAD) : AHEAD);
  }

  /** What is left when a piece of work is done: new calls, the rest of a search, rows that came into sight meanwhile. */
  #goOn(did: Work, took: number): void {
    const { rows, isFirst, problem } = this.state;
    if (problem !== null) return;
    const isShort = this.#q !== "" && rows.length < ENOUGH && !isFirst;
    const isBehind = this.#isFollowing && this.#noted > Number(this.#newer);
    if (isBehind && !(isShort && did === "newer")) this.#later(AGAIN_MS, () => this.#catchUp());
    else if (isShort) this.#later(this.#spent > PATIENCE_MS ? took : 0, () => this.#extendOlder());
    else if (did !== "end") this.#lookAgain();
  }

  #later(ms: number, work: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      work();
      // Calls that were told of meanwhile waited for this.
      if (this.#isFollowing) this.#catchUp();
    }, ms);
  }

  #jump(index: number): void {
    // Without a filter, numbers rise by one but where old calls were removed: a good guess, corrected at the ends.
    const { newest, total } = this.state;
    const guess = newest - total + Math.max(0, index - PAGE / 2);
    this.#from(String(Math.max(0, guess)), Math.max(0, index - PAGE / 2));
  }

  /** @param before Rows before it; null when that is to be told from the numbers. */
  #from(cursor: string, before: number | null): void {
    this.#run("jump", async (fetch) => {
      const page = await this.#search(
        (next) => fetch({ q: this.#q, order: "oldest", cursor: next, limit: PAGE }),
        cursor,
      );
      const [first, last] = [page.calls[0], page.calls.at(-1)];
      if (!first || !last) {
        this.toEnd();
        return;
      }
      const start =
        before ?? (this.#q === "" ? Math.max(0, first.number - 1 - (page.newest - page.total)) : PAD);
      const isLast = page.calls.length < PAGE && page.complete;
      this.#older = String(first.number);
      this.#newer = page.next ?? String(last.number);
      const after = isLast ? 0 : this.#after(page, last.number);
      this.#replace(page.calls, { before: start, after, isFirst: start === 0, isLast }, page);
    });
  }

  #extendOlder(): void {
    if (this.#what !== null || this.#older === null) return;
    this.#run("older", async (fetch) => {
      const page = await this.#search(
        (cursor) => fetch({ q: this.#q, order: "newest", cursor, limit: PAGE }),
        this.#older,
      );
      const { rows, before, after } = this.state;
      this.#older = page.next;
      const isFirst = page.next === null;
      const left = this.#q === "" ? Math.max(1, before - page.calls.length) : PAD;
      const now = isFirst ? 0 : left;
      const all = [...page.calls.toReversed(), ...rows];
      const dropped = Math.max(0, all.length - HELD);
      const kept = dropped === 0 ? all : all.slice(0, HELD);
      if (dropped > 0) this.#newer = String(kept.at(-1)?.number ?? this.#newer);
      const shift = now + page.calls.length - before;
      const isLast = dropped === 0 && this.state.isLast;
      const place = { before: now, after: after + dropped, isFirst, isLast };
      this.#replace(kept, place, page, { shift, searchedTo: searchedTo(page) });
    });
  }

  #extendNewer(): void {
    if (this.#what !== null) return;
    this.#run("newer", async (fetch) => {
      const limit = 1_000;
      const page = await this.#search(
        (cursor) => fetch({ q: this.#q, order: "oldest", cursor, limit }),
        this.#newer,
        1,
      );
      const { rows, before } = this.state;
      this.#newer = page.next ?? String(page.calls.at(-1)?.number ?? this.#newer);
      const known = rows.at(-1)?.number ?? -1;
      const all = [...rows, ...page.calls.filter((call) => call.number > known)];
      const dropped = Math.max(0, all.length - HELD);
      const kept = dropped === 0 ? all : all.slice(dropped);
      if (dropped > 0) this.#older = String(kept[0]?.number ?? this.#older);
      const isLast = page.calls.length < limit && page.complete;
      const last = kept.at(-1)?.number ?? 0;
      const after = isLast ? 0 : this.#after(page, last);
      const isFirst = dropped === 0 && this.state.isFirst;
      this.#replace(kept, { before: before + dropped, after, isFirst, isLast }, page);
    });
  }

  #before(page: CallPage, held: number): number {
    return this.#q === "" ? Math.max(1, page.total - held) : PAD;
  }

  #after(page: CallPage, last: number): number {
    return this.#q === "" ? Math.max(1, Math.max(page.newest, this.#noted) - last) : PAD;
  }

  /** Asks on while a rare match is searched for and little was found yet. */
  async #search(
    ask: (cursor: string | null) => Promise<CallPage>,
    from: string | null,
    rounds = ROUNDS,
  ): Promise<CallPage> {
    let page = await ask(from);
    for (
      let round = 1;
      !page.complete && page.next !== null && page.calls.length < ENOUGH && round < rounds;
      round++
    ) {
      const more = await ask(page.next);
      // The newest when the search began: what came since is still to be asked for.
      const { newest, total } = page;
      page = { ...more, newest, total, calls: [...page.calls, ...more.calls] };
    }
    return page;
  }

  #replace(
    rows: readonly CallSummary[],
    place: Pick<WindowState, "before" | "after" | "isFirst" | "isLast">,
    page: CallPage,
    { shift = 0, searchedTo = this.state.searchedTo }: { shift?: number; searchedTo?: number | null } = {},
  ): void {
    // Calls that were told of while the answer was on its way count too.
    const newest = Math.max(page.newest, this.#noted);
    const total = page.total + newest - page.newest;
    this.#set(
      { ...this.state, rows, ...place, total, newest, isLoaded: true, searchedTo, problem: null },
      shift,
    );
  }

  /** One piece of work at a time; a jump or another filter ends the one before it. */
  #run(what: Work, work: (fetch: (query: PageQuery) => Promise<CallPage>) => Promise<void>): void {
    this.#work?.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const mine = new AbortController();
    this.#work = mine;
    this.#what = what;
    const start = performance.now();
    const fetch = async (query: PageQuery): Promise<CallPage> => {
      const page = await this.#options.fetch(query, mine.signal);
      if (mine.signal.aborted) throw new Error("overtaken");
      return page;
    };
    const done = (problem: string | null) => {
      if (this.#work !== mine) return;
      this.#what = null;
      if (problem !== null) this.#set({ ...this.state, problem, isLoaded: true });
      const took = performance.now() - start;
      this.#spent += took;
      this.#goOn(what, took);
    };
    work(fetch).then(
      () => done(null),
      (error) => done(this.#options.reasonOf(error)),
    );
  }

  #set(state: WindowState, shift = 0): void {
    this.state = state;
    this.#options.onChange(state, shift);
  }
}

/** How far down a search has come that is to go on. */
const searchedTo = ({ next, complete, searched_to, calls }: CallPage): number | null =>
  next === null || complete || calls.length >= ENOUGH ? null : searched_to;
