/**
 * A million calls as a list, of which only a stretch is held: the rows around what is looked at. The stretch is always
 * without gaps; how much lies before and after it is known, or guessed well enough for a scroll bar. Knows no React and
 * no DOM: what it needs is a function that fetches pages.
 */
import type { CallPage, CallSummary } from "../../../src/protocol/records.ts";
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
  readonly isLoading: boolean;
  /** The search for rare matches has come this far down. */
  readonly searchedTo: number | null;
  readonly problem: string | null;
}

export interface WindowOptions {
  readonly fetch: (query: PageQuery, signal: AbortSignal) => Promise<CallPage>;
  /** `shift` rows came before the ones that were there: the scroll moves by as much to stay where it was. */
  readonly onChange: (state: WindowState, shift: number) => void;
  readonly reasonOf: (error: unknown) => string;
}

export const PAGE = 200;
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
/** A rare match is searched for this often before a page may stay short. */
const ROUNDS = 25;

const EMPTY: WindowState = {
  rows: [],
  before: 0,
  after: 0,
  isFirst: false,
  isLast: false,
  total: 0,
  newest: 0,
  isLoaded: false,
  isLoading: false,
  searchedTo: null,
  problem: null,
};

export class CallWindow {
  state: WindowState = EMPTY;
  readonly #options: WindowOptions;
  #q = "";
  #older: string | null = null;
  #newer = "0";
  #work: AbortController | null = null;
  #what: "end" | "older" | "newer" | "jump" | null = null;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  get query(): string {
    return this.#q;
  }

  /** Another filter: begins at the end, where the newest is. */
  setQuery(q: string): void {
    this.#q = q;
    this.#set({ ...EMPTY, total: this.state.total, newest: this.state.newest });
    this.toEnd();
  }

  toEnd(): void {
    this.#run("end", async (fetch) => {
      const page = await this.#search(
        (cursor) => fetch({ q: this.#q, order: "newest", cursor, limit: PAGE }),
        null,
      );
      const rows = page.calls.toReversed();
      this.#older = page.next;
      this.#newer = String(Math.max(page.newest, rows.at(-1)?.number ?? 0));
      const before = page.next === null ? 0 : this.#before(page, rows.length);
      this.#replace(rows, { before, after: 0, isFirst: page.next === null, isLast: true }, page);
    });
  }

  toStart(): void {
    this.#from("0", 0);
  }

  /** Rows `first` to `last` are looked at, counted from the oldest of all. */
  need(first: number, last: number): void {
    const { rows, before, isFirst, isLast, isLoaded } = this.state;
    if (!isLoaded || this.#what === "end" || this.#what === "jump") return;
    const end = before + rows.length;
    if (this.#q === "" && (last < before - FAR || first > end + FAR)) this.#jump(first);
    else if (first < before + AHEAD && !isFirst) this.#extendOlder();
    else if (last > end - AHEAD && !isLast) this.#extendNewer();
  }

  /** More calls were recorded. Whether the list follows them is for its reader to say. */
  note(newest: number, isFollowing: boolean): void {
    const { isLoaded, rows } = this.state;
    if (!isLoaded || newest <= Number(this.#newer)) return;
    if (isFollowing) {
      if (this.#q === "" && newest - Number(this.#newer) > FLOOD) this.toEnd();
      else this.#extendNewer();
      return;
    }
    const last = rows.at(-1)?.number ?? 0;
    const after = this.#q === "" ? newest - last : this.state.after;
    this.#set({
      ...this.state,
      newest,
      after,
      isLast: false,
      total: this.state.total + Math.max(0, newest - this.state.newest),
    });
  }

  /** Looks again at rows that may have changed, such as calls that were running. */
  async refresh(first: number, last: number): Promise<void> {
    const { rows, before } = this.state;
    const stale = rows.slice(Math.max(0, first - before), Math.max(0, last - before + 1));
    const from = stale[0];
    if (!from || this.#what !== null) return;
    const query: PageQuery = {
      q: this.#q,
      order: "oldest",
      cursor: String(from.number - 1),
      limit: stale.length,
    };
    const page = await this.#options.fetch(query, new AbortController().signal).catch(() => null);
    if (!page || this.#q !== query.q) return;
    const fresh = new Map(page.calls.map((call) => [call.number, call]));
    this.#set({ ...this.state, rows: this.state.rows.map((row) => fresh.get(row.number) ?? row) });
  }

  /** After the server was away: the same place, if it is still there. */
  again(isFollowing: boolean): void {
    const first = this.state.rows[0];
    if (isFollowing || !first) this.toEnd();
    else this.#from(String(first.number - 1), this.state.before);
  }

  /** A change to one row that is known already, such as a pin. */
  patch(number: number, change: Partial<CallSummary>): void {
    const rows = this.state.rows.map((row) => (row.number === number ? { ...row, ...change } : row));
    this.#set({ ...this.state, rows });
  }

  stop(): void {
    this.#work?.abort();
  }

  #jump(index: number): void {
    // Without a filter, numbers rise by one but where old calls were removed: a good guess, corrected at the ends.
    const { newest, total } = this.state;
    const guess = newest - total + Math.max(0, index - PAGE / 2);
    this.#from(String(Math.max(0, guess)), Math.max(0, index - PAGE / 2));
  }

  #from(cursor: string, before: number): void {
    this.#run("jump", async (fetch) => {
      const page = await this.#search(
        (next) => fetch({ q: this.#q, order: "oldest", cursor: next, limit: PAGE }),
        cursor,
      );
      const [first, last] = [page.calls[0], page.calls.at(-1)];
      if (!first || !last) {
        this.#what = null;
        this.toEnd();
        return;
      }
      const isLast = page.calls.length < PAGE && page.complete;
      this.#older = String(first.number);
      this.#newer = page.next ?? String(last.number);
      const after = isLast ? 0 : this.#q === "" ? Math.max(1, page.newest - last.number) : PAD;
      this.#replace(page.calls, { before, after, isFirst: before === 0, isLast }, page);
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
      this.#replace(kept, { before: now, after: after + dropped, isFirst, isLast }, page, shift);
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
      const after = isLast ? 0 : this.#q === "" ? Math.max(1, page.newest - last) : PAD;
      const isFirst = dropped === 0 && this.state.isFirst;
      this.#replace(kept, { before: before + dropped, after, isFirst, isLast }, page);
    });
  }

  #before(page: CallPage, held: number): number {
    return this.#q === "" ? Math.max(1, page.total - held) : PAD;
  }

  /** Asks on while a rare match is searched for and nothing was found yet. */
  async #search(
    ask: (cursor: string | null) => Promise<CallPage>,
    from: string | null,
    rounds = ROUNDS,
  ): Promise<CallPage> {
    let page = await ask(from);
    for (
      let round = 1;
      !page.complete && page.next !== null && page.calls.length < 40 && round < rounds;
      round++
    ) {
      this.#set({ ...this.state, searchedTo: page.searched_to });
      const more = await ask(page.next);
      page = { ...more, calls: [...page.calls, ...more.calls] };
    }
    return page;
  }

  #replace(
    rows: readonly CallSummary[],
    place: Pick<WindowState, "before" | "after" | "isFirst" | "isLast">,
    page: CallPage,
    shift = 0,
  ): void {
    const { total, newest } = page;
    const searchedTo = page.complete ? null : page.searched_to;
    this.#set(
      { ...this.state, rows, ...place, total, newest, isLoaded: true, searchedTo, problem: null },
      shift,
    );
  }

  /** One piece of work at a time; a jump or another filter ends the one before it. */
  #run(
    what: "end" | "older" | "newer" | "jump",
    work: (fetch: (query: PageQuery) => Promise<CallPage>) => Promise<void>,
  ): void {
    if (what === "end" && this.#what === "end" && this.state.isLoaded) return;
    this.#work?.abort();
    const mine = new AbortController();
    this.#work = mine;
    this.#what = what;
    this.#set({ ...this.state, isLoading: true });
    const fetch = async (query: PageQuery): Promise<CallPage> => {
      const page = await this.#options.fetch(query, mine.signal);
      if (mine.signal.aborted) throw new Error("overtaken");
      return page;
    };
    const done = (change: Partial<WindowState>) => {
      if (this.#work !== mine) return;
      this.#what = null;
      this.#set({ ...this.state, ...change, isLoading: false });
    };
    work(fetch).then(
      () => done({}),
      (error) => done({ problem: this.#options.reasonOf(error), isLoaded: true }),
    );
  }

  #set(state: WindowState, shift = 0): void {
    this.state = state;
    this.#options.onChange(state, shift);
  }
}
