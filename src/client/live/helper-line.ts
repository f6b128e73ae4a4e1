/** The line that is always there: the helper thread asks, and its answers come by shared memory. */
import type { HelperThread } from "../transports/helper-thread.ts";
import type { Line } from "./blocking-asks.ts";
import { type CallFrame, readCallFrame } from "./live-frames.ts";
import type { Alarm } from "./port.ts";

const keyOf = (seq: number): string => `S${seq}`;

export class HelperLine implements Line {
  readonly helper: HelperThread;

  constructor(helper: HelperThread) {
    this.helper = helper;
  }

  waitingFor<T>(seq: number, work: () => T): T {
    return this.helper.waitingFor(keyOf(seq), work);
  }

  ask(frame: string): void {
    this.helper.post(`Q${frame}`);
  }

  evaluated(frame: string): void {
    this.helper.post(`V${frame}`);
  }

  receive(seq: number, timeoutMs: number, alarm: Alarm | null): CallFrame | "dead" | "late" {
    const received = this.helper.receive(keyOf(seq), timeoutMs, alarm);
    return "failed" in received ? received.failed : readCallFrame(received.text);
  }

  forget(seq: number): void {
    this.helper.post(`X${seq}`);
  }
}
