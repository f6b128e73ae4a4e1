/**
 * The demo's program beside a server. What is started is always the same program of ours with the same arguments: nothing
 * of a request reaches it. At most one runs, and none outlives the server.
 */
import type { BreakpointManager } from "./engine/manager.ts";

export interface DemoProgram {
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
}

/** How the demo's program is started, told the server that it is for. */
export interface Demo {
  /** The names its functions are known by. */
  readonly functions: readonly string[];
  start(serverUrl: string): DemoProgram;
}

export class DemoRuns {
  readonly #demo: Demo | null;
  readonly #manager: BreakpointManager;
  #program: DemoProgram | null = null;
  /** Known when the server listens. */
  serverUrl: string | null = null;

  constructor(demo: Demo | null, manager: BreakpointManager) {
    this.#demo = demo;
    this.#manager = manager;
  }

  get state() {
    return {
      available: this.#demo !== null && this.serverUrl !== null,
      running: this.#program !== null,
      functions: [...(this.#demo?.functions ?? [])],
    };
  }

  /** Sets the demo's breakpoints and starts it, unless it runs. Whether it could. */
  start(): boolean {
    if (!this.#demo || this.serverUrl === null) return false;
    for (const name of this.#demo.functions) {
      this.#manager.addBreakpoint(name, { behavior: "stop" });
    }
    if (this.#program) return true;
    const program = this.#demo.start(this.serverUrl);
    this.#program = program;
    const ended = () => {
      if (this.#program === program) this.#program = null;
    };
    program.exited.then(ended, ended);
    return true;
  }

  stop(): void {
    this.#program?.stop().catch(() => {});
  }
}
