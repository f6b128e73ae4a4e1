/** Finding the server from a client: discovery's verified search, with its failures as ours. */
import { DiscoveryError, findServer } from "../../discovery/index.ts";
import type { VerifiedServer } from "../core/effects.ts";
import { DebugServerError } from "../errors.ts";

/** Finds a server that says it is one. Rejects with a `DebugServerError` that lists what was tried. */
export async function findVerified(
  serverUrl: string | null,
  env: Record<string, string | undefined>,
): Promise<VerifiedServer> {
  try {
    const found = await findServer({ env, ...(serverUrl === null ? {} : { serverUrl }) });
    return { url: found.url, instanceId: found.health.instance_id };
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    throw new DebugServerError(error.message, { cause: error });
  }
}
