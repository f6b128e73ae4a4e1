/** The list of calls as the page holds it: its window, what follows it, and where it was scrolled to. Outlives the page that shows it. */
import { reasonOf } from "../api.ts";
import { CallWindow, type WindowState } from "./call-window.ts";
import { recordApi } from "./record-api.ts";

/** New calls are taken in this often at most: fast enough to look alive, slow enough to read. */
const EVERY_MS = 120;
/** Rows in sight that still run are looked at again this often. */
const REFRESH_MS = 500;

export class CallFeed {
  readonly window: CallWindow;
  scrollTop = 0;
  /** Rises with what is recorded: other views of the calls look whether it did. */
  changes = 0;
  #shift = 0;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshed = 0;
  #seen: readonly [number, number] = [0, 0];
  /** The selected call that the list was last taken to, and whether it is still to be shown there. */
  #known: string | null = null;
  #wanted: string | null = null;
  readonly #listeners = new Set<() => void>();

  readonly #numberOf: (id: string) => Promise<number>;

  constructor(fetch = recordApi.calls, numberOf = recordApi.numberOf) {
    this.#numberOf = numberOf;
    this.window = new CallWindow({
      fetch,
      reasonOf,
      onChange: (_, shift) => {
        this.#shift += shift;
        this.#tell();
      },
    });
  }

  get = (): WindowState => this.window.state;

  /** Whether the list stays at its end when calls come. */
  getFollowing = (): boolean => this.window.isFollowing;

  follow(isFollowing: boolean): void {
    if (this.window.isFollowing === isFollowing) return;
    this.window.follow(isFollowing);
    this.#tell();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rows that came before those that were there since this was last asked. */
  takeShift(): number {
    const shift = this.#shift;
    this.#shift = 0;
    return shift;
  }

  /** Rows in sight. */
  look(first: number, last: number): void {
    this.#seen = [first, last];
    this.window.need(first, last);
  }

  /** No list is shown any more. */
  rest(): void {
    this.window.rest();
  }

  /** Whoever selected this call sees it: the list stays where it is. */
  know(id: string | null): void {
    this.#known = id;
    this.#wanted = null;
  }

  /** A call was selected elsewhere, such as by a link: the list is to go to it. */
  async find(id: string | null): Promise<void> {
    if (id === this.#known) return;
    this.know(id);
    if (id === null) return;
    this.#wanted = id;
    const number = /^\d+$/.test(id) ? Number(id) : await this.#numberOf(id).catch(() => null);
    if (number === null || this.#wanted !== id) return;
    this.#wanted = String(number);
    if (this.get().rows.some((row) => row.number === number)) this.#tell();
    else this.#go(number);
  }

  /** Where the call is that the list is to show, once it is there; asked once. */
  takeFound(): number | null {
    const at =
      this.#wanted === null ? -1 : this.get().rows.findIndex((row) => String(row.number) === this.#wanted);
    // It is not kept any more, or does not match the filter: the list is where it would be.
    if (at !== -1 || (this.get().isLoaded && !this.window.isJumping)) this.#wanted = null;
    if (at === -1) return null;
    return this.get().before + at;
  }

  setQuery(q: string): void {
    const { isLoaded, problem } = this.get();
    if (q === this.window.query && problem === null && (isLoaded || this.window.isAsking)) return;
    this.window.setQuery(q);
  }

  /** Done when there is something to show. */
  loaded(): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        if (!this.get().isLoaded) return;
        stop();
        done();
      };
      const stop = this.subscribe(look);
      look();
    });
  }

  /** The server recorded calls, or something about one changed. */
  recorded(newest: number): void {
    this.changes++;
    this.#newest = Math.max(this.#newest, newest);
    this.#timer ??= setTimeout(() => this.#takeIn(), EVERY_MS);
  }

  /** A new snapshot: the server may be another one. */
  again(): void {
    this.changes++;
    this.#newest = 0;
    if (this.#wanted !== null && /^\d+$/.test(this.#wanted)) this.#go(Number(this.#wanted));
    else this.window.again();
  }

  #go(number: number): void {
    this.follow(false);
    this.window.toCall(number);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The page is looked at again. */
  awake(): void {
    this.#timer ??= setTimeout(() => this.#takeIn(), 0);
  }

  #takeIn(): void {
    this.#timer = undefined;
    if (document.visibilityState === "hidden") return;
    if (this.#newest > 0) this.window.note(this.#newest);
    const { rows, before } = this.get();
    const [first, last] = this.#seen;
    const stale = rows.slice(Math.max(0, first - before), Math.max(0, last - before + 1));
    if (!stale.some(({ status }) => status === "running" || status === "lost")) return;
    const wait = this.#refreshed + REFRESH_MS - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#takeIn(), wait);
      return;
    }
    this.#refreshed = Date.now();
    void this.window.refresh(first, last).then((isDone) => isDone || this.recorded(0));
  }
}
