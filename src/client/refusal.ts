/**
 * Why a browser may have kept a page from the server. It never says so itself: a refused request, a server that is not
 * there and a wrong address all look alike to the page. What can be told is told from the page's own address.
 */
import { isLoopbackHost } from "../discovery/loopback-url.ts";

const PROBE_TIMEOUT_MS = 2_000;

export interface PageAddress {
  protocol: string;
  hostname: string;
  origin: string;
}

/** Where this script runs; in tests and workers there may be nothing of the kind. */
export const pageAddress = (): PageAddress =>
  globalThis.location ?? { protocol: "", hostname: "", origin: "" };

/** The remedy, as far as the two addresses tell. `isThere` when it is known that something answers. */
export function remedyFor(url: string, page: PageAddress, isThere: boolean | null): string {
  const { protocol, hostname, origin } = page;
  const allow = `start the server with: cideldill --allow-origin ${origin}`;
  if (protocol === "file:" || origin === "null") {
    return "A page opened from a file has no origin that could be allowed: serve it, for example at http://localhost:3000.";
  }
  if (isThere) {
    return `Something answers there, but the browser keeps its answers from pages of ${origin} (CORS): ${allow}`;
  }
  if (protocol === "https:" && url.startsWith("http:")) {
    return (
      "A secure page may be kept from plain-http addresses (mixed content): open the page over http://localhost, or in a " +
      `browser that lets https pages reach this machine; and ${allow}`
    );
  }
  if (hostname !== "" && !isLoopbackHost(hostname)) {
    return (
      "A page of another machine needs your permission to reach this one (local network access): allow it in the site's " +
      `settings, beside the address, and ${allow}`
    );
  }
  return 'Is the server running? Start it with "cideldill". A Content-Security-Policy of the page has to allow it in connect-src.';
}

/** The same, after asking whether anything answers there: a request whose answer nobody may read needs no permission. */
export async function findRemedy(url: string): Promise<string> {
  const page = pageAddress();
  return remedyFor(url, page, page.origin === "" ? null : await answers(url));
}

async function answers(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    await fetch(url, { mode: "no-cors", credentials: "omit", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}
