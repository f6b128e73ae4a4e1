/**
 * The event hub: everything that changes, numbered, with the newest kept so that a reader who lost its connection
 * can go on where it was. A listener that fails loses its place and harms nobody else.
 */
import type { LiveChange, LiveEvent } from "../protocol/live.ts";

/** Gets an event and its JSON, which is made once for all. */
export type LiveListener = (event: LiveEvent, json: string) => void;

/** How many events are held for readers that reconnect, and of how many characters together. */
const HELD = 2_000;
const HELD_SIZE = 64 * 1024 * 1024;

export class LiveHub {
  readonly #listeners = new Set<LiveListener>();
  readonly #held: { event: LiveEvent; size: number }[] = [];
  #heldSize = 0;
  readonly #now: () => number;
  #seq = 0;

  constructor(now: () => number = () => Date.now() / 1000) {
    this.#now = now;
  }

  /** Number of the newest event; 0 when there is none yet. */
  get seq(): number {
    return this.#seq;
  }

  emit(change: LiveChange): void {
    const event: LiveEvent = { ...change, seq: ++this.#seq, at: this.#now() };
    const json = JSON.stringify(event);
    this.#hold(event, json.length);
    for (const listener of this.#listeners) {
      try {
        listener(event, json);
      } catch {
        this.#listeners.delete(listener);
      }
    }
  }

  /** Calls the listener with every event from now on. Returns how to stop. */
  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The events after number `since`, or null when some of them are no longer held (or it is not one of ours). */
  after(since: number): LiveEvent[] | null {
    if (since > this.#seq) return null;
    const oldest = this.#held[0]?.event.seq ?? this.#seq + 1;
    if (since < oldest - 1) return null;
    return this.#held.map(({ event }) => event).filter((event) => event.seq > since);
  }

  #hold(event: LiveEvent, size: number): void {
    this.#held.push({ event, size });
    this.#heldSize += size;
    while (this.#held.length > HELD || this.#heldSize > HELD_SIZE) {
      this.#heldSize -= this.#held.shift()?.size ?? 0;
    }
  }
}
