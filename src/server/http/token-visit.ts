/** The first visit from another machine: the URL carries the token, the browser leaves with it in a cookie. */
import { type AccessPolicy, checkHost, sameToken, TOKEN_COOKIE } from "./access.ts";

/** How long the cookie lasts, in s: a token is good for one run of a server. */
const MAX_AGE_S = 7 * 24 * 3600;

/**
 * The redirect for a visit of `/?token=TOKEN`, or null for every other request. The token leaves the address bar, so
 * that it is not shared with a link. A wrong one is left to be refused like any request without.
 */
export function tokenVisit(policy: AccessPolicy, request: Request): Response | null {
  if (policy.token === null || request.method !== "GET" || !request.url.includes("?token=")) return null;
  const url = new URL(request.url);
  if (url.pathname !== "/" || !sameToken(url.searchParams.get("token") ?? "", policy.token)) return null;
  checkHost(policy, request.headers.get("host"), "/");
  return new Response(null, {
    status: 303,
    headers: {
      location: "/",
      "set-cookie": `${TOKEN_COOKIE}=${policy.token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${MAX_AGE_S}`,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
  });
}
