/** Calls the server knows of and does not know the end of, for the moment when the process ends before them. */

import { wallClock } from "../time.ts";
import type { Platform, WireRequest } from "./effects.ts";
import { post } from "./requests.ts";

/** A promise that never settles must not be kept for ever on account of this. */
const MOST_KEPT = 10_000;

/** What of a call is told already. */
export interface OpenCall {
  readonly name: string;
  callId: string | null;
  /** Instance of the server that gave the id. */
  generation: number;
  /** How it ended, on its way to the server. */
  report: WireRequest | null;
}

export class OpenCalls {
  readonly #calls = new Set<OpenCall>();

  open(name: string): OpenCall {
    const call: OpenCall = { name, callId: null, generation: 0, report: null };
    this.#calls.add(call);
    const oldest = this.#calls.values().next();
    if (this.#calls.size > MOST_KEPT && !oldest.done) this.#calls.delete(oldest.value);
    return call;
  }

  close(call: OpenCall): void {
    this.#calls.delete(call);
  }

  /** What there is left to tell this instance of the server, inner calls before outer ones. Twice does no harm. */
  farewell(generation: number, identity: Platform["identity"]): WireRequest[] {
    return [...this.#calls]
      .reverse()
      .filter((call) => call.callId !== null && call.generation === generation)
      .map((call) => call.report ?? post("/api/call/complete", unfinished(call, identity), call.name));
  }
}

const unfinished = ({ name, callId }: OpenCall, identity: Platform["identity"]): string =>
  JSON.stringify({
    call_id: callId,
    timestamp: wallClock() / 1000,
    status: "exception",
    exception_type: "ProcessExit",
    exception_message: `The program ended while ${name} was under way.`,
    ...identity,
  });
