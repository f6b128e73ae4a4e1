/** A program's calls, made up: 40 functions, nested, of five processes, a third of the values new. */
import type { CallBatch, SharedText, StreamedCall } from "../src/server/store/store.ts";
import { cidOf } from "../src/server/values/cid.ts";

export const BATCH = 2_000;

/** When the first call began, in Unix seconds; there are a thousand a second. */
export const FIRST_AT = 1_764_309_000;

const PROCESSES = 5;

const WORDS = "refund order ticket customer invoice smtp retry queue gold silver basket checkout price".split(
  " ",
);
const NAMES = Array.from({ length: 40 }, (_, index) =>
  index === 0
    ? "tools.findOrder"
    : `${["tools", "db", "llm", "cart"][index % 4]}.${["get", "issueRefund", "send", "list"][Math.floor(index / 4) % 4]}${index}`,
);

function shared(content: unknown): SharedText {
  const text = JSON.stringify(content);
  return { text, cid: cidOf(text), id: 0, era: -1 };
}

export class Program {
  readonly #common = Array.from({ length: 500 }, (_, index) =>
    shared({ orderId: `A-${index}`, amount: index, tier: WORDS[index % WORDS.length] }),
  );
  readonly #sites = Array.from({ length: 60 }, (_, index) => ({
    json: JSON.stringify([
      { filename: "/app/agent.ts", lineno: index, function: "main" },
      { filename: "/app/tools.ts", lineno: index * 3, function: `step${index}` },
    ]),
    id: 0,
    era: -1,
  }));
  #seq = 0;

  batch(): CallBatch {
    const pid = 7 + (Math.floor(this.#seq / BATCH) % PROCESSES);
    const clientKey = `1.000000-bench${pid}`;
    const calls = Array.from({ length: BATCH }, () => this.#call(clientKey));
    const process = {
      key: `1.000000+${pid}`,
      pid,
      startTime: 1,
      pageUrl: null,
      clientId: `bench${pid}`,
      program: `/app/agent${pid}.ts`,
      runtime: "bun",
      library: "bench",
    };
    return { clientKey, process, calls };
  }

  #call(client: string): StreamedCall {
    const seq = ++this.#seq;
    const runs = seq % 40_009 === 0;
    const fails = !runs && seq % 97 === 0;
    const word = WORDS[seq % WORDS.length];
    const fresh = seq % 3 === 0 ? shared({ id: seq, note: `${word} order ${seq}`, ref: `A-${seq}` }) : null;
    const common = (place: number) => this.#common[place % this.#common.length] as SharedText;
    return {
      seq,
      name: seq % 100_003 === 0 ? "rare.call" : (NAMES[seq % NAMES.length] ?? ""),
      parent: seq % 5 === 0 ? null : `${client}.${seq - (seq % 5)}`,
      startedAt: FIRST_AT + seq / 1_000,
      durationMs: runs ? null : seq % 250_007 === 0 ? 9_000 : (seq * 7919) % 1_000,
      status: runs ? 2 : fails ? 1 : 0,
      args: fresh ? [fresh, common(seq)] : [common(seq * 31), common(seq)],
      outcome: runs || fails ? null : common(seq * 17),
      site: this.#sites[seq % this.#sites.length] ?? null,
      target: null,
      exception: fails
        ? { type: "SmtpError", message: seq % 70_001 === 0 ? "550 mailbox full" : `421 try again, ${word}` }
        : null,
      refs: null,
    };
  }
}
