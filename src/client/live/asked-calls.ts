/**
 * Calls that somebody watches: each asks before it runs and does what is decided; where the policy or the decision wants
 * it, its end asks too. Written twice, for calls that block their thread and for those that never do: what they share
 * are the steps, what differs is every wait.
 */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import { alarmEvery } from "../core/alarm.ts";
import { clientRef } from "../core/draft.ts";
import { runOutcome } from "../core/ended.ts";
import { dressedAs, isNativePromise, outward, perform } from "../core/perform.ts";
import type { Plan } from "../core/plan.ts";
import { describeThrown } from "../core/thrown.ts";
import { encode } from "../encode/encode.ts";
import { isConnectionFailure, messageOf } from "../errors.ts";
import { stopwatch } from "../time.ts";
import type { AnyFunction } from "../types.ts";
import type { LiveHost } from "./channel.ts";
import { type LiveCall, textsOf } from "./live-call.ts";
import { askFrame, endFrame } from "./live-frames.ts";
import { type Outcome, planAfter, planBefore } from "./live-plan.ts";
import { WATCH } from "./policy.ts";
import { type LivePort, NoChannel, type Waiter } from "./port.ts";
import type { LiveRunner } from "./runner.ts";
import { Sites } from "./sites.ts";

export class AskedCalls {
  readonly #port: LivePort;
  readonly #host: LiveHost;
  readonly #runner: LiveRunner;
  readonly #sites: Sites;
  /** Plain functions seen to return promises: an answer chosen for one is a promise too. */
  readonly #promisers = new WeakSet<AnyFunction>();

  constructor(port: LivePort, host: LiveHost, runner: LiveRunner) {
    this.#port = port;
    this.#host = host;
    this.#runner = runner;
    this.#sites = new Sites(port.mapFrame);
  }

