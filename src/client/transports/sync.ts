/**
 * The blocking channel of Bun and Node: one helper thread per calling thread does the network, the caller sleeps in
 * `Atomics.wait`. Started with the first need, and never in the way of the process's end.
 */
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { SyncChannel, VerifiedServer, WireRequest, WireResponse } from "../core/effects.ts";
import { DebugError, DebugServerError, DebugTimeoutError, messageOf } from "../errors.ts";
import { findWorkerFile } from "../worker-place.ts";
import { errorFrom, type HelperAnswer, type HelperJob } from "./helper-messages.ts";
import { Mailbox } from "./mailbox.ts";

/** A thread starts in 15 to 50 ms; a busy machine takes its time. */
const START_TIMEOUT_MS = 20_000;

/** The helper keeps to a request's own time-out; past that and this it is stuck. */
const HELPER_GRACE_MS = 5_000;

/** Looking for a server: a second and a half for each of a few candidates. */
const LOCATE_TIMEOUT_MS = 30_000;

interface Helper {
  worker: Worker;
  mailbox: Mailbox;
}

export class SyncHttp implements SyncChannel {
  #helper: Helper | null = null;

  locate(serverUrl: string | null): VerifiedServer {
    const answer = this.#perform({ kind: "locate", serverUrl, env: { ...process.env } }, LOCATE_TIMEOUT_MS);
    if (answer.kind !== "server") throw unexpected(answer);
    return answer.server;
  }

  send(serverUrl: string, request: WireRequest): WireResponse {
    const { alarm, ...rest } = request;
    const answer = this.#perform({ kind: "send", serverUrl, request: rest }, request.timeoutMs, alarm);
    if (answer.kind !== "response") throw unexpected(answer);
    return answer.response;
  }

  /** Sends what the helper can in so much time; with no helper nothing, for starting one takes too long. */
  flush(serverUrl: string, requests: readonly WireRequest[], budgetMs: number): void {
    const deadline = Date.now() + budgetMs;
    for (const { alarm: _, ...request } of requests) {
      const left = deadline - Date.now();
      if (!this.#helper || left <= 0) return;
      const { worker, mailbox } = this.#helper;
      worker.postMessage({
        kind: "send",
        serverUrl,
        request: { ...request, timeoutMs: left },
      } satisfies HelperJob);
      if ("failed" in mailbox.take(left)) this.#helper = null;
    }
  }

  sleep(ms: number): void {
    // Nobody ever wakes this one.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }

  digest(text: string): string {
    return createHash("sha512").update(text, "utf8").digest("hex");
  }

  #perform(job: HelperJob, timeoutMs: number, alarm?: WireRequest["alarm"]): HelperAnswer {
    this.#helper ??= startHelper();
    const { worker, mailbox } = this.#helper;
    worker.postMessage(job);
    const waited = mailbox.take(timeoutMs + HELPER_GRACE_MS, alarm);
    if ("text" in waited) return JSON.parse(waited.text) as HelperAnswer;
    // Its answer may still come, into this memory: both are given up together.
    this.#helper = null;
    void worker.terminate();
    const what = waited.failed === "dead" ? "stopped working" : "gave no answer in time";
    throw new DebugTimeoutError(
      `The thread that talks to the breakpoint server ${what}; the next call starts another.`,
    );
  }
}

function unexpected(answer: HelperAnswer): Error {
  return answer.kind === "error"
    ? errorFrom(answer)
    : new DebugError("The helper thread gave a wrong answer.");
}

function startHelper(): Helper {
  const { found, looked } = findWorkerFile();
  if (!found) {
    throw new DebugServerError(
      "The file of the helper thread is missing; synchronous calls need it. Looked at " +
        `${looked.join(", ")}. A bundler has to leave the package "cideldill" external, and "bun build --compile" ` +
        "needs node_modules/cideldill/src/client/sync-worker.ts as a further entry point.",
    );
  }
  const mailbox = new Mailbox();
  let worker: Worker;
  try {
    // Nothing of the program's own set-up (loaders, inspectors) belongs into this thread.
    worker = new Worker(found, { workerData: { mailbox: mailbox.buffer }, execArgv: [] });
  } catch (error) {
    throw new DebugServerError(`The helper thread did not start: ${messageOf(error)}.`, { cause: error });
  }
  worker.unref();
  worker.on("error", ignore);
  if (mailbox.awaitReady(START_TIMEOUT_MS)) return { worker, mailbox };
  void worker.terminate();
  throw new DebugServerError(
    `The helper thread (${found.href}) did not start within ${START_TIMEOUT_MS / 1_000} s.`,
  );
}

/** A helper that dies is noticed by its missing pulse; its error must not become the program's. */
function ignore(): void {}
