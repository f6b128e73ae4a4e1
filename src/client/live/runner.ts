/**
 * Runs calls on a live channel. A call nobody watches runs at once and is told afterwards: nothing is waited for, hashed
 * or sent one by one. One that is watched asks first.
 */
import type { CallScope } from "../core/effects.ts";
import { type InterceptedCall, isNativePromise, outward, unreported } from "../core/perform.ts";
import { describeThrown } from "../core/thrown.ts";
import { encode } from "../encode/encode.ts";
import { DebugError, DebugServerError, messageOf } from "../errors.ts";
import { setTimeout, stopwatch, wallClock } from "../time.ts";
import { Announcer } from "./announcer.ts";
import { AskedCalls } from "./asked-calls.ts";
import type { LiveHost } from "./channel.ts";
import { Clock } from "./clock.ts";
import { DecidedEnds } from "./decided-ends.ts";
import { Known, KnownNames } from "./known.ts";
import { LiveCall } from "./live-call.ts";
import { NO_POLICY, watchesOf } from "./policy.ts";
import type { LivePort } from "./port.ts";
import { STATES } from "./signals.ts";
import { type Missed, Stream } from "./stream.ts";

/** Frames of a stack: of a call that asks, of others, and of a function that is called by the thousand. */
const DEPTHS = { asking: 50, usual: 10, hot: 2 } as const;
const HOT_CALLS = 1_000;

/** So many calls within each other. */
const DEEP = 20;

/** Nothing is done for so long: is the helper still there? In ms. */
const STUCK_MS = 5_000;

const PROCESS_EXIT = JSON.stringify({
  type: "ProcessExit",
  message: "The program ended while it was under way.",
});

/** While the server cannot keep up: how often it is looked whether it can again, in ms. */
const LOOK_MS = 5;

export class LiveRunner {
  readonly stream: Stream;
  readonly decided: DecidedEnds;
  readonly #port: LivePort;
  readonly #host: LiveHost;
  readonly #scope: CallScope;
  readonly #idPrefix: string;
  readonly #names = new KnownNames();
  readonly #clock = new Clock();
  readonly #announcer: Announcer;
  readonly #asked: AskedCalls;
  #last = new Known("");
  #turn = -1;
  #watches = watchesOf(NO_POLICY);
  #lostAt: number | null = null;
  #seq = 0;
  /** The server that is known to be there, or was last. */
  #instanceId = "";
  #unreported = 0;

  /** `idPrefix` and a number make the id of a call. */
  constructor(port: LivePort, host: LiveHost, scope: CallScope, idPrefix: string) {
    this.#port = port;
    this.#host = host;
    this.#scope = scope;
    this.#idPrefix = idPrefix;
    this.stream = new Stream(
      port.signals,
      (message) => {
        this.#clock.adjust();
        port.post(message);
      },
      (missed) => this.#tellMissed(missed),
      port.batchCharacters,
    );
    this.decided = new DecidedEnds({
      isOpen: () => port.signals.state === STATES.OPEN,
      look: () => this.look(),
      tell: (live, end) => this.stream.add(live, end, stopwatch()),
    });
    this.#asked = new AskedCalls(port, host, this);
    this.#announcer = new Announcer(host.registry, (message) => port.post(message));
  }

  /** `true` when calls go over this channel, even if it is being looked for just now. */
  get isUsable(): boolean {
    const { state } = this.#port.signals;
    return state === STATES.OPEN || state === STATES.LOST;
  }

  /** How deep a stack to take for a call of this name. */
  depthFor(name: string): number {
    const known = this.#known(name);
    if (known.watch !== 0) return DEPTHS.asking;
    return known.calls > HOT_CALLS ? DEPTHS.hot : DEPTHS.usual;
  }

  /** Deep in calls also that of one that asks: at once, Bun goes through all of a stack for its innermost frames. */
  writesStackLater(name: string): boolean {
    const { rests, innermost } = this.stream;
    if (innermost !== null && innermost.depth > DEEP) return true;
    return rests && this.#known(name).watch === 0;
  }

