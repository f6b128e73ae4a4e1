/** Addresses: of the places of the page, and of what the server answers. Plain functions of text. */
import { PAGES } from "../../src/protocol/constants.ts";

export type PageName = (typeof PAGES)[number];

/** What stands behind the question mark. Absent and empty are the same. */
export type Query = Readonly<Record<string, string>>;

export interface Route {
  readonly page: PageName;
  readonly query: Query;
}

const isPage = (name: string): name is PageName => PAGES.some((page) => page === name);

export function parseRoute(pathname: string, search: string): Route {
  const name = pathname.replace(/^\/+|\/+$/g, "");
  return {
    page: isPage(name) ? name : "calls",
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

export type Values = Readonly<Record<string, string | number | null | undefined>>;

/** A path with what is there behind the question mark. */
export function pathOf(path: string, values: Values = {}): string {
  const filled = Object.entries(values).filter((entry) => entry[1] != null && entry[1] !== "");
  const search = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** The address of a place, from the root on. */
export const hrefOf = (page: PageName, query: Values = {}): string =>
  pathOf(`/${page === "calls" ? "" : page}`, query);

/** Calls that are fetched at once. */
export const CALLS_AT_ONCE = 200;

/** Where the newest calls are that match a filter. */
export const firstCalls = (q: string): string =>
  pathOf("/api/calls", { q, order: "newest", limit: CALLS_AT_ONCE });
