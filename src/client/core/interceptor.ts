/** One intercepted call from beginning to end, on the blocking and on the asynchronous way. */
import { isEncoding } from "../encode/custom.ts";
import type { EncodeOptions } from "../encode/encode.ts";
import { isConnectionFailure, messageOf } from "../errors.ts";
import type { LiveChannel } from "../live/channel.ts";
import type { AnyFunction } from "../types.ts";
import { callSiteOf } from "./call-site.ts";
import { type CallDraft, type Payload, payloadOf, targetPayload } from "./draft.ts";
import { type Platform, runAsync, runSync, type SyncChannel } from "./effects.ts";
import { type Ended, failure, runOutcome, success } from "./ended.ts";
import { reportEvent } from "./event.ts";
import { dressedAs, type InterceptedCall, isNativePromise, outward, perform, unreported } from "./perform.ts";
import { buildError, fakeResult, type Plan, planOf } from "./plan.ts";
import type { Session } from "./session.ts";
import { signatureOf } from "./signature.ts";
import { type Context, complete, type Decision, decide } from "./talk.ts";

/** What the interceptor needs of the client. */
export interface InterceptorHost {
  readonly platform: Platform;
  readonly session: Session | null;
  readonly live: LiveChannel | null;
  readonly verbose: boolean;
  encodeOptions(): EncodeOptions;
}

/** A call under way. */
interface Running {
  call: InterceptedCall;
  context: Context;
  draft: CallDraft;
}

export class Interceptor {
  readonly #host: InterceptorHost;
  /** Plain functions seen to return promises: an answer chosen for one is a promise too. */
  readonly #promisers = new WeakSet<AnyFunction>();

  constructor(host: InterceptorHost) {
    this.#host = host;
  }

  /**
   * Runs a call the way its mode says. With debugging off, it is the call itself and nothing else. The functions between
   * the wrapper and what it wraps are few: they lie in the stacks of the program's errors, and take room of its recursions.
   */
  readonly run = (call: InterceptedCall): unknown => {
    const { session, live } = this.#host;
    if (session === null || isEncoding()) return unreported(call);
    if (live?.isUsable) return live.run(call);
    return this.runOverHttp(call);
  };

  runOverHttp(call: InterceptedCall): unknown {
    const { session, platform } = this.#host;
    if (session === null || this.#passesBy(session)) return unreported(call);
    if (call.mode === "async") {
      return this.#runAsync(this.#begin(call, session)).then((value) => outward(call, value));
    }
    if (call.mode === "sync" && platform.sync) {
      return this.#runSync(this.#begin(call, session), platform.sync);
    }
    return this.#runLogged(this.#begin(call, session));
  }

  /** While the server is gone and calls may go on without it, they do not even look for it each time. */
  #passesBy(session: Session): boolean {
    if (!session.isResting || session.whenLost !== "continue") return false;
    session.unreported++;
    return true;
  }

