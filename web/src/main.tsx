/** The page: one store, the event feed, what is drawn of them. */
import { render } from "preact/compat";
import { api } from "./api.ts";
import { App } from "./app.tsx";
import { CallFeed } from "./calls/feed.ts";
import { AppContext } from "./components/context.ts";
import { runEffectsAtOnce } from "./components/drawing.ts";
import { fetchLater } from "./components/later.tsx";
import { connectLive } from "./live.ts";
import { evaluated } from "./repl/repl-store.ts";
import { router } from "./router.ts";
import { createActions } from "./state/actions.ts";
import { parseDrafts, serializeDrafts } from "./state/drafts.ts";
import { type Change, initialState, type Snapshot, type State } from "./state/model.ts";
import { reduce } from "./state/reducer.ts";
import { followSelection } from "./state/selection-in-address.ts";
import { createStore } from "./state/store.ts";
import { keepText, readText } from "./storage.ts";
import { applyTheme, storedTheme } from "./theme.ts";

const DRAFTS_KEY = "cideldill.drafts";
const SAVE_AFTER_MS = 200;
/** Missing several of these means that the machine slept. Hidden tabs get one a minute at worst. */
const HEARTBEAT_MS = 30_000;
/** The frame is drawn without the calls when they take longer than this to come. */
const PATIENCE_MS = 100;
/** A page that is opened out of sight goes on after this. */
const UNSEEN_MS = 1_000;
const IDLE_WITHIN_MS = 1_000;

applyTheme(storedTheme());

const drafts = parseDrafts(readText(() => sessionStorage, DRAFTS_KEY));
const store = createStore<State, Change>(reduce, { ...initialState, drafts });
const actions = createActions(store, api);
const feed = new CallFeed();
const { page, query } = router.get();
const isList = page === "calls" && !query.call;
if (isList) feed.setQuery(query.q ?? "");

/** The first picture is there: what it does not show comes after it. Nothing is drawn where nobody looks. */
const drawn = Promise.withResolvers<void>();
setTimeout(drawn.resolve, UNSEEN_MS);
// A frame that is made is not yet painted: what runs meanwhile has it come later.
new PerformanceObserver((list) => {
  if (list.getEntriesByName("first-contentful-paint").length > 0) drawn.resolve();
}).observe({ type: "paint", buffered: true });

async function fetchSnapshot(): Promise<Snapshot> {
  await drawn.promise;
  const [{ paused }, breakpoints, { behavior }, functions, rules, flow, processes] = await Promise.all([
    api.paused(),
    api.breakpoints(),
    api.behavior(),
    api.functions(),
    api.rules().catch(() => ({ rules: [] })),
    api.flow().catch(() => null),
    api.processes().catch(() => ({ processes: [] })),
  ]);
  return { paused, breakpoints, behavior, functions, ...rules, ...processes, ...(flow ? { flow } : {}) };
}

const live = connectLive<Snapshot>({
  open: (query, { onMessage, onClose }) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/live${query}`);
    socket.onmessage = (event) => onMessage(event.data);
    socket.onclose = onClose;
    return socket;
  },
  fetchSnapshot,
  onSnapshot: (snapshot, { version }) => {
    store.dispatch({ type: "snapshot", snapshot, version });
    feed.again();
  },
  onEvent: (event) => {
    if (event.type === "calls_recorded") feed.recorded(event.newest);
    else if (event.type === "repl_evaluated") evaluated(event.pause_id, event.entry);
    else store.dispatch({ type: "live", event });
    // A decision changes what the list says of a call.
    if (event.type === "pause_added" || event.type === "pause_removed") feed.recorded(0);
  },
  onStatus: (status, retryIn) => store.dispatch({ type: "status", status, retryAt: Date.now() + retryIn }),
});

// A machine that slept, or a network that changed, leaves connections that look alive.
window.addEventListener("online", live.renew);
let awake = Date.now();
setInterval(() => {
  if (Date.now() - awake > 3 * HEARTBEAT_MS) live.renew();
  awake = Date.now();
}, HEARTBEAT_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  live.retryNow();
  feed.awake();
});

followSelection(store);

let saved = store.get().drafts;
let timer: ReturnType<typeof setTimeout> | undefined;
const save = () => {
  clearTimeout(timer);
  keepText(() => sessionStorage, DRAFTS_KEY, serializeDrafts(store.get().drafts));
};
store.subscribe(() => {
  if (store.get().drafts === saved) return;
  saved = store.get().drafts;
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER_MS);
});
window.addEventListener("pagehide", save);

function draw(): void {
  const root = document.getElementById("root");
  if (!root) return;
  render(
    <AppContext value={{ store, actions, live, feed }}>
      <App />
    </AppContext>,
    root,
  );
}

if (isList) {
  // What was asked for early has mostly come by now: a frame without it would be drawn in vain.
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  void Promise.race([feed.loaded(), patience]).then(draw);
} else draw();

void drawn.promise.then(() => {
  runEffectsAtOnce();
  // Not every browser tells when it is idle.
  if ("requestIdleCallback" in window) requestIdleCallback(fetchLater, { timeout: IDLE_WITHIN_MS });
  else setTimeout(fetchLater, IDLE_WITHIN_MS / 2);
});
