/** Control of the flow: what is set for all calls, whatever their breakpoints say. */
import type { Flow } from "../../protocol/flow.ts";
import { Refusal } from "./refusal.ts";

/** Large enough for a hundred workers that stop at once, far too small for a loop. */
const MAX_PAUSES_PER_SECOND = 1_000;

/** What can be changed in one go. */
export interface FlowChange {
  pauseAll?: boolean;
  /** True, the process whose next call shall pause, or false to take all of them back. */
  pauseNext?: boolean | string;
  mute?: boolean;
  muteProcess?: string;
  unmuteProcess?: string;
  maxPausesPerSecond?: number;
}

export class FlowControl {
  pauseAll = false;
  muted = false;
  maxPausesPerSecond = MAX_PAUSES_PER_SECOND;
  readonly mutedProcesses = new Set<string>();
  #nextOfAny = false;
  readonly #nextOf = new Set<string>();

  /** Throws `flow_muted` when something shall pause where everything runs; then nothing has changed. */
  change(change: FlowChange): void {
    const muted = change.mute ?? this.muted;
    if (muted && (change.pauseAll === true || (change.pauseNext !== undefined && change.pauseNext !== false)))
      throw new Refusal(
        "flow_muted",
        "Everything is muted, so nothing can pause. Unmute first (mute: false).",
      );
    const next = change.pauseNext;
    if (typeof next === "string" && this.mutedProcesses.has(next) && change.unmuteProcess !== next)
      throw new Refusal("flow_muted", `The process ${next} is muted. Unmute it first (unmute_process).`);
    this.muted = muted;
    if (change.muteProcess !== undefined) this.mutedProcesses.add(change.muteProcess);
    if (change.unmuteProcess !== undefined) this.mutedProcesses.delete(change.unmuteProcess);
    this.pauseAll = muted ? false : (change.pauseAll ?? this.pauseAll);
    this.maxPausesPerSecond = change.maxPausesPerSecond ?? this.maxPausesPerSecond;
    if (muted || next === false) this.#forgetNext();
    else if (next === true) this.#nextOfAny = true;
    else if (next !== undefined) this.#nextOf.add(next);
  }

  isMuted(process: string): boolean {
    return this.muted || this.mutedProcesses.has(process);
  }

  /** Whether the next call of the process is to pause. */
  wantsNext(process: string): boolean {
    return this.#nextOfAny || this.#nextOf.has(process);
  }

  /** The next call is here. */
  tookNext(process: string): void {
    if (!this.#nextOf.delete(process)) this.#nextOfAny = false;
  }

  state(delayed: number): Flow {
    return {
      pause_all: this.pauseAll,
      pause_next: this.#nextOfAny,
      pause_next_of: [...this.#nextOf],
      muted: this.muted,
      muted_processes: [...this.mutedProcesses],
      max_pauses_per_second: this.maxPausesPerSecond,
      delayed_count: delayed,
    };
  }

  #forgetNext(): void {
    this.#nextOfAny = false;
    this.#nextOf.clear();
  }
}