  #begin(call: InterceptedCall, session: Session): Running {
    const options = this.#host.encodeOptions();
    const draft: CallDraft = {
      name: call.name,
      callType: call.callType,
      site: callSiteOf(call.site),
      signature: signatureOf(call.fn),
      args: call.args.map((value) => payloadOf(value, options)),
      target: call.target === undefined ? null : targetPayload(call.target, options),
      thisArg: call.thisArg,
      open: session.open.open(call.name),
      parentCallId: this.#host.platform.scope.current(),
    };
    const encodeValue = (value: unknown): Payload => payloadOf(value, options);
    return { call, draft, context: { session, platform: this.#host.platform, encodeValue } };
  }

  #runSync(running: Running, channel: SyncChannel): unknown {
    const { call, context, draft } = running;
    let decision: Decision;
    try {
      decision = runSync(decide(context, draft), channel);
    } catch (error) {
      return this.#without(running, error);
    }
    const plan = this.#plan(running, decision);
    // A plain function known to return promises is answered with one.
    if (plan.kind !== "run" && this.#promisers.has(call.fn)) {
      return this.#settled(running, decision, this.#performSoon(call, decision, plan));
    }
    let result: unknown;
    try {
      result = this.#perform(call, decision, plan);
    } catch (error) {
      return runOutcome(this.#finishSync(running, decision, failure(error, context), channel));
    }
    if (isNativePromise(result)) {
      this.#promisers.add(call.fn);
      return dressedAs(result, this.#settled(running, decision, result));
    }
    return runOutcome(this.#finishSync(running, decision, success(result, context), channel));
  }

  async #runAsync(running: Running): Promise<unknown> {
    const { call, context, draft } = running;
    let decision: Decision;
    try {
      decision = await runAsync(decide(context, draft), this.#host.platform.async);
    } catch (error) {
      return this.#without(running, error);
    }
    return this.#settled(running, decision, this.#performSoon(call, decision, this.#plan(running, decision)));
  }

  /** Reports a promise when it is settled, and hands on what the debugger makes of it. */
  async #settled(running: Running, decision: Decision, promise: PromiseLike<unknown>): Promise<unknown> {
    let outcome: Ended;
    try {
      outcome = success(await promise, running.context);
    } catch (error) {
      outcome = failure(error, running.context);
    }
    return runOutcome(await this.#finishAsync(running, decision, outcome));
  }

  /** Carries a plan out, so that the calls made meanwhile know their parent. */
  #perform(call: InterceptedCall, { callId }: Decision, plan: Plan): unknown {
    if (plan.kind !== "run") return perform(call, plan);
    const { scope } = this.#host.platform;
    const before = scope.swap(callId);
    try {
      return perform(call, plan);
    } finally {
      scope.swap(before);
    }
  }

  /** The same, with whatever is thrown at once as a rejection. */
  async #performSoon(call: InterceptedCall, decision: Decision, plan: Plan): Promise<unknown> {
    return this.#perform(call, decision, plan);
  }

  /** Cannot pause: it runs at once and is reported afterwards. */
  #runLogged(running: Running): unknown {
    const { call, context, draft } = running;
    const report = (ended: Ended): void => {
      const told = runAsync(reportEvent(context, draft, ended.report), this.#host.platform.async);
      context.session.open.close(draft.open);
      told.catch((error) => this.#log(`${call.name} was not reported: ${messageOf(error)}`));
    };
    let result: unknown;
    try {
      result = perform(call);
    } catch (error) {
      report(failure(error, context));
      throw error;
    }
    if (isNativePromise(result)) {
      result.then(
        (value) => report(success(value, context)),
        (error) => report(failure(error, context)),
      );
    } else report(success(result, context));
    return result;
  }

  /** No decision is to be had. */
  #without({ call, context, draft }: Running, error: unknown): unknown {
    context.session.open.close(draft.open);
    if (!isConnectionFailure(error)) context.session.troubles.note(null, call.name, error);
    if (!isConnectionFailure(error) || context.session.whenLost === "throw") throw error;
    context.session.unreported++;
    this.#log(`${call.name} runs without debugging: ${messageOf(error)}`, true);
    return perform(call);
  }

  /** What cannot be carried out is thrown as the call's own end, so that the server hears of it too. */
  #plan({ call, context, draft }: Running, decision: Decision): Plan {
    const { action } = decision;
    this.#log(`${call.name}(${call.args.length} arguments): ${action.action}`, true);
    try {
      return planOf(action, draft, context.session.registry);
    } catch (error) {
      return { kind: "throw", error };
    }
  }

  #finishSync(running: Running, decision: Decision, ended: Ended, channel: SyncChannel): Ended {
    try {
      const action = runSync(complete(running.context, running.draft, decision, ended.report), channel);
      return this.#overridden(running, action, ended);
    } catch (error) {
      return this.#unreported(running, error, ended);
    } finally {
      running.context.session.open.close(running.draft.open);
    }
  }

  async #finishAsync(running: Running, decision: Decision, ended: Ended): Promise<Ended> {
    try {
      const { context, draft } = running;
      const action = await runAsync(
        complete(context, draft, decision, ended.report),
        this.#host.platform.async,
      );
      return this.#overridden(running, action, ended);
    } catch (error) {
      return this.#unreported(running, error, ended);
    } finally {
      running.context.session.open.close(running.draft.open);
    }
  }

  /** The call has run: its result belongs to the program, whatever became of the report. */
  #unreported({ call, context }: Running, error: unknown, ended: Ended): Ended {
    if (!isConnectionFailure(error)) context.session.troubles.note(null, call.name, error);
    this.#log(`the end of ${call.name} was not reported: ${messageOf(error)}`);
    return ended;
  }

  /** What a pause after the call made of its result. */
  #overridden({ call, context, draft }: Running, action: Decision["action"] | null, ended: Ended): Ended {
    this.#log(`${call.name}: ${ended.report.status}${action ? `, then ${action.action}` : ""}`, true);
    if (!action || action.action === "continue") return ended;
    if (action.action === "skip") return { ...success(fakeResult(action, draft), context) };
    if (action.action === "raise") {
      return failure(buildError(action.exception_type, action.exception_message, draft.site), context);
    }
    this.#log(`${call.name} has run already: it cannot ${action.action} any more, and keeps its result`);
    return ended;
  }

  #log(line: string, onlyVerbose = false): void {
    if (!onlyVerbose || this.#host.verbose) this.#host.platform.log(`[cideldill] ${line}`);
  }
}
