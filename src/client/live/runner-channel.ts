/** What the channels of Bun, Node and pages do alike: calls go to the runner, questions that never block to the socket. */
import type { LiveAction } from "../../protocol/debuggee-frames.ts";
import type { InterceptedCall } from "../core/perform.ts";
import type { AskSocket } from "./ask-socket.ts";
import type { LiveCall } from "./live-call.ts";
import type { Waiter } from "./port.ts";
import type { LiveRunner } from "./runner.ts";

export abstract class RunnerChannel {
  protected abstract readonly runner: LiveRunner;
  protected abstract readonly asks: AskSocket;

  abstract post(message: string): void;

  depthFor(name: string): number {
    return this.runner.depthFor(name);
  }

  writesStackLater(name: string): boolean {
    return this.runner.writesStackLater(name);
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