  readonly run = (call: InterceptedCall): unknown => {
    const known = this.#known(call.name);
    known.calls++;
    if (known.watch !== 0 && call.mode !== "log") {
      if (call.mode === "async") return this.#asked.runAsync(this.begin(call, known));
      // A page cannot wait for a socket.
      if (this.#port.askBlocking === null) return this.#host.runOverHttp(call);
      return this.#asked.runSync(this.begin(call, known));
    }
    if (this.#lostAt !== null || !this.stream.hasRoom) return this.#whenCrowded(call, known);
    return call.mode === "async" ? this.#streamAsync(call, known) : this.#streamSync(call, known);
  };

  #known(name: string): Known {
    this.look();
    const known = this.#last.name === name ? this.#last : this.#names.get(name);
    this.#last = known;
    if (known.turn !== this.#turn) {
      known.watch = this.#watches(name);
      known.turn = this.#turn;
    }
    return known;
  }

  /** Takes notice of what changed, if anything did. */
  look(): void {
    if (this.#port.signals.turn !== this.#turn) this.#refresh();
  }

  /** Something changed: the policy, or whether there is a server. What was not taken in whole is looked at again. */
  #refresh(): void {
    const { turn } = this.#port.signals;
    const info = this.#port.info();
    const watches = watchesOf(info.policy);
    const session = this.#host.session;
    if (info.lostAt !== null && this.#lostAt === null) session?.lose(`the live channel broke off`);
    if (info.lostAt === null && info.server) {
      if (session) session.unreported += this.#unreported;
      this.#unreported = 0;
      session?.foundBy(info.server);
      this.#tellTroubles();
      if (this.#instanceId !== info.server.instanceId) this.decided.tellAgain();
      this.#instanceId = info.server.instanceId;
    }
    this.#watches = watches;
    this.#lostAt = info.lostAt;
    this.#turn = turn;
  }

  #tellMissed({ count, why }: Missed): void {
    const message = `could not be told: ${messageOf(why)}`;
    this.#host.log(`${count === 1 ? "1 call" : `${count} calls`} ${message}`);
    const { session } = this.#host;
    session?.troubles.note(null, null, new DebugError(`Calls ${message}`), count);
    if (session && !session.isLost) this.#tellTroubles();
  }

  /** What went wrong while no server could hear of it. */
  #tellTroubles(): void {
    const troubles = this.#host.session?.troubles;
    for (let next = troubles?.take(); next; next = troubles?.take()) {
      this.#port.post(`T${JSON.stringify({ ...next.trouble, timestamp: next.trouble.last_at })}`);
    }
  }

  /** A call as it begins. */
  begin(call: InterceptedCall, known: Known): LiveCall {
    const parent = this.#scope.current();
    const live = new LiveCall(
      call,
      known,
      ++this.#seq,
      parent === null ? "null" : JSON.stringify(parent),
      this.#host.encodeOptions(),
    );
    const now = stopwatch();
    live.begun = now;
    live.startedAt = this.#clock.seconds(now);
    const outer = this.stream.innermost;
    live.outer = outer;
    live.depth = outer === null ? 0 : outer.depth + 1;
    return live;
  }

  /** From now on calls know this one as the one they are made in, until it is left with what this gives. */
  enter(live: LiveCall): string | null {
    live.outer = this.stream.innermost;
    this.stream.innermost = live;
    return this.#scope.swap(this.#idPrefix + live.seq);
  }

  /** `before` is `undefined` where there was no room on the stack to enter. */
  leave(live: LiveCall, before: string | null | undefined): void {
    this.stream.innermost = live.outer;
    if (before !== undefined) this.#scope.swap(before);
  }

  #streamSync(call: InterceptedCall, known: Known): unknown {
    const live = this.begin(call, known);
    let threw = false;
    let value: unknown;
    let before: string | null | undefined;
    try {
      before = this.enter(live);
      value = call.construct ? call.construct(call.args) : Reflect.apply(call.fn, call.thisArg, call.args);
    } catch (error) {
      threw = true;
      value = error;
    }
    // Here and not in a function of its own: where the stack is full that could not be called.
    this.stream.innermost = live.outer;
    // What a call came to is the program's, also where the stack has no room for us: then it is counted.
    try {
      this.leave(live, before);
      if (!threw && isNativePromise(value)) this.observe(live, value);
      else this.#row(live, threw, value);
    } catch (error) {
      live.ended = true;
      this.stream.missed.count++;
      this.stream.missed.why = error;
    }
    if (threw) throw value;
    return value;
  }

