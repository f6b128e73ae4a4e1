/** Which program a view is about: the one that was chosen, else that of the newest call. Any that calls are kept of. */
import { useSyncExternalStore } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { useRemote } from "../components/use-remote.ts";
import { pagesApi } from "../pages/pages-api.ts";
import { router, useQuery } from "../router.ts";

const AGAIN_MS = 5_000;
/** More than a person looks through; a filter finds the others. */
const MOST = 200;

export function useProcessChoice() {
  const { feed } = useApp();
  const { rows } = useSyncExternalStore(feed.subscribe, feed.get);
  const processes = useSelector((state) => state.processes);
  const asked = useQuery("process");
  const names = new Map<string, string>();
  for (const call of rows) names.set(call.process_key, call.process_name);
  for (const process of processes) {
    if (names.has(process.process_key)) continue;
    names.set(process.process_key, process.program ?? process.page_url ?? `process ${process.process_pid}`);
  }
  const { data } = useRemote("recorded programs", pagesApi.recordedProcesses, AGAIN_MS);
  const recorded = (data?.processes ?? []).toSorted((a, b) => (b.last_call ?? 0) - (a.last_call ?? 0));
  for (const { process_key, process_name } of recorded.slice(0, MOST))
    if (!names.has(process_key)) names.set(process_key, process_name);
  const process =
    asked !== ""
      ? asked
      : (rows.at(-1)?.process_key ?? processes.at(-1)?.process_key ?? recorded[0]?.process_key ?? null);
  if (process !== null && !names.has(process)) names.set(process, process);
  return {
    process,
    choices: [...names].map(([key, name]) => ({ key, name })),
    choose: (key: string) => router.set({ process: key }),
  };
}
