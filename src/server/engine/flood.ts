/** The flood guard: how many pauses of one breakpoint began in this second and nobody has released. */

interface Second {
  /** Unix seconds. */
  began: number;
  waiting: number;
}

export class FloodGuard {
  readonly #seconds = new Map<string, Second>();

  /** Counts a pause at a breakpoint, unless it would be one too many. A limit of 0 is none. */
  admits(breakpoint: string, limit: number, now: number): boolean {
    const second = this.#secondOf(breakpoint, now);
    if (limit > 0 && second.waiting >= limit) return false;
    second.waiting += 1;
    return true;
  }

  /** A pause that began then is over: whoever decides fast enough is not flooded. */
  released(breakpoint: string, pausedAt: number): void {
    const second = this.#seconds.get(breakpoint);
    if (second && pausedAt >= second.began) second.waiting = Math.max(0, second.waiting - 1);
  }

  /** Forgets the seconds that are over. */
  sweep(now: number): void {
    for (const [breakpoint, { began }] of this.#seconds)
      if (now - began >= 1 || now < began) this.#seconds.delete(breakpoint);
  }

  #secondOf(breakpoint: string, now: number): Second {
    const known = this.#seconds.get(breakpoint);
    if (known && now >= known.began && now - known.began < 1) return known;
    const second = { began: now, waiting: 0 };
    this.#seconds.set(breakpoint, second);
    return second;
  }
}
