/** Which servers run. */
import { recordLiveness } from "./liveness.ts";
import { type FetchLike, probeServer } from "./probe.ts";
import { type InstanceRecord, readRecords } from "./records.ts";

export interface ListOptions {
  /** Patience with each server, in ms; default 1500. They are asked at once. */
  timeoutMs?: number | undefined;
  /** Default: the global `fetch`. */
  fetch?: FetchLike | undefined;
}

/**
 * The live servers of this user, newest first. Each was asked who it is: one whose process runs is left out only when
 * somebody else has its port or nobody does (too busy to answer is alive); one that cannot be judged from here, in
 * another container, is listed only when it answers with its own id. Removes nothing.
 *
 * @example
 * for (const server of await listServers()) console.log(server.url, server.cwd);
 */
export async function listServers(options: ListOptions = {}): Promise<InstanceRecord[]> {
  const checked = await Promise.all(
    readRecords().map(async (record) => {
      const liveness = recordLiveness(record);
      if (liveness === "dead") return undefined;
      const { outcome } = await probeServer(record.url, { ...options, expectInstance: record.instance_id });
      return outcome === "ok" || (outcome === "timeout" && liveness === "alive") ? record : undefined;
    }),
  );
  return checked.filter((record) => record !== undefined);
}
