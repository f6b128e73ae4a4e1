/** Wall-clock times of calls, as text: made for every call, and by far not free. */
import { stopwatch, wallClock } from "../time.ts";
export class Clock {
  /** What to add to `performance.now()` for Unix time, in ms. */
  #epochMs = performance.timeOrigin;
  #second = 0;
  #secondText = "";

  /** The two clocks drift apart: now and then they are compared. */
  adjust(): void {
    this.#epochMs = wallClock() - stopwatch();
  }

  /**
   * Unix seconds with six decimals of a `performance.now()`. Two whole numbers are written in a fraction of the time one
   * with decimals takes.
   */
  seconds(now: number): string {
    const unixMs = this.#epochMs + now;
    const second = Math.floor(unixMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = `${second}.`;
    }
    const micros = Math.floor(unixMs * 1_000 - second * 1e6);
    return this.#secondText + String(1_000_000 + micros).slice(1);
  }
}
