/** What evaluations at a paused call see of it. */
import type { Beside } from "../core/repl.ts";
import type { LiveCall } from "./live-call.ts";

export const beside = ({ call }: LiveCall): Beside => ({
  args: call.args.map((value) => ({ value })),
  thisArg: call.thisArg,
});
