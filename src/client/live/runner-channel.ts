/** What the channels of Bun, Node and pages do alike: calls go to the runner, questions that never block to the socket. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import type { InterceptedCall } from "../core/perform.ts";
import type { AskSocket } from "./ask-socket.ts";
import type { LiveCall } from "./live-call.ts";
import type { Waiter } from "./port.ts";
import type { LiveRunner } from "./runner.ts";

/** So many calls within each other. */
const DEEP = 20;

export abstract class RunnerChannel {
  protected abstract readonly runner: LiveRunner;
  protected abstract readonly asks: AskSocket;

  abstract post(message: string): void;

  depthFor(name: string): number {
    return this.runner.depthFor(name);
  }

  /** Deep in calls a stack is read later too: at once, Bun goes through all of it for its innermost frames. */
  get rests(): boolean {
    const { rests, innermost } = this.runner.stream;
    return rests || (innermost !== null && innermost.depth > DEEP);
  }

  get run(): (call: InterceptedCall) => unknown {
    return this.runner.run;
  }

  look(): void {
    this.runner.look();
  }

  announce(): void {
    this.runner.announce();
  }

  switchedOff(): void {
    this.runner.stream.flush();
    // Calls that are paused stay so until they are released.
    if (this.asks.isWaiting) return;
    this.asks.close();
    this.post("O");
  }

  ask(live: LiveCall, frame: string, waiter: Waiter): Promise<LiveAction> {
    return this.asks.ask(live, frame, waiter);
  }
}
