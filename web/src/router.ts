/**
 * Where the page is: which of its pages, and what of it (filter, selection, view) is in the address, so that a view can
 * be shared, bookmarked and gone back to. One level of path only: the server answers each of these with the same page.
 */
import { useSyncExternalStore } from "preact/compat";
import { hrefOf, type PageName, parseRoute, type Route } from "./place.ts";

const listeners = new Set<() => void>();
let current = parseRoute(location.pathname, location.search);

/** Browsers take some hundred changes of the address in half a minute; a key that is held makes more. */
const WRITE_MS = 100;
let written = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function arrive(href: string): void {
  const at = new URL(href, location.origin);
  current = parseRoute(at.pathname, at.search);
  for (const listener of listeners) listener();
}

const currentHref = () => hrefOf(current.page, current.query);

/** Writes what holds into the address. */
function write(): void {
  clearTimeout(timer);
  timer = undefined;
  const href = currentHref();
  if (href === location.pathname + location.search) return;
  written = performance.now();
  history.replaceState(null, "", href);
}

window.addEventListener("popstate", () => {
  clearTimeout(timer);
  timer = undefined;
  arrive(location.href);
});
window.addEventListener("pagehide", () => timer !== undefined && write());

function push(href: string): void {
  // What Back leads to is what held until now.
  if (timer !== undefined) write();
  history.pushState(null, "", href);
  arrive(href);
}

export const router = {
  get: (): Route => current,

  /** Goes somewhere; Back leads here again. */
  go(page: PageName, query: Readonly<Record<string, string | null | undefined>> = {}): void {
    const href = hrefOf(page, query);
    if (href !== currentHref()) push(href);
  },

  /** Changes what the address says of this place: null takes a part away. */
  set(change: Readonly<Record<string, string | null>>, how: "replace" | "push" = "replace"): void {
    const href = hrefOf(current.page, { ...current.query, ...change });
    if (href === currentHref()) return;
    if (how === "push") push(href);
    else {
      arrive(href);
      timer ??= setTimeout(write, Math.max(0, written + WRITE_MS - performance.now()));
    }
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export const useRoute = (): Route => useSyncExternalStore(router.subscribe, router.get);

/** One part of the address; empty when it is not there. */
export const useQuery = (name: string): string =>
  useSyncExternalStore(router.subscribe, () => current.query[name] ?? "");
