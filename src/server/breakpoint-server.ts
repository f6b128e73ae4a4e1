import type { BreakpointManager } from "./engine/manager.ts";
import { type ListenOptions, listen, type RunningServer } from "./listen.ts";

export interface BreakpointServerOptions extends Omit<ListenOptions, "manager" | "debug"> {
  /** Writes a line to stderr for every refusal and failure. Default: false. */
  debugEnabled?: boolean;
}

/**
 * A breakpoint server as an object that is started and stopped.
 *
 * @example
 * const server = new BreakpointServer(new BreakpointManager(), { port: 5174 });
 * await server.start();
 * console.log(server.getPort()); // 5174, or another one when that is taken
 * await server.stop();
 */
export class BreakpointServer {
  readonly manager: BreakpointManager;
  readonly #options: BreakpointServerOptions;
  #running: RunningServer | null = null;

  constructor(manager: BreakpointManager, options: BreakpointServerOptions = {}) {
    this.manager = manager;
    this.#options = options;
  }

  /**
   * Resolves once the server answers and its port is published.
   *
   * @throws BindError when no port can be had, StoreError when the given database cannot be used, Error when it runs
   * already.
   */
  async start(): Promise<RunningServer> {
    if (this.#running) throw new Error("This server runs already; stop it before starting it again.");
    const { debugEnabled = false, ...options } = this.#options;
    this.#running = await listen({
      ...options,
      manager: this.manager,
      ...(debugEnabled ? { debug: (line: string) => console.error(line) } : {}),
    });
    return this.#running;
  }

  /** Stops it and takes its port out of the discovery file. Does nothing when it does not run. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.stop();
  }

  /** The port it really has. Throws an Error before `start` has resolved. */
  getPort(): number {
    if (!this.#running)
      throw new Error("This server does not run, so it has no port yet; await start() first.");
    return this.#running.port;
  }
}
