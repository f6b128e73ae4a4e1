/**
 * The live channel of a page: everything happens on its one thread. Calls that block it go over HTTP when somebody watches
 * them, for a page cannot wait for a socket; all others as in Bun and Node.
 */
import { callIdOf, type HelloFrame } from "../../protocol/debuggee-frames.ts";
import type { AsyncChannel, Platform, VerifiedServer } from "../core/effects.ts";
import { post } from "../core/requests.ts";
import { encode } from "../encode/encode.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import { AskSocket } from "./ask-socket.ts";
import type { LiveChannel, LiveHost } from "./channel.ts";
import { Link } from "./link.ts";
import { PageSocket } from "./page-socket.ts";
import type { LivePort } from "./port.ts";
import { LiveRunner } from "./runner.ts";
import { RunnerChannel } from "./runner-channel.ts";
import { type LiveState, STATES } from "./signals.ts";

/** A page that goes away has its socket cut somewhere: the smaller a batch, the more of them are whole. */
const BATCH_CHARACTERS = 16 * 1024;

/** A browser lets a page leave 64 KiB of requests behind; there may be others. */
const LAST_BYTES = 48 * 1024;

/** What `Signals` is where no other thread looks. */
class PageSignals {
  turn = 0;
  state: LiveState = STATES.CONNECTING;
  done = 0;

  change(state: LiveState): void {
    this.state = state;
    this.turn++;
  }

  finish(batch: number): void {
    this.done = batch;
  }

  leave(): void {}
}

export class PageChannel extends RunnerChannel implements LiveChannel, LivePort {
  readonly signals = new PageSignals();
  readonly mapFrame = null;
  readonly batchCharacters = BATCH_CHARACTERS;
  readonly askBlocking = null;
  readonly awaitDone = null;
  readonly #link: Link;
  readonly #hello: () => Omit<HelloFrame, "channel">;
  readonly #leave: (url: string, body: string) => void;
  protected readonly asks: AskSocket;
  protected readonly runner: LiveRunner;

  constructor(
    platform: Platform,
    locate: AsyncChannel["locate"],
    hello: () => Omit<HelloFrame, "channel">,
    host: LiveHost,
    /** Sends a body to `/api/call/last`, also when the page is gone. */
    leave: (url: string, body: string) => void,
  ) {
    super();
    this.#hello = hello;
    this.#leave = leave;
    const open = (...args: ConstructorParameters<typeof PageSocket>) => new PageSocket(...args);
    this.#link = new Link({
      hello,
      signals: this.signals,
      mapFrame: null,
      open,
      put() {},
      beat() {},
      report: ({ url }, body) =>
        void platform.async.send(url, post("/api/report-com-error", body)).catch(() => {}),
      locate: () => locate(host.settings.serverUrl),
    });
    this.asks = new AskSocket({
      tools: () => ({
        inspect: platform.inspect,
        isProxy: platform.isProxy,
        encodeValue: (value) => ({ text: encode(value, host.encodeOptions()) }),
      }),
      async: platform.async,
      hello,
      state: () => this.signals.state,
      info: () => this.info(),
      open,
    });
    this.runner = new LiveRunner(this, host, platform.scope, callIdOf(hello(), 0).replace(/0$/, ""));
  }

  get isUsable(): boolean {
    return this.runner.isUsable;
  }

  /** Nothing can be waited for here: until the channel is there, calls go over HTTP. */
  settle(): void {}

  meet(server: VerifiedServer): void {
    this.#link.meet(server);
  }

  post(message: string): void {
    this.#link.take(message);
  }

  info(): LiveInfo {
    return this.#link.info();
  }

  /** The page goes away: what is sent now may still arrive over the channel, which is cut in the middle, or this way. */
  exit(): void {
    if (!this.isUsable) return;
    this.runner.abandonAll();
    this.post("B");
    const { server } = this.info();
    const last = this.#link.last(LAST_BYTES);
    if (!server || last === null) return;
    const hello = JSON.stringify({ ...this.#hello(), channel: "stream" });
    const body = `{"hello":${hello},"calls":[${last.frames}],"left_out":${JSON.stringify(last.leftOut)}}`;
    this.#leave(server.url, body);
  }
}
