import type { EngineAction, FinalAction } from "../../protocol/actions.ts";

/** What the engine decided, for a client of the contract. It never decides for one what only a live channel carries. */
export const overHttp = (action: EngineAction | null): FinalAction =>
  action === null || action.action === "call_again" ? { action: "continue" } : action;
