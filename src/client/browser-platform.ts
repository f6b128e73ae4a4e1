/** What a web page gives to the core. Imports nothing of Node. */
import { parseServerUrl } from "../discovery/loopback-url.ts";
import { DEFAULT_SERVER_URL, SERVICE_NAME } from "../protocol/constants.ts";
import type { Health } from "../protocol/health.ts";
import type { Platform, VerifiedServer, WireRequest, WireResponse } from "./core/effects.ts";
import { stackScope } from "./core/stack-scope.ts";
import { encode } from "./encode/encode.ts";
import { DebugError, DebugServerError, DebugTimeoutError, messageOf } from "./errors.ts";
import { findRemedy, pageAddress, remedyFor } from "./refusal.ts";
import { sha512 } from "./transports/sha512.ts";
import { syncXhr } from "./transports/xhr.ts";

/** The server writes its own address here when it serves this file. */
const SERVED_BY = "__CIDELDILL_SERVER_URL__";

const JSON_HEADERS = { "content-type": "application/json" };

const LOCATE_TIMEOUT_MS = 3_000;

/** Configured, else set by the page, else whoever served this file, else the usual port. */
function resolveServerUrl(configured: string | null): string {
  const fromPage = (globalThis as { __CIDELDILL_URL__?: unknown }).__CIDELDILL_URL__;
  const named = configured ?? (typeof fromPage === "string" && fromPage !== "" ? fromPage : null);
  return (named ?? (SERVED_BY.startsWith("http") ? SERVED_BY : DEFAULT_SERVER_URL)).replace(/\/+$/, "");
}

const knownRemedy = (url: string): string => remedyFor(url, pageAddress(), null);

async function request(
  url: string,
  init: RequestInit,
  timeoutMs: number,
  remedy: (url: string) => string | Promise<string> = knownRemedy,
): Promise<WireResponse> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // No cookies, no redirects: what is sent here holds the values of a running program.
    const answer = await fetch(url, {
      ...init,
      signal,
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
    });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    if (signal.aborted) throw new DebugTimeoutError(`${url} gave no answer for ${timeoutMs} ms.`);
    throw new DebugServerError(
      `The browser could not reach ${url}: ${messageOf(error)}. ${await remedy(url)}`,
    );
  }
}

async function locate(configured: string | null): Promise<VerifiedServer> {
  const url = resolveServerUrl(configured);
  return verify(url, await request(`${url}/api/health`, {}, LOCATE_TIMEOUT_MS, findRemedy));
}

function verify(url: string, { status, body }: WireResponse): VerifiedServer {
  const health = parseHealth(body);
  if (status !== 200 || !health) {
    throw new DebugServerError(
      `What answers at ${url} is not a breakpoint server (status ${status}): nothing was sent to it. ` +
        "Start one, or give its address: configureDebug({ serverUrl }).",
    );
  }
  return { url, instanceId: health.instance_id };
}

function parseHealth(text: string): Health | null {
  try {
    const health = JSON.parse(text) as Health | null;
    return health?.service === SERVICE_NAME && typeof health.instance_id === "string" ? health : null;
  } catch {
    return null;
  }
}

async function send(serverUrl: string, wanted: WireRequest): Promise<WireResponse> {
  const { method, path, body, timeoutMs, alarm } = wanted;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (at: number): void => {
    timer = setTimeout(() => alarm && set(alarm.ring()), Math.max(0, at - Date.now()));
  };
  if (alarm) set(alarm.at);
  try {
    const init: RequestInit = body === undefined ? { method } : { method, body, headers: JSON_HEADERS };
    return await request(serverUrl + path, init, timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

async function digest(text: string): Promise<string> {
  // Only in secure contexts: https, and http from this machine.
  if (!globalThis.crypto?.subtle) return sha512(text);
  const hash = await crypto.subtle.digest("SHA-512", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function browserPlatform(): Platform {
  return {
    async: { locate, send, digest, sleep: (ms) => new Promise((done) => setTimeout(done, ms)) },
    connects: "soon",
    sync: syncXhr({ resolveUrl: resolveServerUrl, verify, remedy: knownRemedy }),
    scope: stackScope(),
    identity: {
      process_pid: 0,
      process_start_time: performance.timeOrigin / 1000,
      // Read with each call: a page may navigate without being loaded again.
      get page_url() {
        return String(globalThis.location?.href ?? "");
      },
    },
    atExit(farewell) {
      globalThis.addEventListener?.("pagehide", (event) => {
        // A page that may come back goes on with its calls then.
        if ((event as PageTransitionEvent).persisted) return;
        const { url, requests } = farewell() ?? { url: "", requests: [] };
        for (const { method, path, body } of requests) {
          const init = { method, body, headers: JSON_HEADERS, credentials: "omit", keepalive: true } as const;
          fetch(url + path, init as RequestInit).catch(() => {});
        }
      });
    },
    environment() {
      const { __CIDELDILL__: text } = globalThis as { __CIDELDILL__?: unknown };
      return typeof text === "string" ? text : undefined;
    },
    checkServerUrl(url) {
      try {
        parseServerUrl(url, "configureDebug({ serverUrl })");
      } catch (error) {
        throw new DebugError(messageOf(error));
      }
    },
    // A page cannot tell a Proxy from its target; the encoder survives the traps of one.
    isProxy: () => false,
    inspect: (value) => (typeof value === "string" ? JSON.stringify(value) : encode(value)),
    log: (line) => console.info(line),
    warn: (line) => console.warn(line),
  };
}
