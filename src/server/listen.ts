/** Starts a server: binds, publishes where it is, and takes everything back when it stops. */
import { join } from "node:path";
import { getDiscoveryFilePath, getDiscoveryHome } from "../discovery/paths.ts";
import { describeOwnProcess, isProcessAlive } from "../discovery/process-identity.ts";
import { isPublished, type PublishResult, publish, unpublish } from "../discovery/publish.ts";
import type { InstanceRecord } from "../discovery/records.ts";
import { DEFAULT_PORT } from "../protocol/constants.ts";
import type { AgentPolicy } from "../protocol/proposals.ts";
import { createApp } from "./app.ts";
import { bind } from "./bind.ts";
import { createContext, type ServerContext } from "./context.ts";
import type { Demo } from "./demo-runs.ts";
import type { BreakpointManager } from "./engine/manager.ts";
import { inUrl, planHosts } from "./hosts.ts";
import { StoreError } from "./store/store.ts";
import { warm } from "./warm.ts";
import { findWebRoot } from "./web-root.ts";

export interface ListenOptions {
  manager: BreakpointManager;
  /** Asked for first; taken, any free one serves. 0: any free one. Default: 5174. */
  port?: number;
  /** Fail when the port is taken. */
  strictPort?: boolean;
  /** Default: 127.0.0.1 and [::1]. An address that others can reach turns on a token. */
  host?: string;
  /** Where the port is published. Default: `~/.cideldill/port`. */
  portFile?: string;
  /** Database file, or `:memory:`. Default: a file under `~/.cideldill`. */
  db?: string;
  /** Further `Host` names to answer to: `name:port`, or `name` for any port. */
  allowHosts?: readonly string[];
  /** Further origins whose pages may report calls. */
  allowOrigins?: readonly string[];
  /** How the demo's program is started, for the button of the empty page. */
  demo?: Demo;
  /** What agents may do where nothing else is said. Default: everything. */
  agentPolicy?: AgentPolicy;
  /** Receives a line for every refusal and failure. */
  debug?: (line: string) => void;
  /** Receives what the person should know while the server runs. */
  warn?: (message: string) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly record: InstanceRecord;
  /** Where the port was published, or why it was not. */
  readonly publication: PublishResult;
  /** Needed by other machines; null when only this one can connect. */
  readonly token: string | null;
  readonly context: ServerContext;
  /** Unpublishes, tells the debuggees, closes. Safe to call twice. */
  stop(): Promise<void>;
}

/** How long held requests get to receive their answer before connections are cut, in ms. */
const STOP_GRACE_MS = 300;

/** How often the engine looks for debuggees that are gone, in ms. */
const SWEEP_MS = 500;

/** How often it is made sure that the server can still be found and its database still be written, in ms. */
const UPKEEP_MS = 3_000;

/** So long after the start, in ms, the first page is got ready: programs that wait for the server come first. */
const WARM_MS = 500;

/**
 * Starts serving. Throws BindError when no port can be had, StoreError when `db` was given and cannot be used.
 *
 * @example
 * const server = await listen({ manager: new BreakpointManager(), port: 0 });
 * console.log(server.url); // http://localhost:41234
 * await server.stop();
 */
