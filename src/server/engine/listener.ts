/** What the engine tells the outside. Each method is called after the state changed. */
import type { DecidedBy, Decision } from "../../protocol/actions.ts";
import type { GlobalBehavior } from "../../protocol/breakpoints.ts";
import type { Flow } from "../../protocol/flow.ts";
import type { PauseEnd } from "../../protocol/live.ts";
import type { Breakpoint } from "./breakpoints.ts";
import type { Call, CallOutcome } from "./calls.ts";
import type { Signature } from "./functions.ts";
import type { Pause } from "./pauses.ts";
import type { Rule } from "./rules/rule.ts";

/** What a rule, or the flood guard of a breakpoint (`rule: null`), has to say. */
export interface RuleMessage {
  rule: string | null;
  kind: "log" | "flood" | "error";
  functionName: string;
  callId: string | null;
  message: string;
}

export interface EngineListener {
  pauseAdded?(pause: Pause): void;
  pauseRemoved?(pause: Pause, reason: PauseEnd, by: DecidedBy | null): void;
  /** A rule holds a call back until `pause.until`; whoever drives the engine calls `tick` then. */
  delayAdded?(pause: Pause): void;
  delayRemoved?(pause: Pause): void;
  breakpointSet?(name: string, breakpoint: Breakpoint): void;
  breakpointRemoved?(name: string): void;
  globalBehavior?(behavior: GlobalBehavior): void;
  /** Also when its counts or its state changed, then at most as often as `tick` and `sweep` are called. */
  ruleSet?(rule: Rule): void;
  ruleRemoved?(id: string): void;
  ruleMessage?(message: RuleMessage): void;
  flow?(flow: Flow): void;
  /** Which calls have to be asked about may be others now: see `policyFor`. */
  policyChanged?(): void;
  functionRegistered?(name: string): void;
  /** Its program said what a function takes, for the first time or otherwise than before. */
  functionSigned?(name: string, signature: Signature): void;
  /** A call began; what is decided about it comes after this. */
  callStarted?(call: Call): void;
  /** A decision was taken about a call; it is the last of `call.decisions`. */
  callDecided?(call: Call, decision: Decision): void;
  callEnded?(call: Call, outcome: CallOutcome): void;
  /** What `callEnded` told of a call is no longer all: it was decided about after it, or it ran again. */
  callChanged?(call: Call, outcome: CallOutcome): void;
}
