/** The running server, for commands that ask it something: found and verified first, refusals as one line. */
import { DiscoveryError, findServer, ServerNotFoundError } from "../discovery/index.ts";
import { ACTOR_HEADER } from "../protocol/constants.ts";
import type { ErrorBody } from "../protocol/errors.ts";
import { CliError } from "./errors.ts";
import { printable } from "./printable.ts";

/** Options every such command has. */
export const SERVER_OPTIONS = {
  server: { kind: "text", value: "URL", help: "Ask this server, instead of looking for one" },
  portFile: { kind: "text", value: "FILE", help: "Look in this port file (default ~/.cideldill/port)" },
} as const;

/** The server refused: `code` is the contract's. */
export class ServerRefused extends CliError {
  readonly code: string;

  constructor({ error, message }: ErrorBody) {
    super(printable(message));
    this.code = error;
  }
}

export class ServerApi {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>("GET", path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>("POST", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>("PATCH", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#ask<T>("DELETE", path);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { [ACTOR_HEADER]: "person" };
    if (body !== undefined) headers["content-type"] = "application/json";
    let response: Response;
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      response = await fetch(this.url + path, { method, headers, redirect: "error", ...sent });
    } catch {
      throw new CliError(`The server at ${this.url} went away; run cideldill to start one`);
    }
    const answer: unknown = await response.json();
    if (!response.ok) throw new ServerRefused(answer as ErrorBody);
    return answer as T;
  }
}

/**
 * @throws CliError when no server runs.
 * @example
 * const api = await serverApi({});
 * const { paused } = await api.get<{ paused: PausedCall[] }>("/api/paused");
 */
export async function serverApi(options: {
  server?: string | undefined;
  portFile?: string | undefined;
}): Promise<ServerApi> {
  const { server, portFile } = options;
  try {
    return new ServerApi((await findServer({ serverUrl: server, portFile, tryDefault: false })).url);
  } catch (error) {
    if (error instanceof ServerNotFoundError && server === undefined)
      throw new CliError("No server is running; run cideldill to start one", { cause: error });
    if (error instanceof DiscoveryError) throw new CliError(printable(error.message), { cause: error });
    throw error;
  }
}
