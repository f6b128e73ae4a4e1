/**
 * One stay with a verified server: where it is, what it already holds, and what happens when it goes away. A session
 * outlives restarts of the server: it looks for it again, and notices when another instance answers.
 */
import { DebugServerError, isConnectionFailure, messageOf } from "../errors.ts";
import { LruSet } from "../lru.ts";
import { wallClock } from "../time.ts";
import { alarmEvery } from "./alarm.ts";
import {
  locate,
  type Platform,
  send,
  sleep,
  type Talk,
  type VerifiedServer,
  type WireRequest,
  type WireResponse,
} from "./effects.ts";
import { OpenCalls } from "./open-calls.ts";
import type { Registry } from "./registry.ts";
import { post } from "./requests.ts";
import type { Settings } from "./settings.ts";
import { Troubles } from "./troubles.ts";

/** Payloads the server is known to hold. */
const KNOWN_PAYLOADS = 10_000;

/** The program waits meanwhile, and has nothing of it. */
const TROUBLE_TIMEOUT_MS = 2_000;

/** Between two attempts to find a lost server, in ms: quick at first, for a restart takes a second. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

/** Once it counts as gone, calls do not look for it more often than this, in ms. */
const FIRST_REST_MS = 100;
const LAST_REST_MS = 5_000;

export class Session {
  readonly settings: Settings;
  readonly registry: Registry;
  readonly log: (line: string) => void;
  /** What the server does not know of yet. */
  readonly troubles = new Troubles();
  /** Calls whose end the server does not know. */
  readonly open = new OpenCalls();
  readonly #identity: Platform["identity"];
  /** CIDs whose bytes the server has. */
  readonly held = new LruSet<string>(KNOWN_PAYLOADS);
  /** Names the server was told of. */
  readonly announced = new Set<string>();
  /** Version of the registry that was announced as a whole. */
  announcedVersion = -1;
  /** Rises when another instance of the server takes over: what the old one knew is gone. */
  generation = 0;
  /** Calls that ran without being reported since the server was lost. */
  unreported = 0;
  #server: VerifiedServer | null;
  #lost: boolean;
  /** The person was told. Not every broken connection means a lost server: a kept one may just have been closed. */
  #lossSaid: boolean;
  /** A call waited for it in vain: the next ones do not wait as long again. */
  #givenUp = false;
  #restUntil = 0;
  #rest = FIRST_REST_MS;

  #pauseSaid = false;

  constructor(
    server: VerifiedServer | null,
    settings: Settings,
    registry: Registry,
    log: (line: string) => void,
    identity: Platform["identity"],
  ) {
    this.#identity = identity;
    this.#server = server;
    this.#lost = server === null;
    this.#lossSaid = server === null;
    this.settings = settings;
    this.registry = registry;
    this.log = log;
  }

