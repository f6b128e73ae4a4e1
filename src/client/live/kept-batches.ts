/**
 * Batches until they need no thought any more. One that was not acknowledged is sent again on the next connection, whose
 * tables are empty: then it is sent with everything that earlier batches of its table spelled out, so these are kept too.
 */
import type { CallRow } from "../../protocol/debuggee-frames.ts";
import type { Sites } from "./sites.ts";

interface Batch {
  readonly number: number;
  readonly table: number;
  /** What it says of sites, as JSON without brackets. */
  readonly sites: string;
  /** The rest of the frame: names, texts, rows. */
  readonly rest: string;
}

interface Spelled {
  names?: [number, string][];
  texts?: [number, string][];
}

export interface LastBatches {
  frames: string[];
  leftOut: [batch: number, calls: number][];
}

export const rowsOf = (rest: string): CallRow[] => (JSON.parse(`{${rest}`) as { rows: CallRow[] }).rows;

export class KeptBatches {
  readonly #sites: Sites;
  #batches: Batch[] = [];
  #newest = 0;
  #acked = 0;
  /** Newest one sent on this connection. */
  #sent = 0;
  /** The table this connection knows. */
  #told = 0;

  constructor(sites: Sites) {
    this.#sites = sites;
  }

  /** Number of the newest that needs no thought. */
  get acked(): number {
    return this.#acked;
  }

  /** `true` when everything is acknowledged. */
  get isDone(): boolean {
    return this.#acked === this.#newest;
  }

  /** The next one taken in has this number: another helper had those before it. */
  beginAt(number: number): void {
    this.#newest = this.#acked = this.#sent = number - 1;
  }

  /** Takes `<table>\n<sites>\n<rest>` in. */
  add(message: string): void {
    const first = message.indexOf("\n");
    const second = message.indexOf("\n", first + 1);
    this.#batches.push({
      number: this.#newest + 1,
      table: Number(message.slice(0, first)),
      sites: this.#sites.written(message.slice(first + 1, second)),
      rest: message.slice(second + 1),
    });
    this.#newest++;
  }

  /** The server has everything up to this one. */
  ack(number: number): void {
    if (number <= this.#acked || number > this.#newest) return;
    this.#acked = number;
    // Of the table that is still written to, all are kept: the next batch may build on them.
    const table =
      this.#batches.find((batch) => batch.number > number)?.table ?? this.#batches.at(-1)?.table ?? 0;
    let gone = 0;
    while (gone < this.#batches.length && (this.#batches[gone]?.table ?? table) < table) gone++;
    if (gone > 0) this.#batches.splice(0, gone);
  }

  /** Lets go of everything; how many calls were not acknowledged. */
  drop(): number {
    let calls = 0;
    for (const { number, rest } of this.#batches) if (number > this.#acked) calls += rowsOf(rest).length;
    this.#batches = [];
    this.#acked = this.#sent = this.#newest;
    return calls;
  }

  /** A new connection: what is not acknowledged comes again. */
  rewind(acked: number): void {
    this.ack(acked);
    this.#sent = this.#acked;
    this.#told = 0;
  }

  /** Hands the next frame to `send`, with at most `window` unacknowledged; `false` when there is none. */
  sendNext(window: number, send: (frame: string) => void): boolean {
    if (this.#sent >= this.#newest || this.#sent - this.#acked >= window) return false;
    const oldest = this.#batches[0]?.number ?? 0;
    const batch = this.#batches[this.#sent + 1 - oldest];
    if (!batch) return false;
    send(this.#frame(batch));
    this.#sent = batch.number;
    this.#told = batch.table;
    return true;
  }

  #frame(batch: Batch): string {
    const isNew = batch.table !== this.#told;
    const before = isNew
      ? this.#batches.filter((b) => b.table === batch.table && b.number < batch.number)
      : [];
    if (before.length > 0) return this.#whole(batch, before);
    const sites = batch.sites === "" ? "" : `"sites":[${batch.sites}],`;
    return `{"t":"calls","batch":${batch.number},${sites}${batch.rest}`;
  }

  /**
   * The newest of those that are not acknowledged, as many as fit, for a server that knows nothing of what they build on;
   * and how many calls the others have.
   */
  last(room: number): LastBatches {
    const open = this.#batches.filter(({ number }) => number > this.#acked);
    const frames: string[] = [];
    let left = room;
    let batch = open.pop();
    for (; batch; batch = open.pop()) {
      const frame = this.#alone(batch);
      left -= new TextEncoder().encode(frame).length;
      if (left < 0) break;
      frames.unshift(frame);
    }
    if (batch) open.push(batch);
    return { frames, leftOut: open.map(({ number, rest }) => [number, rowsOf(rest).length]) };
  }

  /** A batch with what its rows name, and nothing else. */
  #alone(batch: Batch): string {
    const rows = rowsOf(batch.rest);
    const names = new Set(rows.map((row) => row[1]));
    const sites = new Set(rows.map((row) => row[8]));
    const texts = new Set(rows.flatMap((row) => [...row[6], row[7], row[9]]));
    const table = this.#batches.filter((one) => one.table === batch.table && one.number <= batch.number);
    const {
      names: allNames,
      texts: allTexts,
      sites: allSites,
    } = JSON.parse(this.#whole(batch, table.slice(0, -1)));
    const used = <T>(all: [number, T][] = [], refs: Set<number | null | undefined>) =>
      all.filter(([ref]) => refs.has(ref));
    return JSON.stringify({
      ...{ t: "calls", batch: batch.number, rows },
      ...{ names: used(allNames, names), texts: used(allTexts, texts), sites: used(allSites, sites) },
    });
  }

  #whole(batch: Batch, before: readonly Batch[]): string {
    const own = JSON.parse(`{${batch.rest}`) as Spelled;
    const earlier = before.map(({ rest }) => JSON.parse(`{${rest}`) as Spelled);
    const all = [...earlier, own];
    const sites = [...before, batch].map((one) => one.sites).filter((text) => text !== "");
    return JSON.stringify({
      t: "calls",
      batch: batch.number,
      ...own,
      names: all.flatMap(({ names }) => names ?? []),
      texts: all.flatMap(({ texts }) => texts ?? []),
      sites: JSON.parse(`[${sites.join(",")}]`),
    });
  }
}