  runSync(live: LiveCall): unknown {
    const ask = this.#port.askBlocking;
    if (ask === null) return this.runAsync(live);
    // The server knows that it runs.
    live.told = true;
    let action: LiveAction;
    const { stream } = this.#runner;
    live.outer = stream.innermost;
    stream.innermost = live;
    try {
      action = ask(live, this.#frame(live), this.#waiter(live));
    } catch (error) {
      return this.#without(live, error);
    } finally {
      stream.innermost = live.outer;
    }
    let plan = this.#planBefore(live, action);
    for (;;) {
      // A plain function known to return promises is answered with one.
      if (plan.kind !== "run" && this.#promisers.has(live.call.fn)) return this.#settle(live, action, plan);
      const outcome = this.#perform(live, plan);
      if (!outcome.threw && isNativePromise(outcome.value)) {
        this.#promisers.add(live.call.fn);
        if (!this.#mayAsk(live, action)) return this.#watched(live, outcome.value);
        return dressedAs(outcome.value, this.#settle(live, action, null, outcome.value));
      }
      const end = this.#endOf(live, action, outcome);
      if (end === null) return runOutcome(outcome);
      try {
        action = ask(live, end, this.#waiter(live));
      } catch (error) {
        return runOutcome(this.#untold(live, error, outcome));
      }
      const after = planAfter(action, live, outcome);
      if (after === null) return runOutcome(this.#over(live, outcome));
      if (after.kind !== "again") return runOutcome(this.#over(live, this.#perform(live, after)));
      plan = this.#again(live, after.args);
    }
  }

  /** Whether something may be decided about the end of a call: then its caller gets what comes of that. */
  #mayAsk({ known }: LiveCall, action: LiveAction): boolean {
    return (known.watch & ~WATCH.BEFORE) !== 0 || asksAfter(action);
  }

  /** A promise that others may hold as well: it is handed out itself. */
  #watched(live: LiveCall, promise: Promise<unknown>): Promise<unknown> {
    this.#runner.observe(live, promise);
    return promise;
  }

  runAsync(live: LiveCall): Promise<unknown> {
    live.told = true;
    return this.#runAsync(live).then((value) => outward(live.call, value));
  }

  async #runAsync(live: LiveCall): Promise<unknown> {
    this.#runner.stream.track(live);
    let action: LiveAction;
    try {
      action = await this.#port.ask(live, this.#frame(live), this.#waiter(live));
    } catch (error) {
      return this.#without(live, error);
    }
    return this.#settle(live, action, this.#planBefore(live, action));
  }

  /** Carries a plan out, waits for what comes of it, and for what is decided about that. */
  async #settle(
    live: LiveCall,
    first: LiveAction,
    planned: Plan | null,
    begun?: Promise<unknown>,
  ): Promise<unknown> {
    let [action, plan, running] = [first, planned, begun];
    for (;;) {
      let outcome = running ? { threw: false, value: running as unknown } : this.#perform(live, plan as Plan);
      running = undefined;
      if (!outcome.threw) outcome = await settled(outcome.value);
      const end = this.#endOf(live, action, outcome);
      if (end === null) return runOutcome(outcome);
      try {
        action = await this.#port.ask(live, end, this.#waiter(live));
      } catch (error) {
        return runOutcome(this.#untold(live, error, outcome));
      }
      const after = planAfter(action, live, { ...outcome, text: this.#text(outcome.value) });
      if (after === null) return runOutcome(this.#over(live, outcome));
      if (after.kind !== "again") {
        return runOutcome(
          this.#over(live, await settled(this.#perform(live, after).value, after.kind === "throw")),
        );
      }
      plan = this.#again(live, after.args);
    }
  }

  #again(live: LiveCall, args: unknown[]): Plan {
    live.reruns += 1;
    return { kind: "run", args, by: null };
  }

  #frame(live: LiveCall): string {
    const { stack } = live.call.site;
    return askFrame(live, stack === null ? "[]" : this.#sites.framesOf(stack));
  }

  #planBefore(live: LiveCall, action: LiveAction): Plan {
    if (this.#host.verbose)
      this.#host.log(`${live.known.name}(${live.call.args.length} arguments): ${action.action}`);
    return planBefore(action, live, this.#host.registry);
  }

  #perform(live: LiveCall, plan: Plan): Outcome {
    // What it took until now was the debugger's time, not the call's.
    live.begun = stopwatch();
    const runs = plan.kind === "run";
    let before: string | null | undefined;
    try {
      if (runs) before = this.#runner.enter(live);
      return { threw: false, value: perform(live.call, plan), text: "" };
    } catch (error) {
      return { threw: true, value: error, text: "" };
    } finally {
      if (runs) this.#runner.leave(live, before);
    }
  }

  #text(value: unknown): string {
    return encode(value, this.#host.encodeOptions());
  }

  /** The frame that asks about the end of a call, or `null`: nobody asked for that, and its row is on its way. */
  #endOf(
    live: LiveCall,
    action: LiveAction,
    outcome: { threw: boolean; value: unknown; text?: string },
  ): string | null {
    const { watch } = live.known;
    const mutated = watch & WATCH.MUTATION ? this.#mutated(live) : [];
    const wanted =
      watch & WATCH.AFTER ||
      (watch & WATCH.AFTER_EXCEPTION && outcome.threw) ||
      mutated.length > 0 ||
      asksAfter(action);
    const text = this.#text(outcome.value);
    outcome.text = text;
    if (!wanted) {
      this.#runner.tell(live, outcome.threw, outcome.value, text);
      return null;
    }
    live.ranWith(outcome.threw, outcome.value);
    const durationMs = stopwatch() - live.begun;
    const exception = outcome.threw ? JSON.stringify(describeThrown(outcome.value)) : null;
    live.end = { status: outcome.threw ? 1 : 0, durationMs, outcome: text, exception };
    return endFrame(live, {
      ...{ durationMs, threw: outcome.threw, outcome: text, exception, mutated },
      outcomeRef: clientRef(outcome.value),
    });
  }

  #mutated(live: LiveCall): [number, string][] {
    const now = textsOf(live.call.args, this.#host.encodeOptions());
    return now
      .map((text, place): [number, string] => [place, text])
      .filter(([place, text]) => text !== live.args[place]);
  }

  /** It is over, and the server knows, if it lives. */
  #over<T>(live: LiveCall, outcome: T): T {
    live.ended = true;
    if (live.end) this.#runner.decided.hold(live, live.end);
    return outcome;
  }

  /** The call has run: its outcome belongs to the program, whatever became of the report. */
  #untold(live: LiveCall, error: unknown, outcome: { threw: boolean; value: unknown }): typeof outcome {
    this.#log(`the end of ${live.known.name} was not decided about: ${messageOf(error)}`);
    this.#runner.tell(live, outcome.threw, outcome.value);
    return outcome;
  }

  /** No decision is to be had. */
  #without(live: LiveCall, error: unknown): unknown {
    live.ended = true;
    const { session } = this.#host;
    if (error instanceof NoChannel) return this.#host.runOverHttp(live.call);
    if (!isConnectionFailure(error)) session?.troubles.note(null, live.known.name, error);
    if (!isConnectionFailure(error) || session?.whenLost !== "continue") throw error;
    this.#runner.countUnreported();
    this.#log(`${live.known.name} runs without debugging: ${messageOf(error)}`, true);
    return perform(live.call);
  }

  #waiter(live: LiveCall): Waiter {
    const { session } = this.#host;
    const name = live.known.name;
    return {
      graceMs: (paused) => (paused ? session?.pauseGraceMs : session?.graceMs) ?? 0,
      stalled: () =>
        alarmEvery(session?.settings.watchdogS ?? 0, (seconds) =>
          this.#log(`${name} has had no answer from ${this.#serverUrl()} for ${seconds} s`),
        ),
      paused: () => {
        this.#runner.look();
        session?.sayPaused(name);
        return alarmEvery(session?.settings.suspendedBreakpointsLogIntervalS ?? 0, (seconds) =>
          this.#log(
            `${name} has been paused for ${Math.round(seconds)} s; resume it at ${this.#serverUrl()}`,
          ),
        );
      },
      lost: () => this.#log(`the server that held ${name} is gone: pausing it again at ${this.#serverUrl()}`),
      gone: () => this.#runner.gone(),
    };
  }

  /** The server that holds the calls now: it may be another than the one that was asked. */
  #serverUrl(): string {
    this.#runner.look();
    return this.#host.session?.url ?? "the server";
  }

  #log(line: string, onlyVerbose = false): void {
    if (!onlyVerbose || this.#host.verbose) this.#host.log(line);
  }
}

/** What was decided before a call asks about its end, too. */
const asksAfter = (action: LiveAction): boolean =>
  ("pause_after" in action && action.pause_after === true) || action.action === "call_again";

/** What a promise, or any value, comes to. */
async function settled(value: unknown, threw = false): Promise<{ threw: boolean; value: unknown }> {
  if (threw) return { threw, value };
  try {
    return { threw: false, value: await value };
  } catch (error) {
    return { threw: true, value: error };
  }
}
