/** One client of the live channel: what its connections share, and what outlives any one of them. */
import type { FunctionsFrame, HelloFrame, Policy } from "../../protocol/debuggee-frames.ts";
import type { ServerContext } from "../context.ts";
import { type LiveClientInfo, type ProcessIdentity, processKey } from "../engine/calls.ts";
import type { Origin } from "../engine/rules/scope.ts";
import { AskedCalls } from "./asked-calls.ts";
import { Batches } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { type Recording, type Source, sourceOf } from "./recording.ts";
import { checkMember, type Text } from "./tables.ts";
import { Violation } from "./violation.ts";

export interface ClientContext extends Pick<ServerContext, "manager" | "store"> {
  recording: Recording;
  /** Whether a process of this machine lives. */
  isAlive: (pid: number) => boolean;
  /** Ends of asked calls wait to be confirmed. */
  endsWait: () => void;
  /** A program went away with calls that never came. */
  lost: (client: LiveClient, calls: number) => void;
  /** A batch could not be kept just now. */
  tryAgainSoon: () => void;
}

export class LiveClient {
  /** As it introduced itself first. */
  readonly hello: HelloFrame;
  readonly process: ProcessIdentity;
  readonly key: string;
  readonly info: LiveClientInfo;
  readonly asked: AskedCalls;
  readonly batches: Batches;
  readonly source: Source;
  readonly connections = new Set<Connection>();
  /** Unix seconds. */
  connectedAt: number;
  /** Calls it reported to this server. */
  calls = 0;
  /** Whoever watches knows it as there. */
  isTold = false;
  /** Its process is one of this machine: only then does it mean something that there is none. */
  readonly wasAlive: boolean;
  /** How long it has had no connection, in ticks. */
  lostTicks = 0;
  policy: Policy;
  #policyJson: string;
  readonly #context: ClientContext;
  /** Ends that are not confirmed yet. */
  #ends: number[] = [];

  constructor(context: ClientContext, hello: HelloFrame) {
    this.#context = context;
    this.wasAlive = context.isAlive(hello.process_pid);
    this.hello = hello;
    this.process = {
      pid: hello.process_pid,
      startTime: hello.process_start_time,
      pageUrl: hello.page_url ?? null,
    };
    this.key = processKey(this.process);
    this.info = { id: hello.client_id, program: hello.program ?? null, features: hello.features };
    this.asked = new AskedCalls(context, this);
    this.connectedAt = context.manager.now();
    this.batches = new Batches(context, this);
    this.source = sourceOf(hello);
    const sets = context.manager.policyFor(this.#origin);
    this.#policyJson = JSON.stringify(sets);
    this.policy = { epoch: 1, ...sets };
  }

  /** Whether a hello is this program's: ids are made by programs, and must not meet by chance or malice. */
  isOf(hello: HelloFrame): boolean {
    return this.process.pid === hello.process_pid && this.process.startTime === hello.process_start_time;
  }

  get #origin(): Origin {
    return { process: this.process, program: this.info.program };
  }

  /** Connections on which a policy is told and applied. */
  policyConnections(): Connection[] {
    const all = [...this.connections];
    const streams = all.filter(({ channel }) => channel === "stream");
    return streams.length > 0 ? streams : all;
  }

  /** Tells the client its policy when that is another than it knows. */
  updatePolicy(): void {
    const sets = this.#context.manager.policyFor(this.#origin);
    const json = JSON.stringify(sets);
    if (json === this.#policyJson) return;
    this.#policyJson = json;
    this.policy = { epoch: this.policy.epoch + 1, ...sets };
    this.tellPolicy();
  }

  /** Tells the newest policy where it has to be known and is not. */
  tellPolicy(): void {
    const { epoch } = this.policy;
    for (const connection of this.policyConnections()) {
      if (connection.told >= epoch) continue;
      connection.told = epoch;
      connection.send(JSON.stringify({ t: "policy", policy: this.policy }));
    }
  }

  /** Whether every connection that was told goes by the newest policy. */
  get hasApplied(): boolean {
    return this.policyConnections().every(
      ({ applied, tellsApplied }) => !tellsApplied || applied >= this.policy.epoch,
    );
  }

  functions({ functions }: FunctionsFrame): void {
    try {
      for (const { metadata } of functions) checkMember(metadata);
    } catch {
      throw new Violation("invalid_frame", "The metadata of a function nests too deep.");
    }
    for (const { name, signature, metadata } of functions)
      this.#context.manager.registerFunction(name, signature, metadata ?? null);
  }

  /** Puts values where views and rules find them. */
  keep(texts: readonly Text[]): void {
    const { store } = this.#context;
    const fresh = texts.filter((text) => text.kept !== store.prunes);
    if (fresh.length === 0) return;
    store.putTexts(fresh);
    for (const text of fresh) text.kept = store.prunes;
  }

  /** An asked call has ended and is recorded. */
  ended(seq: number): void {
    this.#ends.push(seq);
    this.#context.endsWait();
  }

  /** Confirms the ends that are in the file by now. */
  confirmEnds(): void {
    const [connection] = this.connections;
    // Without a connection they come again, as rows.
    if (!connection) this.#ends = [];
    if (!connection || this.#ends.length === 0) return;
    if (!this.#context.recording.isInFile()) {
      this.#context.endsWait();
      return;
    }
    connection.send(JSON.stringify({ t: "ended", seqs: this.#ends }));
    this.#ends = [];
  }
}
