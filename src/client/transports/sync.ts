/**
 * The blocking channel of Bun and Node: one helper thread per calling thread does the network, the caller sleeps in
 * `Atomics.wait`.
 */
import { createHash } from "node:crypto";
import type { SyncChannel, VerifiedServer, WireRequest, WireResponse } from "../core/effects.ts";
import { DebugError, DebugTimeoutError } from "../errors.ts";
import { wallClock } from "../time.ts";
import { errorFrom, type HelperAnswer, type HelperQuestion, jobKey } from "./helper-messages.ts";
import type { HelperThread } from "./helper-thread.ts";

/** The helper keeps to a request's own time-out; past that and this it is stuck. */
const HELPER_GRACE_MS = 5_000;

/** Looking for a server: ten seconds for one that lives and is busy, at the port file's port and among the records. */
const LOCATE_TIMEOUT_MS = 30_000;

export class SyncHttp implements SyncChannel {
  readonly #start: () => HelperThread;
  #helper: HelperThread | null = null;
  #jobs = 0;

  constructor(start: () => HelperThread) {
    this.#start = start;
  }

  /** The helper, started if there is none. */
  open(): HelperThread {
    this.#helper ??= this.#start();
    return this.#helper;
  }

  locate(serverUrl: string | null): VerifiedServer {
    const job = { kind: "locate", number: ++this.#jobs, serverUrl, env: { ...process.env } } as const;
    const answer = this.#perform(job, LOCATE_TIMEOUT_MS);
    if (answer.kind !== "server") throw unexpected(answer);
    return answer.server;
  }

  send(serverUrl: string, request: WireRequest): WireResponse {
    const { alarm, ...rest } = request;
    const job = { kind: "send", number: ++this.#jobs, serverUrl, request: rest } as const;
    const answer = this.#perform(job, request.timeoutMs, alarm);
    if (answer.kind !== "response") throw unexpected(answer);
    return answer.response;
  }

  /** Sends what the helper can in so much time; with no helper nothing, for starting one takes too long. */
  flush(serverUrl: string, requests: readonly WireRequest[], budgetMs: number): void {
    const deadline = wallClock() + budgetMs;
    for (const { alarm: _, ...request } of requests) {
      const left = deadline - wallClock();
      if (!this.#helper || left <= 0) return;
      const number = ++this.#jobs;
      this.#helper.post({ kind: "send", number, serverUrl, request: { ...request, timeoutMs: left } });
      if ("failed" in this.#helper.receive(jobKey(number), left)) this.#helper = null;
    }
  }

  sleep(ms: number): void {
    // Nobody ever wakes this one.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  digest(text: string): string {
    return createHash("sha512").update(text, "utf8").digest("hex");
  }

  /** Lets go of a helper that does not work any more; the next need starts another. `false` when that was done before. */
  giveUp(helper: HelperThread): boolean {
    if (this.#helper !== helper) return false;
    this.#helper = null;
    helper.stop();
    return true;
  }

  #perform(job: HelperQuestion, timeoutMs: number, alarm?: WireRequest["alarm"]): HelperAnswer {
    const helper = this.open();
    helper.post(job);
    const waited = helper.receive(jobKey(job.number), timeoutMs + HELPER_GRACE_MS, alarm);
    if ("text" in waited) return JSON.parse(waited.text) as HelperAnswer;
    // Its answer may still come, into its memory: both are given up together.
    this.giveUp(helper);
    throw helperFailure(waited.failed);
  }
}

export const helperFailure = (failed: "dead" | "late"): DebugTimeoutError =>
  new DebugTimeoutError(
    `The thread that talks to the breakpoint server ${failed === "dead" ? "stopped working" : "gave no answer in time"}; ` +
      "the next call starts another.",
  );

function unexpected(answer: HelperAnswer): Error {
  return answer.kind === "error"
    ? errorFrom(answer)
    : new DebugError("The helper thread gave a wrong answer.");
}
