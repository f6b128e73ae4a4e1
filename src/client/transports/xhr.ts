/**
 * The blocking channel of a page: synchronous XMLHttpRequest, the one way a page can wait without giving control back.
 * While it waits the page stands still, which is what was asked for; the server holds polls, so it asks seldom.
 */
import type { SyncChannel, VerifiedServer, WireRequest, WireResponse } from "../core/effects.ts";
import { DebugServerError, messageOf } from "../errors.ts";
import { stopwatch, wallClock } from "../time.ts";
import { sha512 } from "./sha512.ts";

interface XhrParts {
  /** The address to ask, given what was configured. */
  resolveUrl(configured: string | null): string;
  /** Reads `/api/health`; throws when a stranger answered. */
  verify(url: string, response: WireResponse): VerifiedServer;
  /** What to do about a server that cannot be reached. */
  remedy(url: string): string;
}

/** `null` where there is none: outside the main thread of a page, or where a policy of the page forbids it. */
export function syncXhr(parts: XhrParts): SyncChannel | null {
  if (typeof document !== "object" || typeof XMLHttpRequest !== "function" || !isAllowed()) return null;
  const ask = (url: string, method: string, body?: string): WireResponse => {
    const xhr = new XMLHttpRequest();
    try {
      xhr.open(method, url, false);
      if (body !== undefined) xhr.setRequestHeader("content-type", "application/json");
      xhr.send(body ?? null);
    } catch (error) {
      throw new DebugServerError(
        `The browser could not reach ${url}: ${messageOf(error)}. ${parts.remedy(url)}`,
      );
    }
    return { status: xhr.status, body: xhr.responseText };
  };
  return {
    locate(configured) {
      const url = parts.resolveUrl(configured);
      return parts.verify(url, ask(`${url}/api/health`, "GET"));
    },
    send(serverUrl, { method, path, body, alarm }: WireRequest) {
      const answer = ask(serverUrl + path, method, body);
      // Nothing can ring while the page stands still: it is made up for afterwards.
      if (alarm && wallClock() >= alarm.at) alarm.ring();
      return answer;
    },
    sleep(ms) {
      // There is no other way to wait without giving control back. It is rare and short: polls are held by the server.
      const until = stopwatch() + ms;
      while (stopwatch() < until);
    },
    digest: sha512,
  };
}

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Permissions-Policy/sync-xhr */
function isAllowed(): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
  try {
    return featurePolicy?.allowsFeature("sync-xhr") !== false;
  } catch {
    return true;
  }
}
