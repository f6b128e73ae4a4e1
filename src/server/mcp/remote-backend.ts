/**
 * A server in another process, found when it is needed and found again when it went away or came back elsewhere. Where
 * there is none, `start` may give one.
 */
import { DiscoveryError, findServer } from "../../discovery/index.ts";
import { ACTOR_HEADER } from "../../protocol/constants.ts";
import type { LiveEvent, LiveMessage } from "../../protocol/live.ts";
import { type Answer, type Ask, type Backend, Unreachable } from "./backend.ts";

export interface RemoteOptions {
  /** The server that is meant, instead of looking for one. */
  serverUrl?: string | undefined;
  portFile?: string | undefined;
  /** Starts a server where none is found; answers its URL. */
  start?: (() => Promise<string>) | undefined;
}

/** Between two attempts to hear of events again, in ms. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 3_000;

export class RemoteBackend implements Backend {
  readonly #options: RemoteOptions;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #found: Promise<string> | null = null;
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_RETRY_MS;
  #closed = false;

  constructor(options: RemoteOptions = {}) {
    this.#options = options;
  }

  url = async (): Promise<string> => `${await this.#server()}/`;

  async ask(request: Ask): Promise<Answer> {
    const first = await this.#server();
    try {
      return await send(first, request);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      this.#found = null;
      // Refused at the door: it was not heard there, so it may be said again elsewhere.
      const wasHeard = request.method !== "GET" && codeOf(error) !== "ConnectionRefused";
      if (wasHeard) {
        throw new Unreachable(
          `The breakpoint server at ${first} went away during this. Look whether it was done before you repeat it.`,
        );
      }
    }
    const again = await this.#server();
    try {
      return await send(again, request);
    } catch (error) {
      this.#found = null;
      throw new Unreachable(`The breakpoint server at ${again} does not answer: ${messageOf(error)}.`);
    }
  }

  listen = (listener: (event: LiveEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#socket) this.#connect();
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  /** One look at a time, and none while the last answer holds. */
  #server(): Promise<string> {
    this.#found ??= this.#find().catch((error: unknown) => {
      this.#found = null;
      throw error;
    });
    return this.#found;
  }

  async #find(): Promise<string> {
    const { serverUrl, portFile, start } = this.#options;
    try {
      return (await findServer({ serverUrl, serverUrlFrom: "--server", portFile, tryDefault: false })).url;
    } catch (error) {
      if (!(error instanceof DiscoveryError)) throw error;
      if (start && serverUrl === undefined) return await start();
      throw new Unreachable(`${error.message} Start one with: cideldill`);
    }
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#server().then(
      (url) => this.#follow(url),
      () => this.#again(),
    );
  }

  #follow(url: string): void {
    if (this.#closed || this.#socket) return;
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/live`);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.#wait = FIRST_RETRY_MS;
      const message = JSON.parse(String(data)) as LiveMessage;
      if (message.type === "hello" || message.type === "reset") return;
      for (const listener of this.#listeners) listener(message);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#found = null;
      this.#again();
    };
  }

  #again(): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LAST_RETRY_MS);
  }
}

async function send(url: string, { method, path, body, actor, signal }: Ask): Promise<Answer> {
  const headers: Record<string, string> = { [ACTOR_HEADER]: actor };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(url + path, {
    method,
    headers,
    redirect: "error",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  return { status: response.status, body: await response.json() };
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
