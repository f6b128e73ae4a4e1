/** Runs every case on whatever platform this is, and gives the outcome of each. Bundled for Node and for pages. */
import type * as Library from "../../../src/client/index.ts";
import { CASES } from "../cases.ts";
import { Desk } from "./desk.ts";

/** `null` for a case that held, else what was wrong. */
export type Outcomes = Record<string, string | null>;

export async function runCases(
  lib: typeof Library,
  deskUrl: string,
  serverUrl: string,
  platform: string,
): Promise<Outcomes> {
  const desk = new Desk(deskUrl, serverUrl, platform);
  lib.configureDebug({ serverUrl });
  lib.withDebug("ON");
  // A page looks for the server while it goes on.
  for (let wait = 0; wait < 100 && lib.getDebugInfo().connectionStatus !== "connected"; wait++) {
    await new Promise((done) => setTimeout(done, 20));
  }
  const outcomes: Outcomes = {};
  for (const { name, run } of CASES) {
    try {
      await run({ lib, desk });
      outcomes[name] = null;
    } catch (error) {
      outcomes[name] = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
  return outcomes;
}
