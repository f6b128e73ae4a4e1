/** Which program a view is about: the one that was chosen, else that of the newest call. */
import { useSyncExternalStore } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { router, useQuery } from "../router.ts";

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
  const process = asked !== "" ? asked : (rows.at(-1)?.process_key ?? processes.at(-1)?.process_key ?? null);
  if (process !== null && !names.has(process)) names.set(process, process);
  return {
    process,
    choices: [...names].map(([key, name]) => ({ key, name })),
    choose: (key: string) => router.set({ process: key }),
  };
}
