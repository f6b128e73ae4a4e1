/**
 * What the MCP tools work on: the server's REST API and its event feed, wherever the server is. In the server's own
 * process that is `localBackend`, beside it (`cideldill mcp`) `remoteBackend`: so every agent, person and script acts on
 * one state, by the same rules, and what an agent did is recorded as anybody's.
 */
import type { ErrorBody } from "../../protocol/errors.ts";
import type { LiveEvent } from "../../protocol/live.ts";

export interface Ask {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path and query. */
  path: string;
  body?: unknown;
  /** Who asks, as the actor header says it. */
  actor: string;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  body: unknown;
}

export interface Backend {
  /** Where a person opens the page. */
  url(): Promise<string>;
  /** Asks the REST API. Throws `Unreachable` when there is no server. */
  ask(request: Ask): Promise<Answer>;
  /** Tells every event from now on. Returns how to stop. */
  listen(listener: (event: LiveEvent) => void): () => void;
}

/** The API refused, with the code and sentence it gave. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** No server answers. The message says what to do. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** One agent's way to the API: answers the body, or throws `RefusedError`. */
export class Api {
  readonly #backend: Backend;
  readonly #actor: () => string;

  constructor(backend: Backend, actor: () => string) {
    this.#backend = backend;
    this.#actor = actor;
  }

  /** Who asks. */
  get actor(): string {
    return this.#actor();
  }

  get backend(): Backend {
    return this.#backend;
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>({ method: "GET", path, ...(signal ? { signal } : {}) });
  }

  post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>({ method: "POST", path, body, ...(signal ? { signal } : {}) });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>({ method: "PATCH", path, body });
  }

  delete<T>(path: string): Promise<T> {
    return this.#ask<T>({ method: "DELETE", path });
  }

  async #ask<T>(request: Omit<Ask, "actor">): Promise<T> {
    const { status, body } = await this.#backend.ask({ ...request, actor: this.#actor() });
    if (status < 400) return body as T;
    throw new RefusedError(
      status,
      isErrorBody(body) ? body : { error: "internal_error", message: `HTTP ${status}` },
    );
  }
}

const isErrorBody = (body: unknown): body is ErrorBody =>
  typeof body === "object" && body !== null && "error" in body && "message" in body;
