/**
 * The helper thread's side of a live channel: one connection that streams batches and asks for calls that are blocked.
 * It finds the server again when it is gone, and sends again what was not acknowledged. Everything else is told by
 * `Signals` and, to a thread that waits, through its mailbox.
 */
import { CLOSE, type Policy, type ServerFrame, type WelcomeFrame } from "../../protocol/debuggee-frames.ts";
import type { VerifiedServer } from "../core/effects.ts";
import { setTimeout, wallClock } from "../time.ts";
import type { LiveInfo } from "../transports/helper-messages.ts";
import { Heartbeat } from "./heartbeat.ts";
import { KeptBatches, type LastBatches } from "./kept-batches.ts";
import { LIVE_PATH, type LinkParts, lossReport } from "./link-parts.ts";
import { askedAgain } from "./live-frames.ts";
import { NO_POLICY } from "./policy.ts";
import { STATES } from "./signals.ts";
import { Sites } from "./sites.ts";
import { type LiveSocket, REFUSED } from "./socket.ts";

/** Between two looks for a lost server, in ms. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

/** The server's patience: as many bytes may wait to be read. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** A program that makes up names must not grow for ever. */
const MOST_FUNCTIONS_FRAMES = 10_000;

/** Where the number of a call stands in an `ask` and in an `end`. */
const SEQ_AT = '{"t":"ask","seq":'.length;

/** Close codes after which the channel is not tried again at that server. */
const HOPELESS = new Set<number>([CLOSE.UNWELCOME, CLOSE.BROKEN, CLOSE.TOO_LARGE, REFUSED]);

interface Asked {
  frame: string;
  paused: boolean;
}

