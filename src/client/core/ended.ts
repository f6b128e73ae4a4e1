/** How a call ended. */
import type { Context, Outcome } from "./talk.ts";
import { describeThrown } from "./thrown.ts";

/** How a call ended: for the program, and for the report. */
export interface Ended {
  threw: boolean;
  value: unknown;
  report: Outcome;
}

export const success = (value: unknown, context: Context): Ended => ({
  threw: false,
  value,
  report: { status: "success", payload: context.encodeValue(value) },
});

export function failure(error: unknown, context: Context): Ended {
  const report: Outcome = {
    status: "exception",
    payload: context.encodeValue(error),
    exception: describeThrown(error),
  };
  return { threw: true, value: error, report };
}

export function runOutcome(ended: Pick<Ended, "threw" | "value">): unknown {
  if (ended.threw) throw ended.value;
  return ended.value;
}