  #streamAsync(call: InterceptedCall, known: Known): Promise<unknown> {
    const live = this.begin(call, known);
    let result: unknown;
    let before: string | null | undefined;
    try {
      before = this.enter(live);
      result = call.construct ? call.construct(call.args) : Reflect.apply(call.fn, call.thisArg, call.args);
    } catch (error) {
      this.tell(live, true, error);
      return Promise.reject(error);
    } finally {
      this.leave(live, before);
    }
    return this.#follow(live, isNativePromise(result) ? result : Promise.resolve(result));
  }

  /** The promise of an asynchronous call is its caller's alone: a promise that follows it does the same. */
  #follow(live: LiveCall, promise: Promise<unknown>): Promise<unknown> {
    this.stream.track(live);
    return promise.then(
      (value) => {
        this.tell(live, false, value);
        return outward(live.call, value);
      },
      (error) => {
        this.tell(live, true, error);
        throw error;
      },
    );
  }

  /** A promise that others may hold as well is handed out itself, and looked at on the side. */
  observe(live: LiveCall, promise: Promise<unknown>): void {
    this.stream.track(live);
    promise.then(
      (value) => this.tell(live, false, value),
      (error) => this.tell(live, true, error),
    );
  }

  /** A call is over: its row, or one more that could not be told. */
  tell(live: LiveCall, threw: boolean, value: unknown, text?: string): void {
    try {
      this.#row(live, threw, value, text);
    } catch (error) {
      live.ended = true;
      this.stream.missed.count++;
      this.stream.missed.why = error;
    }
  }

  #row(live: LiveCall, threw: boolean, value: unknown, text?: string): void {
    live.ended = true;
    const now = stopwatch();
    const outcome = text ?? encode(value, this.#host.encodeOptions());
    const exception = threw ? JSON.stringify(describeThrown(value)) : null;
    const status = threw ? 1 : 0;
    if (this.#host.verbose) {
      this.#host.log(
        `${live.known.name}(${live.call.args.length} arguments): ${threw ? "exception" : "success"}`,
      );
    }
    this.stream.add(live, { status, durationMs: now - live.begun, outcome, exception }, now);
  }

  /** The server is gone or cannot keep up. */
  #whenCrowded(call: InterceptedCall, known: Known): unknown {
    const stream = () =>
      call.mode === "async" ? this.#streamAsync(call, known) : this.#streamSync(call, known);
    const { session } = this.#host;
    const lostMs = this.#lostAt === null ? 0 : wallClock() - this.#lostAt;
    const graceMs = session?.pauseGraceMs ?? 0;
    if (this.stream.hasRoom && lostMs <= graceMs) return stream();
    if (this.#lostAt !== null && session?.whenLost === "continue") return this.#passBy(call);
    if (call.mode === "log" || (call.mode === "sync" && this.#port.awaitDone === null))
      return this.#passBy(call);
    if (call.mode === "async" || this.#port.awaitDone === null) return this.#awaitRoom(graceMs).then(stream);
    let [{ done }, stuckAt] = [this.#port.signals, wallClock() + STUCK_MS];
    do {
      this.#port.awaitDone(LOOK_MS);
      if (this.#port.signals.done !== done || this.#lostAt !== null) {
        ({ done } = this.#port.signals);
        stuckAt = wallClock() + STUCK_MS;
      } else if (wallClock() > stuckAt) {
        // Throws when it is not.
        this.#port.info();
        stuckAt = wallClock() + STUCK_MS;
      }
      this.look();
      if (this.#lostAt === null && this.stream.hasRoom) return stream();
    } while (this.#lostAt === null || wallClock() - this.#lostAt < graceMs);
    throw this.gone();
  }

  async #awaitRoom(graceMs: number): Promise<void> {
    for (;;) {
      this.look();
      if (this.#lostAt === null && this.stream.hasRoom) return;
      if (this.#lostAt !== null && wallClock() - this.#lostAt > graceMs) throw this.gone();
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  gone(): DebugServerError {
    return new DebugServerError(
      "The breakpoint server is gone and was not found again. Start it again with " +
        '"cideldill", or let calls go on without it: configureDebug({ onServerLost: "continue" }).',
    );
  }

  /** Runs a call that is not told of, and counts it. */
  #passBy(call: InterceptedCall): unknown {
    this.#unreported++;
    return unreported(call);
  }

  /** The program ends: tells of what is under way, and of all that waits to be told. */
  abandonAll(): void {
    this.look();
    this.stream.abandon({ status: 1, durationMs: 0, outcome: null, exception: PROCESS_EXIT });
    this.stream.sayMissed();
  }

  countUnreported(): void {
    this.#unreported++;
  }

  /** Makes functions known that the server does not know yet. */
  announce(): void {
    this.#announcer.announce();
  }

  /** Makes all of them known: whoever was told is gone. */
  announceAgain(): void {
    this.#announcer.forget();
    this.#announcer.announce();
  }
}