export class Link {
  readonly #parts: LinkParts;
  readonly #batches: KeptBatches;
  readonly #heartbeat: Heartbeat;
  /** `functions` frames, told to every server. */
  readonly #functions: string[] = [];
  /** Calls that block their thread. */
  readonly #asked = new Map<number, Asked>();
  #socket: LiveSocket | null = null;
  #server: VerifiedServer | null = null;
  #policy: Policy = NO_POLICY;
  #window = 0;
  #lostAt: number | null = null;
  /** Why there is no channel, and how many calls were not told on account of it. */
  #reason: string | null = null;
  #dropped = 0;
  /** What is to follow when everything is acknowledged. */
  #leaving: "off" | "end" | null = null;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#heartbeat = new Heartbeat({
      tick: () => {
        parts.beat();
        this.#pump();
      },
      ping: () => this.#send('{"t":"ping"}'),
      dead: () => this.#socket?.destroy("nothing was heard for too long"),
    });
    this.#batches = new KeptBatches(new Sites(parts.mapFrame));
  }

  /** There is a server: connect, unless that is done or being done. */
  meet(server: VerifiedServer): void {
    if (this.#leaving === "off") this.#leaving = null;
    if (this.#socket || this.#lostAt !== null) return;
    this.#connect(server, FIRST_RETRY_MS);
  }

  /** Another link was there before, and its server may still be. */
  seek(why: string): void {
    if (this.#socket || this.#lostAt !== null) return;
    this.#break(why);
    this.#heartbeat.start();
    this.#retry(0);
  }

  /** What the thread says, but for jobs. */
  take(message: string): void {
    const body = message.slice(1);
    switch (message.charCodeAt(0)) {
      case 67: // C
        this.#batches.add(body);
        try {
          this.#pump();
        } catch {
          // In a page this runs on the program's stack, which is full; the heartbeat comes for the rest.
        }
        return;
      case 78: // N
        this.#batches.beginAt(Number(body));
        return;
      case 81: // Q
        this.#ask(body);
        return;
      case 86: // V
        this.#send(body);
        return;
      case 88: // X
        this.#asked.delete(Number(body));
        return;
      case 80: // P
        this.#parts.put(message, JSON.stringify(this.info()));
        return;
      case 70: // F
        this.#functions.push(body);
        if (this.#functions.length > MOST_FUNCTIONS_FRAMES) this.#functions.shift();
        this.#send(body);
        return;
      case 84: // T
        if (this.#server) this.#parts.report(this.#server, body);
        return;
      case 79: // O
        this.#leave("off");
        return;
      case 66: // B
        this.#leave("end");
        return;
    }
  }

  /** What the server may not have heard, as far as it fits; `null` when there is nothing. */
  last(room: number): LastBatches | null {
    return this.#batches.isDone ? null : this.#batches.last(room);
  }

  info(): LiveInfo {
    const [policy, server, lostAt] = [this.#policy, this.#server, this.#lostAt];
    return { policy, server, lostAt, reason: this.#reason, dropped: this.#dropped };
  }

  #send(text: string): void {
    if (this.#isOpen) this.#socket?.send(text);
  }

  get #isOpen(): boolean {
    return this.#parts.signals.state === STATES.OPEN;
  }

  #ask(frame: string): void {
    const seq = Number.parseInt(frame.slice(SEQ_AT, SEQ_AT + 17), 10);
    this.#asked.set(seq, { frame, paused: false });
    if (this.#isOpen) this.#socket?.send(frame);
    else this.#parts.put(`S${seq}`, '{"t":"lost"}');
  }

  #connect(server: VerifiedServer, retryMs: number): void {
    let greeted = false;
    const socket = this.#parts.open(server.url + LIVE_PATH, {
      opened: () => socket.send(JSON.stringify({ ...this.#parts.hello(), channel: "stream" })),
      text: (text) => {
        this.#heartbeat.heard();
        if (greeted) return this.#hear(text);
        const welcome = JSON.parse(text) as ServerFrame;
        // Another one than was verified: it may be anybody's.
        if (welcome.t !== "welcome" || welcome.instance_id !== server.instanceId) {
          return socket.destroy("it is another server");
        }
        greeted = true;
        this.#welcomed(welcome, server);
      },
      closed: (code, reason) => {
        if (this.#socket !== socket) return;
        this.#socket = null;
        this.#lost({ code, reason }, greeted, retryMs);
      },
    });
    this.#socket = socket;
    this.#heartbeat.start();
  }

  #welcomed(welcome: WelcomeFrame, server: VerifiedServer): void {
    const { signals } = this.#parts;
    this.#server = server;
    if (this.#lostAt !== null)
      this.#parts.report(server, lossReport(this.#parts.hello(), this.#reason, this.#lostAt));
    this.#policy = welcome.policy;
    this.#window = Math.max(1, welcome.window);
    this.#lostAt = null;
    this.#batches.rewind(welcome.acked);
    signals.finish(this.#batches.acked);
    signals.change(STATES.OPEN);
    for (const frame of this.#functions) this.#socket?.send(frame);
    this.#applied();
    for (const [seq, { frame, paused }] of this.#asked) {
      this.#socket?.send(paused ? askedAgain(frame) : frame);
      this.#parts.put(`S${seq}`, '{"t":"back"}');
    }
    this.#pump();
  }

  /** From the moment the signal is set, every call goes by the new policy: the thread looks at it with each. */
  #applied(): void {
    this.#socket?.send(`{"t":"applied","epoch":${this.#policy.epoch}}`);
  }

  #hear(text: string): void {
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.t) {
      case "ack":
        this.#batches.ack(frame.batch);
        this.#parts.signals.finish(this.#batches.acked);
        this.#pump();
        this.#maybeGone();
        return;
      case "policy":
        this.#policy = frame.policy;
        this.#parts.signals.change(STATES.OPEN);
        this.#applied();
        return;
      case "ping":
        this.#socket?.send('{"t":"pong"}');
        return;
      case "paused":
      case "decision":
      case "evaluate":
        this.#answer(frame.seq, frame.t, text);
        return;
      case "refused":
        if (frame.seq !== undefined && (frame.of === "ask" || frame.of === "end"))
          this.#answer(frame.seq, "decision", text);
        return;
    }
  }

  #answer(seq: number, kind: "paused" | "decision" | "evaluate", text: string): void {
    const asked = this.#asked.get(seq);
    // Nobody waits for it any more: a mailbox nobody looks into must stay empty.
    if (!asked) return;
    if (kind === "paused") asked.paused = true;
    if (kind === "decision") this.#asked.delete(seq);
    this.#parts.put(`S${seq}`, text);
  }

  #pump(): void {
    if (!this.#isOpen || !this.#socket) return;
    const socket = this.#socket;
    const send = (frame: string): void => socket.send(frame);
    while (socket.waiting < MOST_WAITING_BYTES) if (!this.#batches.sendNext(this.#window, send)) return;
  }

  #lost({ code, reason }: { code: number; reason: string }, greeted: boolean, retryMs: number): void {
    if (this.#leaving !== null && this.#batches.isDone) {
      this.#gone();
      return;
    }
    if (HOPELESS.has(code)) {
      this.#none(reason);
      return;
    }
    if (greeted || this.#lostAt === null) {
      this.#break(reason);
      for (const seq of this.#asked.keys()) this.#parts.put(`S${seq}`, '{"t":"lost"}');
    }
    this.#retry(code === CLOSE.FULL ? LAST_RETRY_MS : greeted ? 0 : retryMs);
  }

  #break(reason: string): void {
    this.#lostAt ??= wallClock();
    this.#reason = reason;
    this.#parts.signals.change(STATES.LOST);
  }

  #retry(waitMs: number): void {
    const again = async (): Promise<void> => {
      const next = Math.min(Math.max(FIRST_RETRY_MS, waitMs * 2), LAST_RETRY_MS);
      try {
        const server = await this.#parts.locate();
        if (this.#lostAt !== null && !this.#socket) this.#connect(server, next);
      } catch {
        if (this.#lostAt !== null) this.#retry(next);
      }
    };
    setTimeout(() => void again(), waitMs);
  }

  /** No channel here: from now on the program speaks HTTP. */
  #none(reason: string): void {
    this.#heartbeat.stop();
    this.#dropped = this.#batches.drop();
    this.#reason = reason;
    this.#lostAt = null;
    this.#parts.signals.finish(this.#batches.acked);
    this.#parts.signals.change(STATES.NONE);
    for (const seq of this.#asked.keys()) this.#parts.put(`S${seq}`, '{"t":"none"}');
    this.#asked.clear();
  }

  #leave(how: "off" | "end"): void {
    this.#leaving = how;
    if (this.#isOpen) {
      this.#pump();
      this.#maybeGone();
    } else if (this.#lostAt === null || this.#batches.isDone) this.#gone();
  }

  #maybeGone(): void {
    if (this.#leaving === null || !this.#batches.isDone) return;
    this.#socket?.send('{"t":"bye"}');
    this.#gone();
  }

  #gone(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#lostAt = null;
    const how = this.#leaving;
    this.#leaving = null;
    this.#heartbeat.stop();
    socket?.close();
    this.#parts.signals.change(STATES.CONNECTING);
    if (how === "end") this.#parts.signals.leave();
  }
}
