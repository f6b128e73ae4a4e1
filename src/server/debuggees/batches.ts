/**
 * The batches of one client: each is kept once, in order, and acknowledged when it is in the file. A file that another
 * program has locked just now is tried again soon; meanwhile the client's window fills, and it waits.
 */
import type { CallRow, CallsFrame } from "../../protocol/debuggee-frames.ts";
import type { CallOutcome } from "../engine/calls.ts";
import type { Connection } from "./connection.ts";
import type { ClientContext, LiveClient } from "./live-client.ts";
import { outcomeOf, type StreamedCall } from "./recording.ts";
import { Tables, type Text } from "./tables.ts";
import { Violation } from "./violation.ts";

/** Most batches a client sends ahead of the acknowledgement. */
export const WINDOW = 16;

/** A client that goes on sending although nothing is acknowledged does not keep to its window. */
const MOST_WAITING = 4 * WINDOW;

/** What a program says as it goes away. */
interface LastCalls {
  readonly batches: { readonly batch: number; readonly calls: readonly StreamedCall[] }[];
  /** How many calls those batches have that are not among them. */
  readonly leftOut: readonly (readonly [batch: number, calls: number])[];
}

export class Batches {
  readonly #context: ClientContext;
  readonly #client: LiveClient;
  /** Newest batch that is in the file, and the newest that came. */
  #kept = 0;
  #received = 0;
  #last: LastCalls | null = null;

  constructor(context: ClientContext, client: LiveClient) {
    this.#context = context;
    this.#client = client;
  }

  /** Newest batch that is in the file; 0 when none came to this server. */
  get acked(): number {
    return this.#kept;
  }

  take(connection: Connection, frame: CallsFrame): void {
    const { tables } = connection;
    // What it spells out counts also when the calls themselves came before.
    tables.add(frame);
    const { batch } = frame;
    if (batch <= this.#received) {
      if (batch <= this.#kept) connection.send(ackFrame(batch));
      return;
    }
    if (this.#received !== 0 && batch !== this.#received + 1) {
      throw new Violation(
        "out_of_order",
        `Batch ${batch} came after batch ${this.#received}: those between are missing.`,
      );
    }
    if (this.#received - this.#kept >= MOST_WAITING)
      throw new Violation(
        "flood",
        `${MOST_WAITING} batches wait to be kept; a client sends ${WINDOW} ahead.`,
      );
    // All of them are looked up before any of them is kept.
    this.#keep(
      batch,
      frame.rows.map((row) => streamed(tables, row)),
    );
    this.#takeLast();
    this.acknowledge();
  }

  /** Batches that may come over the connection as well, while there is one, and the calls of those that may never come. */
  last(frames: readonly CallsFrame[], leftOut: LastCalls["leftOut"]): void {
    const tables = new Tables();
    const batches = frames.map((frame) => {
      tables.add(frame);
      return { batch: frame.batch, calls: frame.rows.map((row) => streamed(tables, row)) };
    });
    this.#last = { batches, leftOut };
    this.#takeLast();
    if (this.#client.connections.size === 0) this.over();
  }

  /** The last connection is gone: what did not come by now never will. Says how many calls that are. */
  over(): void {
    if (!this.#last) return;
    const { batches, leftOut } = this.#last;
    const received = this.#received;
    for (const { batch, calls } of batches) if (batch > this.#received) this.#keep(batch, calls);
    this.#last = null;
    this.acknowledge();
    let lost = 0;
    for (const [batch, calls] of leftOut) if (batch > received) lost += calls;
    if (lost > 0) this.#context.lost(this.#client, lost);
  }

  /** Takes those whose turn it is. */
  #takeLast(): void {
    for (const { batch, calls } of this.#last?.batches ?? [])
      if (batch === this.#received + 1) this.#keep(batch, calls);
  }

  #keep(batch: number, rows: readonly StreamedCall[]): void {
    const { asked } = this.#client;
    const calls = asked.hasAny ? rows.filter((call) => !this.#endsAsked(call)) : rows;
    this.#context.recording.keep(this.#client.source, calls);
    this.#client.calls += calls.length;
    if (this.#received === 0) this.#kept = batch - 1;
    this.#received = batch;
  }

  /** Acknowledges what is in the file by now. */
  acknowledge(): void {
    if (this.#kept === this.#received) return;
    if (!this.#context.recording.isInFile()) {
      this.#context.tryAgainSoon();
      return;
    }
    this.#kept = this.#received;
    const ack = ackFrame(this.#kept);
    for (const connection of this.#client.connections)
      if (connection.channel === "stream") connection.send(ack);
  }

  /** An asked call whose own end got lost comes as a row. Says whether this is one. */
  #endsAsked(call: StreamedCall): boolean {
    if (call.status === 2) return false;
    return this.#client.asked.endedByRow(call.seq, (): CallOutcome => {
      if (call.outcome) this.#client.keep([call.outcome]);
      return outcomeOf(call);
    });
  }
}

const ackFrame = (batch: number): string => `{"t":"ack","batch":${batch}}`;

/** A row with its numbers looked up. */
function streamed(tables: Tables, row: CallRow): StreamedCall {
  const [seq, name, parent, startedAt, durationMs, status, args, outcome, site, target, exception, refs] =
    row;
  const texts: Text[] = new Array(args.length);
  for (let index = 0; index < args.length; index++) texts[index] = tables.text(args[index] as number);
  return {
    seq,
    name: tables.name(name),
    parent,
    startedAt,
    durationMs,
    status,
    args: texts,
    outcome: outcome === null ? null : tables.text(outcome),
    site: site == null ? null : tables.site(site),
    target: target == null ? null : tables.text(target),
    exception: exception ?? null,
    refs: refs ?? null,
  };
}
