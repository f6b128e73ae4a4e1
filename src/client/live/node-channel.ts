/**
 * The live channel of Bun and Node. The helper thread streams, and asks for calls that block where their thread cannot do
 * so itself; the program's own thread has a connection for those that do not block.
 */
import { randomBytes } from "node:crypto";
import { callIdOf, type HelloFrame, type LiveAction } from "../../protocol/debuggee-frames.ts";
import type { CallScope, Platform, VerifiedServer } from "../core/effects.ts";
import type { EvaluationTools } from "../core/repl.ts";
import { encode } from "../encode/encode.ts";
import { DebugServerError } from "../errors.ts";
import { mapFrame } from "../source-maps.ts";
import { stopwatch, wallClock } from "../time.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import type { HelperThread } from "../transports/helper-thread.ts";
import { helperFailure, type SyncHttp } from "../transports/sync.ts";
import { AskSocket } from "./ask-socket.ts";
import { CHARACTERS } from "./batch.ts";
import { askBlocking, type Line } from "./blocking-asks.ts";
import type { LiveChannel, LiveHost } from "./channel.ts";
import { DirectLine, DirectLines } from "./direct-line.ts";
import { HandedBatches } from "./handed-batches.ts";
import { HelperLine } from "./helper-line.ts";
import type { LiveCall } from "./live-call.ts";
import { type LivePort, NoChannel, type Waiter } from "./port.ts";
import { LiveRunner } from "./runner.ts";
import { RunnerChannel } from "./runner-channel.ts";
import { type Signals, STATES } from "./signals.ts";
import { WebSocketClient } from "./websocket.ts";

/** How long `withDebug("ON")` waits for the channel; the server has just shown that it answers. */
const SETTLE_MS = 3_000;

/** The helper answers what it knows at once; it may be busy sending. */
const INFO_TIMEOUT_MS = 10_000;

/** At the program's end: how long it may take to tell everything, and how long without any progress, in ms. */
const EXIT_MS = 30_000;
const EXIT_QUIET_MS = 1_000;
/** So long for a server that is just being started again. */
const EXIT_LOST_MS = 3_000;
const EXIT_LOOK_MS = 20;

/** A helper that stopped is followed by another, so many times within so long. */
const MOST_RESTARTS = 5;
const RESTARTS_WITHIN_MS = 60_000;

export class NodeChannel extends RunnerChannel implements LiveChannel, LivePort {
  readonly #platform: Platform;
  readonly #sync: SyncHttp;
  protected readonly asks: AskSocket;
  protected readonly runner: LiveRunner;
  readonly #host: LiveHost;
  readonly mapFrame = mapFrame;
  readonly batchCharacters = CHARACTERS;
  readonly signals: Signals;
  /** The helper that has the channel. One that stops is followed by another. */
  #helper: HelperThread;
  /** When that happened lately, as `performance.now()`. */
  #restarts: number[] = [];
  readonly #handed = new HandedBatches();
  #wasUsable = false;
  readonly #direct: DirectLines;
  #questions = 0;
  /** Why the last helper stopped. */
  #reason = "";
  /** Helpers do not last here: calls go over HTTP. */
  #isDead = false;

