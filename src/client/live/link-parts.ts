/** What a link needs of where it runs: the helper thread, or a page. */
import type { HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { VerifiedServer } from "../core/effects.ts";
import { wallClock } from "../time.ts";
import type { LiveState } from "./signals.ts";
import type { MapFrame } from "./sites.ts";
import type { OpenSocket } from "./socket.ts";

/** Where a server has its live channel. */
export const LIVE_PATH = "/api/live?role=debuggee";

/** What the link says to whoever looks. `Signals` is one, in memory shared with another thread. */
export interface LinkSignals {
  readonly state: LiveState;
  /** From the return of this on, every call of the program goes by what is new. */
  change(state: LiveState): void;
  finish(batch: number): void;
  leave(): void;
}

export interface LinkParts {
  hello(): Omit<HelloFrame, "channel">;
  signals: LinkSignals;
  open: OpenSocket;
  /** Hands a text to the thread that waits for it. */
  put(key: string, text: string): void;
  mapFrame: MapFrame | null;
  /** Shows that this thread works. */
  beat(): void;
  /** Tells a server of what went wrong; nobody waits for that. */
  report(server: VerifiedServer, trouble: string): void;
  /** Finds the server, or rejects. */
  locate(): Promise<VerifiedServer>;
}

/** Body of `POST /api/report-com-error` about a connection that broke off. */
export function lossReport(
  hello: Omit<HelloFrame, "channel">,
  reason: string | null,
  lostAt: number,
): string {
  const { process_pid, process_start_time, page_url } = hello;
  return JSON.stringify({
    ...{ kind: "client", error: "DebugServerError", message: `The live channel broke off: ${reason}` },
    ...{ request: `GET ${LIVE_PATH}`, function_name: null, count: 1 },
    ...{ first_at: lostAt / 1_000, last_at: lostAt / 1_000, timestamp: wallClock() / 1_000 },
    ...{ process_pid, process_start_time, page_url },
  });
}
