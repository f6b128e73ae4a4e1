/** What a web page gives to the core. Imports nothing of Node. */
import { parseServerUrl } from "../discovery/loopback-url.ts";
import { DEFAULT_SERVER_URL, PROTOCOL_VERSION, SERVICE_NAME } from "../protocol/constants.ts";
import type { HelloFrame } from "../protocol/debuggee-frames.ts";
import type { Health } from "../protocol/health.ts";
import { VERSION } from "../protocol/version.ts";
import type { Platform, VerifiedServer, WireRequest, WireResponse } from "./core/effects.ts";
import { stackScope } from "./core/stack-scope.ts";
import { encode } from "./encode/encode.ts";
import { DebugError, DebugServerError, DebugTimeoutError, messageOf } from "./errors.ts";
import { PageChannel } from "./live/page-channel.ts";
import { findRemedy, pageAddress, remedyFor } from "./refusal.ts";
import { clearTimeout, setTimeout, wallClock } from "./time.ts";
import { sha512 } from "./transports/sha512.ts";
import { syncXhr } from "./transports/xhr.ts";

/** The server writes its own address here when it serves this file. */
const SERVED_BY = "__CIDELDILL_SERVER_URL__";

const JSON_HEADERS = { "content-type": "application/json" };

/** Longest address of a page that is told. */
const LONGEST_URL = 2_000;

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
    timer = setTimeout(() => alarm && set(alarm.ring()), Math.max(0, at - wallClock()));
  };
  if (alarm) set(alarm.at);
  try {
    const init: RequestInit = body === undefined ? { method } : { method, body, headers: JSON_HEADERS };
    return await request(serverUrl + path, init, timeoutMs);
  } finally {
    clearTimeout(timer);
  }
}

/** A request that outlives the page. */
function sendLast(url: string, method: string, body: string | undefined): void {
  const init = { method, body, headers: JSON_HEADERS, credentials: "omit", keepalive: true } as const;
  fetch(url, init as RequestInit).catch(() => {});
}

const leave = (url: string, body: string): void => sendLast(`${url}/api/call/last`, "POST", body);

async function digest(text: string): Promise<string> {
  // Only in secure contexts: https, and http from this machine.
  if (!globalThis.crypto?.subtle) return sha512(text);
  const hash = await crypto.subtle.digest("SHA-512", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function browserPlatform(): Platform {
  let channel: PageChannel | null = null;
  const clientId = newClientId();
  const platform: Platform = {
    async: {
      ...{ send, digest, sleep: (ms) => new Promise((done) => setTimeout(done, ms)) },
      async locate(configured) {
        const server = await locate(configured);
        channel?.meet(server);
        return server;
      },
    },
    live(host) {
      channel = new PageChannel(platform, locate, () => helloOf(clientId, platform.identity), host, leave);
      return channel;
    },
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
        channel?.exit();
        const { url, requests } = farewell() ?? { url: "", requests: [] };
        for (const { method, path, body } of requests) {
          sendLast(url + path, method, body);
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
  return platform;
}

const newClientId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

const helloOf = (client_id: string, identity: Platform["identity"]): Omit<HelloFrame, "channel"> => ({
  ...{
    t: "hello",
    protocol: PROTOCOL_VERSION,
    client_id,
    library: `cideldill ${VERSION}`,
    runtime: "browser",
  },
  process_pid: identity.process_pid,
  process_start_time: identity.process_start_time,
  page_url: identity.page_url?.slice(0, LONGEST_URL) ?? "",
  features: ["pause_after", "change_outcome", "call_again", "mutation"],
});