  constructor(
    parts: { platform: Platform; sync: SyncHttp; scope: CallScope; signals: Signals; hello: Hello },
    host: LiveHost,
  ) {
    super();
    this.#platform = parts.platform;
    this.#sync = parts.sync;
    this.signals = parts.signals;
    this.#helper = parts.sync.open();
    this.#host = host;
    this.asks = new AskSocket({
      tools: () => this.#tools(),
      async: parts.platform.async,
      hello: () => parts.hello,
      state: () => this.signals.state,
      info: () => this.info(),
      open: (url, listener) => new WebSocketClient(url, listener),
    });
    this.#direct = new DirectLines({
      hello: parts.hello,
      state: () => this.signals.state,
      info: () => this.info(),
    });
    this.runner = new LiveRunner(this, host, parts.scope, callIdOf(parts.hello, 0).replace(/0$/, ""));
  }

  get isUsable(): boolean {
    if (this.#isDead) return false;
    const usable = this.runner.isUsable;
    if (usable) this.#wasUsable = true;
    else if (this.#wasUsable && this.signals.state === STATES.NONE) this.#sayNone();
    return usable;
  }

  /** It was there and is no more, for good: that must not pass in silence. */
  #sayNone(): void {
    this.#wasUsable = false;
    const { reason, dropped } = this.info();
    const missed = dropped > 0 ? `; ${dropped} calls were not told` : "";
    this.#host.log(`the live channel is gone (${reason}): calls go over HTTP from now on${missed}`);
  }

  settle(): void {
    this.signals.awaitState(STATES.CONNECTING, SETTLE_MS);
  }

  /** Somebody found a server: the helper connects, unless it has. */
  meet(server: VerifiedServer, serverUrl: string | null): void {
    this.#working().post({ kind: "meet", server, serverUrl, env: { ...process.env } });
  }

  /** The helper has stopped; noticed where this thread is not blocked. */
  helperGone(reason: string): void {
    this.#reason = reason;
    // Before anything was streamed there is nothing to go on with.
    if (this.isUsable) this.#working();
  }

  post(message: string): void {
    const helper = this.#working();
    helper.post(message);
    if (message.startsWith("C")) this.#handed.add(message, this.signals.done);
  }

  info(): LiveInfo {
    for (;;) {
      const helper = this.#working();
      // A number of its own: the answer to a question that was broken off must not pass for that to the next.
      const key = `P${++this.#questions}`;
      const received = helper.waitingFor(key, () => {
        helper.post(key);
        return helper.receive(key, INFO_TIMEOUT_MS);
      });
      if ("text" in received) return JSON.parse(received.text) as LiveInfo;
      if (this.#isDead) throw helperFailure(received.failed);
      this.#stopped(helper, received.failed);
    }
  }

  /** The helper that has the channel; another one when it has stopped. */
  #working(): HelperThread {
    const helper = this.#sync.open();
    if (helper === this.#helper) return helper;
    this.#helper = helper;
    if (this.#isDead) return helper;
    const now = stopwatch();
    this.#restarts = [...this.#restarts.filter((at) => now - at < RESTARTS_WITHIN_MS), now];
    if (this.#restarts.length > MOST_RESTARTS) this.#giveUp();
    else this.#begin(helper);
    return helper;
  }

  /** Gives a new helper all that the one before it had. */
  #begin(helper: HelperThread): void {
    this.#host.log(`the helper thread stopped (${this.#reason}): another one goes on`);
    const { first, messages } = this.#handed.again();
    helper.post(`N${first}`);
    for (const message of messages) helper.post(message);
    this.runner.announceAgain();
    const { serverUrl } = this.#host.settings;
    helper.post({
      kind: "seek",
      why: `the helper thread stopped (${this.#reason})`,
      serverUrl,
      env: { ...process.env },
    });
  }

  #giveUp(): void {
    this.#isDead = true;
    const missed = this.#handed.drop(this.signals.done);
    this.#host.log(
      `the helper thread stopped ${this.#restarts.length} times within a minute (${this.#reason}): ` +
        `calls go over HTTP from now on; ${missed} calls were not told`,
    );
    const trouble = new DebugServerError("Calls were not told: the helper thread kept stopping");
    if (missed > 0) this.#host.session?.troubles.note(null, null, trouble, missed);
  }

  /** It was noticed by its silence. */
  #stopped(helper: HelperThread, failure: "dead" | "late"): void {
    if (!this.#sync.giveUp(helper)) return;
    this.#reason = failure === "dead" ? "it gave no sign of life" : "it gave no answer";
  }

  askBlocking = (live: LiveCall, frame: string, waiter: Waiter): LiveAction =>
    askBlocking(
      {
        tools: () => this.#tools(),
        sync: this.#sync,
        line: () => this.#direct.take() ?? new HelperLine(this.#working()),
        broken: (line) => this.#broken(line),
      },
      ...([live, frame, waiter] as const),
    );

  #broken(line: Line): void {
    if (line instanceof DirectLine) {
      this.#direct.broken(line);
      return;
    }
    if (line instanceof HelperLine) this.#stopped(line.helper, "dead");
    this.#working();
    if (this.#isDead) throw new NoChannel();
  }

  override switchedOff(): void {
    super.switchedOff();
    this.#direct.close();
  }

  awaitDone = (timeoutMs: number): void => {
    this.signals.awaitDone(this.signals.done, timeoutMs);
  };

  /** For evaluations: values are shown as those of calls are. */
  #tools(): EvaluationTools {
    const { inspect, isProxy, cutOff } = this.#platform;
    const encodeValue = (value: unknown) => ({ text: encode(value, this.#host.encodeOptions()) });
    return { inspect, isProxy, encodeValue, ...(cutOff ? { cutOff } : {}) };
  }

  /** The program ends: tells what there is to tell, as long as that gets on. */
  exit(): void {
    if (!this.isUsable) return;
    const { signals } = this;
    this.runner.abandonAll();
    this.post("B");
    const deadline = wallClock() + EXIT_MS;
    let { done } = signals;
    let quietUntil = wallClock() + (signals.state === STATES.LOST ? EXIT_LOST_MS : EXIT_QUIET_MS);
    while (!signals.hasLeft && wallClock() < Math.min(deadline, quietUntil)) {
      signals.awaitDone(done, EXIT_LOOK_MS);
      if (signals.done === done) continue;
      done = signals.done;
      quietUntil = wallClock() + EXIT_QUIET_MS;
    }
    const untold = this.runner.stream.posted - signals.done;
    if (untold > 0) this.#host.log(`the program ends with calls untold: ${untold} batches of them`);
  }
}

type Hello = Omit<HelloFrame, "channel">;

/** Different for every client, also for threads of one process. */
export const newClientId = (): string => randomBytes(6).toString("hex");