  /** A program that stands still must not look hung: its first pause says where to go on. Later ones are expected. */
  sayPaused(name: string): void {
    if (this.#pauseSaid || this.settings.suspendedBreakpointsLogIntervalS === 0) return;
    this.#pauseSaid = true;
    this.log(`${name} is paused; resume it at ${this.url ?? "the server's page"}`);
  }

  get url(): string | null {
    return this.#server?.url ?? null;
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** `true` while the server is lost and it is too early to look again: then a call does not wait for it. */
  get isResting(): boolean {
    return this.#lost && wallClock() < this.#restUntil;
  }

  /** What a call does when no server answers. Before the first was found, that is for `onUnreachable` to say. */
  get whenLost(): "throw" | "continue" {
    return this.#server === null ? this.settings.onUnreachable : this.settings.onServerLost;
  }

  /** How long a call that is not paused waits for a lost server: not at all when it may go on without. */
  get graceMs(): number {
    return this.whenLost === "continue" ? 0 : this.pauseGraceMs;
  }

  /** A paused call has waited for a person already: it waits for the server too. */
  get pauseGraceMs(): number {
    return this.settings.serverLostTimeoutS * 1_000;
  }

  /** Sends a request; when the server is gone, looks for it, at least once and for `graceMs`, and sends again. */
  *reach(request: WireRequest, graceMs: number): Talk<WireResponse> {
    const deadline = wallClock() + (this.#givenUp ? 0 : graceMs);
    let looked = this.#lost;
    let wait = FIRST_RETRY_MS;
    for (;;) {
      try {
        const response = yield* this.#send(request);
        if (!this.troubles.isEmpty) yield* this.#tellTroubles();
        return response;
      } catch (error) {
        if (!isConnectionFailure(error)) throw error;
        this.troubles.note(request, request.about ?? null, error);
        if (this.#lost) this.#sayLost(error);
        this.#lost = true;
        if (looked && wallClock() >= deadline) throw this.#gone(error);
      }
      if (looked) {
        yield* sleep(wait);
        wait = Math.min(wait * 2, LAST_RETRY_MS);
      }
      looked = true;
    }
  }

  /**
   * Sends a request that is not worth waiting for. A failure is remembered as any, but nobody concludes from it that
   * the server is gone for good.
   */
  *once(request: WireRequest): Talk<WireResponse> {
    try {
      return yield* this.#send(request);
    } catch (error) {
      if (isConnectionFailure(error)) {
        this.#lost = true;
        this.troubles.note(request, request.about ?? null, error);
      }
      throw error;
    }
  }

  *#send(request: WireRequest): Talk<WireResponse> {
    const server = this.#server && !this.#lost ? this.#server : yield* this.#find();
    const response = yield* send(server.url, this.#watched(request, server.url));
    // It is shutting down: what follows is what follows a lost server.
    if (response.status === 503) throw new DebugServerError(`${server.url} is shutting down.`);
    return response;
  }

  /** What to tell the server when the process ends now; `null` when there is nothing, or nobody to tell. */
  farewell(): { url: string; requests: WireRequest[] } | null {
    const url = this.#lost ? null : this.url;
    const requests = this.open.farewell(this.generation, this.#identity);
    return url === null || requests.length === 0 ? null : { url, requests };
  }

  /** What went wrong while the server could not hear it. A failure now is no trouble of its own. */
  *#tellTroubles(): Talk<void> {
    const server = this.#server;
    for (let next = this.troubles.take(); server && next; next = this.troubles.take()) {
      const body = JSON.stringify({ ...next.trouble, timestamp: next.trouble.last_at, ...this.#identity });
      try {
        const request = { ...post("/api/report-com-error", body), timeoutMs: TROUBLE_TIMEOUT_MS };
        const { status } = yield* send(server.url, request);
        if (status < 500) continue;
      } catch (error) {
        if (!isConnectionFailure(error)) throw error;
      }
      next.giveBack();
      return;
    }
  }

  /** A poll is held by the server on purpose; every other request is answered at once, or it is said which is not. */
  #watched(request: WireRequest, url: string): WireRequest {
    if (request.alarm || request.path.startsWith("/api/poll/")) return request;
    const about = request.about ? ` (${request.about})` : "";
    const alarm = alarmEvery(this.settings.watchdogS, (seconds) =>
      this.log(`${request.method} ${request.path}${about} has had no answer from ${url} for ${seconds} s`),
    );
    return alarm ? { ...request, alarm } : request;
  }

  /** Looks for the server once: where the first look cannot be waited for, and to learn who answers now. */
  *connect(): Talk<void> {
    yield* this.#find();
  }

  *#find(): Talk<VerifiedServer> {
    const found = yield* locate(this.settings.serverUrl);
    this.foundBy(found);
    return found;
  }

  /** There is a server: this one, whoever found it. */
  foundBy(found: VerifiedServer): void {
    if (this.#server?.instanceId !== found.instanceId) {
      this.generation++;
      this.held.clear();
      this.announced.clear();
      this.announcedVersion = -1;
    }
    if (this.#lossSaid) {
      const missed = this.unreported > 0 ? `; ${this.unreported} calls meanwhile were not reported` : "";
      this.log(`connected to the breakpoint server at ${found.url}${missed}`);
    }
    this.#server = found;
    this.#lost = false;
    this.#lossSaid = false;
    this.unreported = 0;
    this.#givenUp = false;
    this.#rest = FIRST_REST_MS;
  }

  /** It is gone, somebody noticed. */
  lose(why: string): void {
    this.#sayLost(new DebugServerError(why));
    this.#lost = true;
  }

  #sayLost(error: Error): void {
    if (!this.#lossSaid) this.log(`lost the breakpoint server at ${this.url}: ${messageOf(error)}`);
    this.#lossSaid = true;
  }

  /** From now on calls do not wait for the server, until it is time to look again. */
  rest(): void {
    this.#givenUp = true;
    this.#restUntil = wallClock() + this.#rest;
    this.#rest = Math.min(this.#rest * 2, LAST_REST_MS);
  }

  #gone(error: Error): DebugServerError {
    this.rest();
    const advice =
      this.whenLost === "throw"
        ? ' Start it again with "cideldill", or let calls go on without it: configureDebug({ onServerLost: "continue" }).'
        : "";
    return new DebugServerError(
      `The breakpoint server is gone and was not found again: ${messageOf(error)}${advice}`,
      { cause: error },
    );
  }
}
