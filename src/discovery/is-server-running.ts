/** Whether a server that is known by its id still runs, as far as this user's records tell. */
import { recordLiveness } from "./liveness.ts";
import { readRecords } from "./records.ts";

/**
 * False for one that has no record, or whose record outlived it; true where only asking could tell.
 *
 * @example
 * isServerRunning(session.instanceId);
 */
export const isServerRunning = (instanceId: string): boolean =>
  readRecords().some((record) => record.instance_id === instanceId && recordLiveness(record) !== "dead");
