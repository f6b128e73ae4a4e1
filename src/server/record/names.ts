/** Names for what the store has as numbers. */
import { processName as nameOf } from "../../protocol/process-name.ts";
import { type CallReader, type ProcessInfo, STATUS, type StoredCall } from "../store/store.ts";

const STATUS_NAMES: readonly string[] = ["success", "exception", "running", "abandoned"];

/** A call that runs is `lost` when the server that kept it is over, until its program tells another its end. */
export const statusName = (store: Pick<CallReader, "isOver">, call: StoredCall): string =>
  call.status === STATUS.running && store.isOver(call.session)
    ? "lost"
    : (STATUS_NAMES[call.status] ?? call.extra?.status ?? "other");

/** Everything a process may be called in a query. */
export function processNames(process: ProcessInfo): string[] {
  const { key, pid, program, pageUrl, clientId } = process;
  return [key, String(pid), processName(process), program, pageUrl, clientId].filter(
    (name): name is string => name !== null && name !== "",
  );
}

/** A process as a person calls it: its program and pid, or the page. */
export const processName = ({ program, pid, pageUrl, runtime, clientId }: ProcessInfo): string =>
  nameOf({ program, process_pid: pid, page_url: pageUrl, runtime, client_id: clientId });
