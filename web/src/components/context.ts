/** How components reach the store, the actions and the feed. */
import { createContext, use, useSyncExternalStore } from "preact/compat";
import type { CallFeed } from "../calls/feed.ts";
import type { Live } from "../live.ts";
import type { Actions } from "../state/actions.ts";
import type { Change, State } from "../state/model.ts";
import type { Store } from "../state/store.ts";

export interface AppTools {
  readonly store: Store<State, Change>;
  readonly actions: Actions;
  readonly live: Live;
  readonly feed: CallFeed;
}

export const AppContext = createContext<AppTools | null>(null);

export function useApp(): AppTools {
  const tools = use(AppContext);
  if (!tools) throw new Error("A component is used outside the page");
  return tools;
}

/** A part of the state. The selector must answer the same reference for the same state. */
export function useSelector<T>(select: (state: State) => T): T {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
