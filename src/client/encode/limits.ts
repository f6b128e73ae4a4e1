/** How much of one value leaves the process. */
import type { EncodeLimits } from "../types.ts";

/** Generous for arguments as programs pass them, small beside the server's limit of a request. */
export const DEFAULT_LIMITS: EncodeLimits = {
  depth: 64,
  entries: 1_000,
  stringLength: 100_000,
  totalSize: 1_000_000,
};

/** For the object a method was called on: it travels with every call, so it is a glance, not a copy. */
export const TARGET_LIMITS: EncodeLimits = {
  depth: 4,
  entries: 50,
  stringLength: 2_000,
  totalSize: 32_000,
};

/** Deeper than this and the writer's own recursion could overflow a small stack. */
const MAX_DEPTH = 500;

/** What was asked for last: it is the same for value after value. */
let last: { asked: Partial<EncodeLimits> | undefined; limits: EncodeLimits } | null = null;

/** Fills in and bounds what was asked for. */
export function limitsOf(asked: Partial<EncodeLimits> | undefined): EncodeLimits {
  if (last === null || last.asked !== asked) last = { asked, limits: filledIn(asked) };
  return last.limits;
}

function filledIn(asked: Partial<EncodeLimits> | undefined): EncodeLimits {
  const limits = { ...DEFAULT_LIMITS, ...asked };
  return { ...limits, depth: Math.min(limits.depth, MAX_DEPTH) };
}
