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

/** The same, of those that print something for a person or a program. */
export const PRINTING_OPTIONS = { ...SERVER_OPTIONS, json: { kind: "flag", help: "Print JSON" } } as const;

/** What the API says of its own paths, in words of the command line. */
const REMEDIES: Readonly<Record<string, string>> = {
  pause_not_found: "That call is not paused any more; cideldill paused lists those that are",
  pause_already_resumed: "That call was resumed by somebody else meanwhile; the first decision stands",
  rule_not_found: "There is no such rule any more; cideldill break list lists those there are",
  breakpoint_not_found: "There is no such breakpoint any more; cideldill break list lists those there are",
  process_not_found: "There is no such process; cideldill paused names those of paused calls",
  flow_muted: "Everything is muted, so nothing can pause; cideldill flow unmute ends that",
};

/** A remedy that names what is kept, which the message names too. */
const inCommands = (message: string): string =>
  message.replace("GET /api/calls lists them.", "cideldill calls lists them");

/** The server refused: `code` is the contract's, `body` all it said. */
export class ServerRefused extends CliError {
  readonly code: string;
  readonly body: ErrorBody & Readonly<Record<string, unknown>>;

  constructor(body: ErrorBody & Readonly<Record<string, unknown>>) {
    super(REMEDIES[body.error] ?? printable(inCommands(body.message)));
    this.code = body.error;
    this.body = body;
  }
}

export class ServerApi {
  readonly url: string;
  readonly #token: string | undefined;

  /** @param token Of a server that other machines can reach. */
  constructor(url: string, token?: string) {
    this.url = url;
    this.#token = token;
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
    if (this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    let response: Response;
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      response = await fetch(this.url + path, { method, headers, redirect: "error", ...sent });
    } catch {
      throw new CliError(`The server at ${this.url} went away; run cideldill to start one`);
    }
    return await answerOf<T>(response);
  }
}

/** What an answer holds. Throws ServerRefused. */
export async function answerOf<T>(response: Response): Promise<T> {
  const answer: unknown = await response.json();
  if (!response.ok) throw new ServerRefused(answer as ServerRefused["body"]);
  return answer as T;
}

/** There is no server to ask. */
export class NoServer extends CliError {
  constructor(cause: unknown) {
    super("No server is running; run cideldill to start one", { cause });
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
    const { url, record } = await findServer({
      serverUrl: server,
      serverUrlFrom: "--server",
      portFile,
      tryDefault: false,
    });
    return new ServerApi(url, record?.token);
  } catch (error) {
    if (error instanceof ServerNotFoundError && server === undefined) throw new NoServer(error);
    if (error instanceof DiscoveryError) throw new CliError(printable(error.message), { cause: error });
    throw error;
  }
}
