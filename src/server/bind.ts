/**
 * Takes a port on every address asked for, the same on all, or another one on all. Binds first and never probes: the
 * only proof that a port is free is having it.
 */
import type { AnyElysia } from "elysia";
import { websocket } from "elysia/ws";
import { MAX_DEBUGGEE_FRAME_BYTES } from "../protocol/debuggee-frames.ts";
import { MOST_WAITING_BYTES } from "./routes/live-debuggees.ts";

/** The port cannot be had. The message is one sentence with the remedy. */
export class BindError extends Error {
  override readonly name = "BindError";
}

export interface BindOptions {
  /** Addresses; the first decides the port. Optional ones are left out where the system does not have them. */
  hosts: readonly { address: string; optional: boolean }[];
  /** 0: any free one. */
  port: number;
  /** Fail instead of taking another port. */
  strict: boolean;
  /** Makes the app of one address; an Elysia app belongs to one listening server. */
  createApp: () => AnyElysia;
}

export interface Bound {
  port: number;
  /** The addresses that are really listened on. */
  hosts: string[];
  servers: Bun.Server<unknown>[];
}

/** Free on one address can be taken on the other; each round asks the system for another port. */
const ROUNDS = 200;

/** An idle connection is closed after this, in s. Held requests and sockets switch it off for themselves. */
const IDLE_TIMEOUT_S = 60;

/** Throws BindError when no port can be had. */
export async function bind(options: BindOptions): Promise<Bound> {
  const { port, strict } = options;
  if (port !== 0) {
    const bound = await tryPort(options, port);
    if (bound !== "taken") return bound;
    if (strict) {
      throw new BindError(
        `Port ${port} is taken by another program. Choose another with --port, or leave --strict-port out to get any free one.`,
      );
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const bound = await tryPort(options, 0);
    if (bound !== "taken") return bound;
  }
  throw new BindError("No port is free on this machine. Stop a program that holds many, then start again.");
}

async function tryPort(options: BindOptions, wanted: number): Promise<Bound | "taken"> {
  const bound: Bound = { port: wanted, hosts: [], servers: [] };
  for (const { address, optional } of options.hosts) {
    try {
      const server = listenOn(address, bound.port, options.createApp);
      bound.port = server.port ?? bound.port;
      bound.hosts.push(address);
      bound.servers.push(server);
    } catch (error) {
      if (optional && isMissingAddress(error)) continue;
      await release(bound);
      if (isTaken(error, wanted)) return "taken";
      throw refused(error, address, wanted);
    }
  }
  return bound;
}

/**
 * Listens at once and composes the app with the first request: composing takes longer than all the rest of the start,
 * and until it is done the system keeps connections waiting.
 */
function listenOn(hostname: string, port: number, createApp: () => AnyElysia): Bun.Server<unknown> {
  let app: AnyElysia | undefined;
  const server: Bun.Server<unknown> = Bun.serve({
    hostname,
    port,
    fetch(request) {
      if (!app) {
        app = createApp();
        // What `listen` would do: upgrades, time-outs and who asks go through the server that received the request. Not the
        // one that is handed in: a request of `server.fetch` has none.
        app.server = server;
      }
      return app.fetch(request);
    },
    // Elysia's own type of the same thing differs where optional fields may be undefined.
    websocket: {
      ...(websocket as Bun.WebSocketHandler<unknown>),
      maxPayloadLength: MAX_DEBUGGEE_FRAME_BYTES,
      backpressureLimit: MOST_WAITING_BYTES,
    },
    // Left out, two servers share a port and the system splits the requests between them.
    reusePort: false,
    idleTimeout: IDLE_TIMEOUT_S,
    // Our own limit (http/json-body.ts) answers with a reason; Bun's would only cut.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    // Otherwise error pages and a well-known URL tell paths of this machine.
    development: false,
  });
  return server;
}

async function release(bound: Bound): Promise<void> {
  for (const server of bound.servers) await server.stop(true);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** EACCES is what Windows gives for a port in a reserved range: another one will do. */
function isTaken(error: unknown, wanted: number): boolean {
  const code = codeOf(error);
  return code === "EADDRINUSE" || (code === "EACCES" && (wanted >= 1024 || process.platform === "win32"));
}

const isMissingAddress = (error: unknown): boolean =>
  ["EADDRNOTAVAIL", "EAFNOSUPPORT", "EPROTONOSUPPORT"].includes(codeOf(error));

function refused(error: unknown, address: string, port: number): BindError {
  if (codeOf(error) === "EACCES") {
    return new BindError(
      `Port ${port} may not be used without special rights. Choose one above 1023 with --port.`,
    );
  }
  if (isMissingAddress(error) || ["ENOTFOUND", "EINVAL"].includes(codeOf(error))) {
    return new BindError(`The address ${address} is not one of this machine. Choose another with --host.`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new BindError(`Cannot listen on ${address}, port ${port}: ${reason}.`);
}
