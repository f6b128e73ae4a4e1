import { elapsed, useNow } from "./use-now.ts";

/** How long something has waited, ticking. */
export function Waiting({ since }: { since: number }) {
  return <time className="waited">{elapsed(since, useNow())}</time>;
}
