/** What the engine tells the outside. Each method is called after the state changed. */
import type { GlobalBehavior } from "../../protocol/breakpoints.ts";
import type { PauseEnd } from "../../protocol/live.ts";
import type { Breakpoint } from "./breakpoints.ts";
import type { Call, CallOutcome } from "./calls.ts";
import type { Pause } from "./pauses.ts";

export interface EngineListener {
  pauseAdded?(pause: Pause): void;
  pauseRemoved?(pause: Pause, reason: PauseEnd): void;
  breakpointSet?(name: string, breakpoint: Breakpoint): void;
  breakpointRemoved?(name: string): void;
  globalBehavior?(behavior: GlobalBehavior): void;
  functionRegistered?(name: string): void;
  callEnded?(call: Call, outcome: CallOutcome): void;
}
