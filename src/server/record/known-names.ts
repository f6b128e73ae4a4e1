/** Names that completion offers: those that have calls. */
import type { KnownNames } from "../query/complete.ts";
import type { ReadStore } from "../store/store.ts";
import { processName } from "./names.ts";

export const knownNames = (store: ReadStore): KnownNames => ({
  functions: () => [...new Set(store.functions().values())].sort(),
  processes: () =>
    [...store.processes().values()]
      .reverse()
      .map((process) => ({ text: process.pageUrl ?? String(process.pid), detail: processName(process) })),
  sessions: () =>
    store.sessions().map(({ id, label }) => ({ text: String(id), detail: label === "" ? "a run" : label })),
});
