/** Says something again and again while a request is under way. */

import { wallClock } from "../time.ts";
import type { WireRequest } from "./effects.ts";

/** Rings every so many seconds, saying how many have passed; `null` for never. */
export function alarmEvery(
  seconds: number,
  say: (passed: number) => void,
): NonNullable<WireRequest["alarm"]> | null {
  const everyMs = seconds * 1_000;
  if (everyMs <= 0) return null;
  const since = wallClock();
  const alarm = {
    at: since + everyMs,
    ring(): number {
      say(Math.round((wallClock() - since) / 100) / 10);
      alarm.at = wallClock() + everyMs;
      return alarm.at;
    },
  };
  return alarm;
}
