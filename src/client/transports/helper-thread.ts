/**
 * The helper thread as its owner sees it: started with the first need, never in the way of the process's end, given up
 * when it stops working. What it answers comes as `<key>\n<text>` through shared memory, so that an answer finds whoever
 * waits for it also when calls are made while another one is paused.
 */
import { Worker } from "node:worker_threads";
import type { WireRequest } from "../core/effects.ts";
import { DebugServerError, messageOf } from "../errors.ts";
import type { Signals } from "../live/signals.ts";
import { stopwatch } from "../time.ts";
import { findWorkerFile } from "../worker-place.ts";
import type { HelperJob, HelperStart } from "./helper-messages.ts";
import { Mailbox } from "./mailbox.ts";

/** A thread starts in 15 to 50 ms; a busy machine takes its time. */
const START_TIMEOUT_MS = 20_000;

export interface HelperParts {
  hello: HelperStart["hello"];
  /** Of every helper there is after another. */
  signals: Signals;
  /** It has stopped, whyever. */
  gone(helper: HelperThread, reason: string): void;
}

export class HelperThread {
  readonly #mailbox: Mailbox;
  readonly #worker: Worker;
  /** Who waits, innermost last, with what came for them while another waited. */
  readonly #waiting: { key: string; texts: string[] }[] = [];

  constructor({ hello, signals, gone }: HelperParts) {
    const { found, looked } = findWorkerFile();
    if (!found) {
      throw new DebugServerError(
        "The file of the helper thread is missing; synchronous calls need it. Looked at " +
          `${looked.join(", ")}. A bundler has to leave the package "cideldill" external, and "bun build --compile" ` +
          "needs node_modules/cideldill/src/client/sync-worker.ts as a further entry point.",
      );
    }
    this.#mailbox = new Mailbox();
    const workerData: HelperStart = {
      hello,
      mailbox: this.#mailbox.buffer,
      signals: signals.buffer,
    };
    try {
      // Nothing of the program's own set-up (loaders, inspectors) belongs into this thread.
      this.#worker = new Worker(found, { workerData, execArgv: [] });
    } catch (error) {
      throw new DebugServerError(`The helper thread did not start: ${messageOf(error)}.`, { cause: error });
    }
    this.#worker.unref();
    let reason = "it was ended";
    // Its error must not become the program's.
    this.#worker.on("error", (error) => {
      reason = messageOf(error);
    });
    this.#worker.on("exit", () => gone(this, reason));
    if (this.#mailbox.awaitReady(START_TIMEOUT_MS)) return;
    this.stop();
    throw new DebugServerError(
      `The helper thread (${found.href}) did not start within ${START_TIMEOUT_MS / 1_000} s.`,
    );
  }

  post(message: HelperJob | string): void {
    this.#worker.postMessage(message);
  }

  /**
   * What comes for `key`, waited for while this thread is blocked. `alarm` rings meanwhile. `late`: nothing came in time;
   * `dead`: the helper does not work any more.
   */
  receive(
    key: string,
    timeoutMs: number,
    alarm?: WireRequest["alarm"] | null,
  ): { text: string } | { failed: "dead" | "late" } {
    const own = this.#waiting.findLast((waiting) => waiting.key === key);
    const kept = own?.texts.shift();
    if (kept !== undefined) return { text: kept };
    const deadline = stopwatch() + timeoutMs;
    for (;;) {
      const waited = this.#mailbox.take(deadline - stopwatch(), alarm ?? undefined);
      if ("failed" in waited) return waited;
      const end = waited.text.indexOf("\n");
      const text = waited.text.slice(end + 1);
      if (waited.text.startsWith(key) && key.length === end) return { text };
      const other = waited.text.slice(0, end);
      // For nobody who waits: it came too late for whoever asked.
      this.#waiting.findLast((waiting) => waiting.key === other)?.texts.push(text);
    }
  }

  /** While `work` runs, what comes for `key` is kept for it, whoever else waits. */
  waitingFor<T>(key: string, work: () => T): T {
    this.#waiting.push({ key, texts: [] });
    try {
      return work();
    } finally {
      this.#waiting.pop();
    }
  }

  stop(): void {
    void this.#worker.terminate();
  }
}