export async function listen(options: ListenOptions): Promise<RunningServer> {
  const warn = options.warn ?? (() => {});
  const hosts = planHosts(options.host);
  const stopping = new AbortController();
  options.manager.learnLivenessFrom(isProcessAlive);
  const context = openContext(options, stopping.signal, warn);
  // Nothing is served before the rules of earlier runs hold again.
  await context.restored;
  const token = hosts.isLoopback ? null : newToken();
  context.access.token = token;

  const bound = await bind({
    hosts: hosts.addresses,
    port: options.port ?? DEFAULT_PORT,
    strict: options.strictPort ?? false,
    createApp: () => createApp(context),
  }).catch((error: unknown) => {
    context.close();
    throw error;
  });
  const { port } = bound;
  Object.assign(context.access, {
    port,
    allowedHosts: [...hosts.names.map((name) => `${name}:${port}`), ...(options.allowHosts ?? [])],
  });

  const record: InstanceRecord = {
    ...describeOwnProcess(),
    instance_id: context.identity.instanceId,
    url: urlOf(bound.hosts, port),
    port,
    host: bound.hosts[0] ?? "",
    version: context.identity.version,
    cwd: process.cwd(),
    db: context.store.location,
    port_file: options.portFile ?? getDiscoveryFilePath() ?? null,
    started_at: context.identity.startedAt,
    ...(token === null ? {} : { token }),
  };
  context.demo.serverUrl = record.url;
  const publication = await publish(record);
  let republished: Promise<unknown> = Promise.resolve();
  const timers = [
    setInterval(() => {
      context.manager.sweep();
      context.agents.sweep();
    }, SWEEP_MS),
    setInterval(() => {
      context.store.check();
      // Somebody cleared the folder: a server that runs must stay findable.
      if (!isPublished(record)) republished = publish(record);
    }, UPKEEP_MS),
  ];

  // Nobody is let in without the token, not even ourselves.
  const warming = setTimeout(
    () =>
      token === null &&
      void warm(bound.servers, stopping.signal).catch((error) => context.debug(`not warm: ${error}`)),
    WARM_MS,
  );
  warming.unref();

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clearTimeout(warming);
    for (const timer of timers) clearInterval(timer);
    // One under way would put back what is taken away here.
    await republished;
    await unpublish(record);
    stopping.abort();
    context.demo.stop();
    context.debuggees.stop();
    context.manager.stop();
    await closeAll(bound.servers);
    context.close();
  };
  return {
    url: record.url,
    port,
    record,
    publication,
    token,
    context,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The default database falls back to memory; one that was asked for by name must work. */
function openContext(
  options: ListenOptions,
  stopping: AbortSignal,
  warn: (message: string) => void,
): ServerContext {
  const open = (db: string) =>
    createContext({
      manager: options.manager,
      db,
      access: { allowedOrigins: options.allowOrigins ?? [] },
      stopping,
      ...(options.agentPolicy ? { agentPolicy: options.agentPolicy } : {}),
      ...(options.demo ? { demo: options.demo } : {}),
      webRoot: findWebRoot(),
      ...(options.debug ? { debug: options.debug } : {}),
      onProblem: warn,
    });
  if (options.db !== undefined) return open(options.db);
  const home = getDiscoveryHome();
  if (home === undefined) {
    warn("There is no home folder, so nothing is kept beyond this run. Set CIDELDILL_HOME to keep calls.");
    return open(":memory:");
  }
  try {
    return open(join(home, "cideldill.db"));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    warn(`${error.message} For this run everything is kept in memory.`);
    return open(":memory:");
  }
}

/** 192 random bits. (The global `crypto`: loading node:crypto would cost a third of the whole start.) */
const newToken = () => crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: "base64url" });

/** `localhost` works with every client when all loopback addresses are ours. */
function urlOf(hosts: readonly string[], port: number): string {
  const isPlain = hosts.includes("127.0.0.1") || hosts.includes("0.0.0.0") || hosts.includes("::");
  return `http://${isPlain ? "localhost" : inUrl(hosts[0] ?? "localhost")}:${port}`;
}

/** Stopping waits for held requests and open sockets, perhaps forever: they get a moment, then they are cut. */
async function closeAll(servers: readonly Bun.Server<unknown>[]): Promise<void> {
  const calm = Promise.all(servers.map((server) => server.stop(false)));
  await Promise.race([calm, Bun.sleep(STOP_GRACE_MS)]);
  await Promise.race([Promise.all(servers.map((server) => server.stop(true))), Bun.sleep(STOP_GRACE_MS)]);
}
