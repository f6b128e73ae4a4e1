/** What is selected is in the address (`?call=`), and what the address says is selected. */
import { router } from "../router.ts";
import { type Change, type State, shownPause } from "./model.ts";
import type { Store } from "./store.ts";

export function followSelection(store: Store<State, Change>): void {
  const selected = () => store.get().callId ?? shownPause(store.get())?.call_data.call_id ?? null;
  const fromAddress = () => {
    const { page, query } = router.get();
    const id = query.call;
    if (page === "calls" && id && id !== selected()) store.dispatch({ type: "select_call", id });
  };
  const toAddress = () => {
    // Before the first snapshot nothing is known of what the address names.
    if (store.get().loaded && router.get().page === "calls") router.set({ call: selected() });
  };
  fromAddress();
  store.subscribe(toAddress);
  router.subscribe(() => {
    fromAddress();
    toAddress();
  });
}
