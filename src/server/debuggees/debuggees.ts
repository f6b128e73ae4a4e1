/**
 * The programs on the live channel: who is there, what each may do by itself, and who is gone. One clock for all of
 * them, that runs while there is somebody.
 */
import { type CallsFrame, CLOSE, type HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { ProcessView } from "../../protocol/processes.ts";
import type { ServerContext } from "../context.ts";
import { BoundedMap } from "../engine/bounded.ts";
import { type ProcessIdentity, processKey } from "../engine/calls.ts";
import type { LiveHub } from "../live.ts";
import { Connection, type Host } from "./connection.ts";
import { HttpProcesses } from "./http-processes.ts";
import { type ClientContext, LiveClient } from "./live-client.ts";
import { Recording } from "./recording.ts";
import type { Transport } from "./transport.ts";
import { Turns } from "./turns.ts";
import { Violation } from "./violation.ts";

interface Context extends Pick<ServerContext, "manager" | "store" | "live" | "recorded" | "identity"> {
  /** Something went wrong between a program and us. */
  report: (error: Record<string, unknown>) => void;
  debug: (line: string) => void;
  /** Whether a process of this machine lives. */
  isAlive: (pid: number) => boolean;
}

const TICK_MS = 1_000;

/** A tick that comes this late says that the machine slept, not that others were silent. */
const LATE_MS = 2_500;

/** Most connections at once. */
const MOST_CONNECTIONS = 1_000;

/** A client without a connection is told as gone after this many ticks, and forgotten after more. */
const GONE_TICKS = 4;
const FORGET_TICKS = 600;

/** How long a change waits for the programs to go by it, in ms. */
const SETTLE_MS = 500;

/** A batch that is not in the file yet is looked after again this often, in ms. */
const ACKNOWLEDGE_MS = 50;

/** Ends of asked calls are confirmed in bundles, this often in ms. */
const CONFIRM_MS = 100;

export class Debuggees implements Host {
  readonly instanceId: string;
  readonly version: string;
  readonly debug: (line: string) => void;
  readonly turns = new Turns();
  readonly #context: ClientContext;
  readonly #clients = new Map<string, LiveClient>();
  /** Those that said goodbye lately: their last calls may come a second time. */
  readonly #left = new BoundedMap<string, LiveClient>(20);
  readonly #connections = new Set<Connection>();
  readonly #live: LiveHub;
  readonly #http: HttpProcesses;
  readonly #unlisten: () => void;
  #clock: ReturnType<typeof setInterval> | null = null;
  #lastTick = 0;
  #isPolicyOld = false;
  #waiters = new Set<() => void>();
  #confirmTimer: ReturnType<typeof setTimeout> | null = null;
  #acknowledgeTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: Context) {
    const { manager, store, live, recorded, identity } = context;
    this.#live = live;
    this.#http = new HttpProcesses(context.isAlive);
    this.instanceId = identity.instanceId;
    this.version = identity.version;
    this.debug = context.debug;
    this.#context = {
      manager,
      store,
      recording: new Recording(store, recorded),
      isAlive: context.isAlive,
      endsWait: () => this.#confirmSoon(),
      tryAgainSoon: () => this.#acknowledgeSoon(),
      lost: ({ process }, calls) =>
        context.report({
          ...{ kind: "client", error: "CallsLost", count: calls, timestamp: manager.now() },
          message: "The page went away before its last calls could be told",
          ...{ process_pid: process.pid, process_start_time: process.startTime, page_url: process.pageUrl },
        }),
    };
    this.#unlisten = manager.listen({
      policyChanged: () => this.#policyChanged(),
    });
  }

  /** A program has connected; feed what it sends to what is returned. Null when there are too many. */
  connect(transport: Transport): Connection | null {
    if (this.#connections.size >= MOST_CONNECTIONS) {
      transport.close(CLOSE.FULL, `there are ${MOST_CONNECTIONS} connections already`);
      return null;
    }
    const connection = new Connection(this, transport);
    this.#connections.add(connection);
    this.#startClock();
    return connection;
  }

  join(connection: Connection, hello: HelloFrame): LiveClient {
    let client = this.#clients.get(hello.client_id);
    if (client && !client.isOf(hello)) {
      throw new Violation("invalid_frame", `The client id ${hello.client_id} is that of another program.`);
    }
    if (!client) {
      client = new LiveClient(this.#context, hello);
      this.#clients.set(hello.client_id, client);
    }
    client.lostTicks = 0;
    client.connections.add(connection);
    // One that spoke HTTP until now is the same program.
    if (this.#http.forget(client.key)) this.#tellGone(client.key, null);
    if (!client.isTold) this.#live.emit({ type: "process_connected", process: viewOf(client) });
    client.isTold = true;
    return client;
  }

  left(connection: Connection, client: LiveClient | null): void {
    this.#connections.delete(connection);
    if (!client) return;
    client.connections.delete(connection);
    client.asked.disconnected(connection);
    if (client.connections.size === 0) client.batches.over();
    client.tellPolicy();
    this.#settle();
  }

  /** What a page says when its connection may not carry it any more. Its program may be unknown: the server is new. */
  last(
    hello: HelloFrame,
    calls: readonly CallsFrame[],
    leftOut: Parameters<LiveClient["batches"]["last"]>[1],
  ): void {
    const known = this.#clients.get(hello.client_id) ?? this.#left.get(hello.client_id);
    const client = known?.isOf(hello) ? known : new LiveClient(this.#context, hello);
    client.batches.last(calls, leftOut);
  }

  said(client: LiveClient, what: "applied" | "bye"): void {
    if (what === "applied") this.#settle();
    else this.#forget(client);
  }

  /** A program reported a call over HTTP. */
  reported(process: ProcessIdentity): void {
    const { manager } = this.#context;
    const key = processKey(process);
    const live = [...this.#clients.values()].find((client) => client.key === key);
    // A client whose channel broke reports over HTTP meanwhile: it is the same program.
    if (live) {
      live.calls += 1;
      return;
    }
    const { came, went } = this.#http.reported(process, manager.now());
    if (went !== null) this.#tellGone(went, null);
    if (came) this.#live.emit({ type: "process_connected", process: came });
    this.#startClock();
  }

  /** The programs that are there, the oldest first. */
  processes(): ProcessView[] {
    const live = [...this.#clients.values()].filter(({ isTold }) => isTold).map(viewOf);
    return [...live, ...this.#http.list()].sort((a, b) => a.connected_at - b.connected_at);
  }

  /** Whether a change of the policy is on its way to some program. */
  get isSettling(): boolean {
    return this.#isPolicyOld || [...this.#clients.values()].some((client) => !client.hasApplied);
  }

  /** Resolves when every program goes by the policy as it is now, or has had its time to. */
  async settled(): Promise<void> {
    this.#updatePolicies();
    if (!this.isSettling) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, SETTLE_MS);
      this.#waiters.add(done);
    });
  }

  /** The server ends. */
  stop(): void {
    this.#unlisten();
    this.#acknowledge();
    this.#confirmEnds();
    for (const connection of [...this.#connections])
      connection.close(CLOSE.STOPPING, "the breakpoint server is stopping");
    if (this.#clock) clearInterval(this.#clock);
    this.#clock = null;
  }

  /** Many changes at once are one. */
  #policyChanged(): void {
    if (this.#isPolicyOld) return;
    this.#isPolicyOld = true;
    queueMicrotask(() => this.#updatePolicies());
  }

  #updatePolicies(): void {
    if (!this.#isPolicyOld) return;
    this.#isPolicyOld = false;
    for (const client of this.#clients.values()) client.updatePolicy();
  }

  #settle(): void {
    if (this.#waiters.size === 0 || this.isSettling) return;
    for (const waiter of [...this.#waiters]) waiter();
  }

  #confirmSoon(): void {
    this.#confirmTimer ??= setTimeout(() => this.#confirmEnds(), CONFIRM_MS);
  }

  #confirmEnds(): void {
    if (this.#confirmTimer) clearTimeout(this.#confirmTimer);
    this.#confirmTimer = null;
    for (const client of this.#clients.values()) client.confirmEnds();
  }

  #acknowledgeSoon(): void {
    this.#acknowledgeTimer ??= setTimeout(() => this.#acknowledge(), ACKNOWLEDGE_MS);
  }

  #acknowledge(): void {
    if (this.#acknowledgeTimer) clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = null;
    for (const client of this.#clients.values()) client.batches.acknowledge();
  }

  #startClock(): void {
    if (this.#clock) return;
    this.#lastTick = performance.now();
    this.#clock = setInterval(() => this.#tick(), TICK_MS);
    this.#clock.unref();
  }

  #tick(): void {
    const now = performance.now();
    const isLate = now - this.#lastTick > LATE_MS;
    this.#lastTick = now;
    // After a sleep everybody was silent, and so were we.
    if (isLate) return;
    for (const connection of [...this.#connections]) connection.tick();
    for (const client of [...this.#clients.values()]) {
      if (client.connections.size > 0) continue;
      client.lostTicks += 1;
      if (client.lostTicks === GONE_TICKS) this.#gone(client);
      const isDead =
        client.lostTicks >= GONE_TICKS && client.wasAlive && !this.#context.isAlive(client.process.pid);
      if (isDead || client.lostTicks >= FORGET_TICKS) this.#forget(client);
    }
    for (const key of this.#http.sweep(this.#context.manager.now())) this.#tellGone(key, null);
    const isQuiet = this.#connections.size + this.#clients.size + this.#http.size === 0;
    if (!isQuiet || !this.#clock) return;
    clearInterval(this.#clock);
    this.#clock = null;
  }

  #forget(client: LiveClient): void {
    this.#gone(client);
    this.#clients.delete(client.hello.client_id);
    this.#left.set(client.hello.client_id, client);
    client.asked.abandon();
    this.#settle();
  }

  #gone(client: LiveClient): void {
    if (client.isTold) this.#tellGone(client.key, client.hello.client_id);
    client.isTold = false;
  }

  #tellGone(process_key: string, client_id: string | null): void {
    this.#live.emit({ type: "process_gone", process_key, client_id });
  }
}

function viewOf({ hello, key, process, connections, connectedAt, calls }: LiveClient): ProcessView {
  return {
    process_key: key,
    process_pid: process.pid,
    process_start_time: process.startTime,
    page_url: process.pageUrl,
    client_id: hello.client_id,
    program: hello.program ?? null,
    runtime: hello.runtime,
    library: hello.library,
    connection: connections.size > 0 ? "live" : "lost",
    connected_at: connectedAt,
    calls,
  };
}
