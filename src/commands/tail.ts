/** `cideldill tail`: calls as they end, until Ctrl-C. */
import type { CallDetail, CallPage, CallSummary } from "../protocol/records.ts";
import { callLine } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import type { Io } from "./io.ts";
import { jsonLine } from "./printable.ts";
import { callPage, sayMistake } from "./query-pages.ts";
import { serverOr } from "./record-api.ts";
import { PRINTING_OPTIONS, type ServerApi, ServerRefused } from "./server-api.ts";
import { catchStopSignals } from "./stop-signals.ts";

const EVERY_MS = 150;
const PAGE = 1_000;

/** Calls that run and are looked at again; of more only the newest. */
const MOST_RUNNING = 100;

export const command = defineCommand(
  {
    name: "tail",
    summary: "Print calls that fit a query as they end",
    description:
      "Takes the queries of cideldill calls, which cideldill help calls describes. Ends with Ctrl-C, or when the server stops.",
    argument: "[QUERY]",
    mostArguments: 1_000,
    options: {
      limit: {
        kind: "number",
        short: "n",
        value: "N",
        min: 0,
        max: 1_000,
        whole: true,
        help: "Begin with the last N (default 10)",
      },
      ...PRINTING_OPTIONS,
    },
    examples: [
      ["cideldill tail", "everything"],
      ["cideldill tail status:error", "what fails"],
      ["cideldill tail 'fn:db.* duration:>50ms' --json", "for a program: a line of JSON each"],
    ],
  },
  async (values, io, _, words) => {
    const api = await serverOr(NO_SERVER, values);
    const q = words.join(" ");
    const signals = catchStopSignals();
    const tail = new Tail(api, q, values.json, io);
    try {
      await tail.begin(values.limit ?? 10);
    } catch (error) {
      return sayMistake(error, q, io);
    }
    for (;;) {
      const isStopped = await Promise.race([
        signals.first.then(() => true),
        Bun.sleep(EVERY_MS).then(() => false),
      ]);
      if (isStopped) return 0;
      await tail.go();
      if (io.out.isUnread) return 0;
    }
  },
);

/** A file tells nothing by itself. */
const NO_SERVER =
  "No server is running, so no calls come in; run cideldill to start one, or look at those that are kept with cideldill calls";

class Tail {
  readonly #api: ServerApi;
  readonly #q: string;
  readonly #json: boolean;
  readonly #io: Io;
  #cursor = "0";
  readonly #running = new Set<number>();

  constructor(api: ServerApi, q: string, json: boolean, io: Io) {
    this.#api = api;
    this.#q = q;
    this.#json = json;
    this.#io = io;
  }

  async begin(count: number): Promise<void> {
    const page = await callPage(this.#api, { q: this.#q, limit: Math.max(1, count), order: "newest" });
    for (const call of count === 0 ? [] : page.calls.reverse()) this.#see(call);
    this.#cursor = String(page.newest);
  }

  /** Prints what came since the last time. */
  async go(): Promise<void> {
    await this.#lookAgain();
    let page: CallPage;
    do {
      page = await callPage(this.#api, { q: this.#q, limit: PAGE, order: "oldest", cursor: this.#cursor });
      for (const call of page.calls) this.#see(call);
      this.#cursor = page.next ?? this.#cursor;
    } while (page.searched_to !== null);
  }

  #see(call: CallSummary): void {
    if (call.status === "running") {
      this.#running.add(call.number);
      const [oldest] = this.#running;
      if (this.#running.size > MOST_RUNNING && oldest !== undefined) this.#running.delete(oldest);
      return;
    }
    this.#running.delete(call.number);
    this.#io.out.line(this.#json ? jsonLine(call) : callLine(call, this.#io.out));
  }

  /** Calls that ran the last time may have ended. */
  async #lookAgain(): Promise<void> {
    for (const number of [...this.#running]) {
      try {
        const call = await this.#api.get<CallDetail>(`/api/calls/${number}?data_limit=0`);
        if (call.status !== "running") this.#see(call as CallSummary);
      } catch (error) {
        if (!(error instanceof ServerRefused)) throw error;
        this.#running.delete(number);
      }
    }
  }
}
