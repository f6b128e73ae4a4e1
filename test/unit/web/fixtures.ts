/** Paused calls made by hand. */
import type { PausedCall, PausedCallData } from "../../../src/protocol/pauses.ts";
import { initialState, type Snapshot, type State } from "../../../web/src/state/model.ts";
import { reduce } from "../../../web/src/state/reducer.ts";

/** A CID that says whose it is. */
export const fakeCid = (name: string): string =>
  Buffer.from(name).toString("hex").padEnd(128, "0").slice(0, 128);

export const jsonItem = (name: string, value: unknown) => ({
  cid: fakeCid(name),
  data: JSON.stringify(value),
  serialization_format: "json" as const,
});

export function pausedCall(id: string, at = 1, data: Partial<PausedCallData> = {}): PausedCall {
  return {
    id,
    paused_at: at,
    repl_sessions: [],
    call_data: {
      call_id: `${at}.000000-001`,
      method_name: `f.${id}`,
      target: null,
      args: [],
      kwargs: {},
      pretty_target: null,
      pretty_args: [],
      pretty_kwargs: {},
      signature: null,
      call_site: {},
      call_type: "proxy",
      process_pid: 1,
      process_start_time: 1,
      process_key: "1.000000+1",
      page_url: null,
      parent_call_id: null,
      preferred_format: "json",
      pause_reason: "breakpoint",
      pause_when: "before",
      pause_cause: "breakpoint",
      rule: null,
      accepts: ["continue", "modify", "skip", "raise", "replace"],
      accepts_pause_after: true,
      decisions: [],
      ...data,
    },
  };
}

export const snapshot = (paused: readonly PausedCall[] = [], extra: Partial<Snapshot> = {}): Snapshot => ({
  paused,
  breakpoints: {
    breakpoints: [],
    breakpoint_behaviors: {},
    breakpoint_after_behaviors: {},
    breakpoint_replacements: {},
  },
  functions: { functions: [], function_signatures: {}, function_metadata: {} },
  behavior: "stop",
  ...extra,
});

export const loaded = (...paused: PausedCall[]): State =>
  reduce(initialState, { type: "snapshot", snapshot: snapshot(paused), version: "1" });
