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
  #isFollowing = true;
  scrollTop = 0;
  #shift = 0;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshed = 0;
  #seen: readonly [number, number] = [0, 0];
  readonly #listeners = new Set<() => void>();

  constructor(fetch = recordApi.calls) {
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
  getFollowing = (): boolean => this.#isFollowing;

  follow(isFollowing: boolean): void {
    if (this.#isFollowing === isFollowing) return;
    this.#isFollowing = isFollowing;
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

  setQuery(q: string): void {
    if (q === this.window.query && this.get().isLoaded && this.get().problem === null) return;
    this.follow(true);
    this.window.setQuery(q);
  }

  /** The server recorded calls, or something about one changed. */
  recorded(newest: number): void {
    this.#newest = Math.max(this.#newest, newest);
    this.#timer ??= setTimeout(() => this.#takeIn(), EVERY_MS);
  }

  /** A new snapshot: the server may be another one. */
  again(): void {
    this.#newest = 0;
    this.window.again(this.#isFollowing);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #takeIn(): void {
    this.#timer = undefined;
    if (document.visibilityState === "hidden" && !this.#isFollowing) return;
    if (this.#newest > 0) this.window.note(this.#newest, this.#isFollowing);
    const now = Date.now();
    if (now - this.#refreshed < REFRESH_MS) return;
    this.#refreshed = now;
    const { rows, before } = this.get();
    const [first, last] = this.#seen;
    const stale = rows.slice(Math.max(0, first - before), last - before + 1);
    if (stale.some(({ status }) => status === "running" || status === "lost"))
      void this.window.refresh(first, last);
  }
}
