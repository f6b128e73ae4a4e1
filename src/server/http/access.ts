/**
 * Who may ask for what. Decided from the request line and headers alone, before a body is read or a state changed.
 *
 * The threats, all reachable from a web page the person has open: DNS rebinding (a name of the attacker's resolves to
 * 127.0.0.1, so the `Host` is theirs), cross-site requests (the `Origin` is theirs), and the "simple" requests a page
 * can send without asking first (form and text bodies). A debuggee may be a page of another local port, hence two
 * kinds of route: those a debuggee uses answer to local origins, those that control answer only to our own pages.
 */
import { Refusal } from "../engine/refusal.ts";
import type { PeerUid } from "./peer-uid.ts";

export interface AccessPolicy {
  /** The port we listen on; null before that, and in tests that call the app directly. */
  port: number | null;
  /** Further `Host` names, lower case, from --allow-host: what a tunnel or a container calls us. */
  allowedHosts: readonly string[];
  /** Further origins of debuggee pages, from --allow-origin. */
  allowedOrigins: readonly string[];
  /** Required of everyone who is not on this machine; null when only this machine can connect. */
  token: string | null;
}

export interface AccessRequest {
  method: string;
  path: string;
  headers: Headers;
  /** Address of the peer, null when unknown. */
  address: string | null;
  /** The user at the other end of a local connection. Asked only when needed. */
  peerUid: () => PeerUid;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** What a debuggee asks for, per method. Everything else under /api controls. */
const DEBUGGEE_ROUTES: readonly [method: string, path: RegExp][] = [
  ["GET", /^\/api\/(health|debug-client\.js|poll\/[^/]+|poll-repl\/[^/]+|live\?role=debuggee)$/],
  ["POST", /^\/api\/(call\/(start|complete|event|last|repl-result)|functions|report-com-error)$/],
];

/** A debuggee's page of another local port may ask for this route. */
export function isDebuggeeRoute(method: string, path: string): boolean {
  return DEBUGGEE_ROUTES.some(([verb, pattern]) => verb === method && pattern.test(path));
}

/** Another user could report a call that names a file of ours, and would then read it here. */
const readsFiles = (path: string): boolean => /^\/api\/calls\/[^/]*\/source(\/|$)/.test(path);

/** Refuses what must not go on; returns the origin to name in CORS headers, or null for a request that needs none. */
export function checkAccess(policy: AccessPolicy, request: AccessRequest): string | null {
  const { method, path, headers } = request;
  checkHost(policy, headers.get("host"), path);
  checkToken(policy, request);
  const origin = checkOrigin(policy, method, path, headers);
  if (method === "POST" || method === "PUT" || method === "PATCH")
    checkContentType(headers.get("content-type"));
  const onlyReads = method === "GET" || method === "HEAD" || method === "OPTIONS";
  // A channel stays open and is told what others decide: it is for programs of the same user.
  const staysOpen = path === "/api/live?role=debuggee";
  if (staysOpen || readsFiles(path) || (!onlyReads && !isDebuggeeRoute(method, path)))
    checkUser(request.peerUid());
  return origin;
}

/** `Host` names that are ours: loopback names with our port, what was allowed, nothing else. */
export function ownHosts(policy: AccessPolicy): string[] {
  const names =
    policy.port === null ? LOOPBACK_NAMES : LOOPBACK_NAMES.map((name) => `${name}:${policy.port}`);
  return [...(policy.port === 80 ? LOOPBACK_NAMES : []), ...names, ...policy.allowedHosts];
}

/** A name that was allowed without a port is ours with any: what a tunnel or a container maps us to is not ours to know. */
const isOwnHost = (policy: AccessPolicy, host: string): boolean =>
  ownHosts(policy).includes(host) || policy.allowedHosts.includes(host.replace(/:\d{1,5}$/, ""));

export function checkHost(policy: AccessPolicy, host: string | null, path: string): void {
  if (host !== null && isOwnHost(policy, host.toLowerCase())) return;
  throw new Refusal(
    "forbidden_host",
    `The Host header ${JSON.stringify(host)} is not one of ours (asked for ${JSON.stringify(path)}). Use ${ownHosts(policy)[0]}, or start the server with --allow-host ${host === null ? "NAME" : JSON.stringify(host)}.`,
  );
}

function checkOrigin(policy: AccessPolicy, method: string, path: string, headers: Headers): string | null {
  const origin = headers.get("origin");
  if (origin === null) {
    checkFetchSite(method, path, headers);
    return null;
  }
  if (isOwnOrigin(policy, origin)) return null;
  const asked = method === "OPTIONS" ? (headers.get("access-control-request-method") ?? "") : method;
  if (isDebuggeeRoute(asked, path)) {
    if (isLocalOrigin(origin) || policy.allowedOrigins.includes(origin)) return origin;
    throw new Refusal(
      "forbidden_origin",
      `Pages of ${JSON.stringify(origin)} may not report calls here: only those served from this machine may. Start the server with --allow-origin ${JSON.stringify(origin)} to allow them.`,
    );
  }
  throw new Refusal(
    "forbidden_origin",
    `Pages of ${JSON.stringify(origin)} may not use ${method} ${path}: only the server's own page may. Open http://${ownHosts(policy)[0]}/ instead.`,
  );
}

/**
 * Browsers leave `Origin` out of plain GETs (images, scripts), yet say whose page asked in `Sec-Fetch-Site`
 * (https://www.w3.org/TR/fetch-metadata/). A person following a link is welcome; a foreign page's subresource is not,
 * but for the client script that pages of other local ports load.
 */
function checkFetchSite(method: string, path: string, headers: Headers): void {
  const site = headers.get("sec-fetch-site");
  if (site === null || site === "same-origin" || site === "none") return;
  if (path === "/api/debug-client.js" || path === "/api/health") return;
  if (!path.startsWith("/api/") && headers.get("sec-fetch-mode") === "navigate") return;
  throw new Refusal(
    "forbidden_origin",
    `A page of another site may not load ${method} ${path}. Open the address itself, or use the API from a program.`,
  );
}

function isOwnOrigin(policy: AccessPolicy, origin: string): boolean {
  const host = /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
  return host !== undefined && isOwnHost(policy, host);
}

/** A page served by this machine under a loopback name, on any port: http://localhost:3000. */
export function isLocalOrigin(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(origin);
}

function checkToken(policy: AccessPolicy, request: AccessRequest): void {
  if (policy.token === null || request.path === "/api/health") return;
  if (request.address !== null && isLoopbackAddress(request.address)) return;
  if (tokensOf(request.headers).some((token) => sameToken(token, policy.token ?? ""))) return;
  throw new Refusal(
    "unauthorized",
    "This server is open to other machines, so they must send its token: open the URL that the server printed, or send the header Authorization: Bearer TOKEN.",
  );
}

/** 127.0.0.0/8, ::1, and IPv4 mapped into IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

/** Name of the cookie that carries the token after the first visit. */
export const TOKEN_COOKIE = "cideldill_token";

function tokensOf(headers: Headers): string[] {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  const cookie = new RegExp(`(?:^|;\\s*)${TOKEN_COOKIE}=([^;]+)`).exec(headers.get("cookie") ?? "")?.[1];
  return [bearer, cookie].filter((token) => token !== undefined);
}

/** Compares hashes of both, all of their bytes, so that the answer's delay tells nothing of the token. */
export function sameToken(left: string, right: string): boolean {
  const hash = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest();
  const [a, b] = [hash(left), hash(right)];
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0;
}

/** On a machine of many users, only the one who started the server (and root) may release calls or evaluate code. */
function checkUser(peerUid: PeerUid): void {
  const ownUid = process.getuid?.();
  if (peerUid === null || ownUid === undefined || peerUid === ownUid || peerUid === 0) return;
  if (peerUid === "closed") {
    throw new Refusal(
      "forbidden_user",
      "The connection was closed before it could be told which user it belongs to. Keep it open until the answer.",
    );
  }
  throw new Refusal(
    "forbidden_user",
    `The user with id ${peerUid} may not control the server of the user with id ${ownUid}. Start a server of your own.`,
  );
}

function checkContentType(contentType: string | null): void {
  if (contentType !== null && /^application\/(?:[\w.+-]+\+)?json\s*(;|$)/i.test(contentType.trim())) return;
  throw new Refusal(
    "unsupported_media_type",
    `The body must be sent as application/json, not as ${contentType === null ? "a body without a Content-Type" : JSON.stringify(contentType)}. Add the header Content-Type: application/json.`,
  );
}

/** Headers that let a debuggee's page read the answer (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export function corsHeaders(origin: string): Record<string, string> {
  return { "access-control-allow-origin": origin, vary: "Origin" };
}

/** The answer to a browser that asks whether a debuggee's page may send what it is about to send. */
export function preflight(origin: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders(origin),
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "content-type",
      "access-control-allow-private-network": "true",
      "access-control-max-age": "600",
    },
  });
}
