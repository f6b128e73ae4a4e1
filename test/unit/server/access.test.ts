import { describe, expect, test } from "bun:test";
import { Refusal } from "../../../src/server/engine/refusal.ts";
import {
  type AccessPolicy,
  type AccessRequest,
  checkAccess,
  isDebuggeeRoute,
  isLocalOrigin,
  isLoopbackAddress,
  ownHosts,
  preflight,
  sameToken,
} from "../../../src/server/http/access.ts";
import type { PeerUid } from "../../../src/server/http/peer-uid.ts";
import { tokenVisit } from "../../../src/server/http/token-visit.ts";

const POLICY: AccessPolicy = { port: 5174, allowedHosts: [], allowedOrigins: [], token: null };

interface Asked {
  method?: string;
  path?: string;
  host?: string | null;
  address?: string | null;
  uid?: PeerUid;
  headers?: Record<string, string>;
}

function check(asked: Asked, policy: Partial<AccessPolicy> = {}): string | null {
  const { method = "GET", path = "/api/paused", host = "localhost:5174", address = "127.0.0.1" } = asked;
  const headers = new Headers(asked.headers);
  if (host !== null) headers.set("host", host);
  const request: AccessRequest = { method, path, headers, address, peerUid: () => asked.uid ?? null };
  try {
    const origin = checkAccess({ ...POLICY, ...policy }, request);
    return origin === null ? "yes" : `yes, for ${origin}`;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe("Host", () => {
  test.each([
    ["localhost:5174", "yes"],
    ["LocalHost:5174", "yes"],
    ["127.0.0.1:5174", "yes"],
    ["[::1]:5174", "yes"],
    ["localhost", "forbidden_host"],
    ["localhost:5175", "forbidden_host"],
    ["localhost:05174", "forbidden_host"],
    ["localhost.:5174", "forbidden_host"],
    ["localhost.evil.example:5174", "forbidden_host"],
    ["localhost6:5174", "forbidden_host"],
    ["0.0.0.0:5174", "forbidden_host"],
    ["127.0.0.2:5174", "forbidden_host"],
    ["::1:5174", "forbidden_host"],
    ["localhost:5174,localhost:5174", "forbidden_host"],
    ["", "forbidden_host"],
    [null, "forbidden_host"],
  ])("%p: %s", (host, expected) => expect(check({ host })).toBe(expected));

  test("names that were allowed are ours, exactly as allowed", () => {
    const policy = { allowedHosts: ["box.local:5174", "tunnel.example"] };
    expect(check({ host: "box.local:5174" }, policy)).toBe("yes");
    expect(check({ host: "tunnel.example" }, policy)).toBe("yes");
    expect(check({ host: "box.local:80" }, policy)).toBe("forbidden_host");
    expect(check({ host: "x.tunnel.example" }, policy)).toBe("forbidden_host");
  });

  test("on port 80 the port may be left out, and nowhere else", () => {
    expect(ownHosts({ ...POLICY, port: 80 })).toContain("localhost");
    expect(ownHosts(POLICY)).not.toContain("localhost");
    expect(ownHosts({ ...POLICY, port: null })).toEqual(["localhost", "127.0.0.1", "[::1]"]);
  });
});

const LOCAL = "http://localhost:3000";
const WRITE = { "content-type": "application/json" };

describe("Origin", () => {
  test.each<[string, string, string, string]>([
    ["http://localhost:5174", "POST", "/api/behavior", "yes"],
    ["http://127.0.0.1:5174", "POST", "/api/behavior", "yes"],
    ["http://[::1]:5174", "DELETE", "/api/breakpoints/x", "yes"],
    [LOCAL, "POST", "/api/behavior", "forbidden_origin"],
    [LOCAL, "GET", "/api/paused", "forbidden_origin"],
    [LOCAL, "GET", "/", "forbidden_origin"],
    [LOCAL, "GET", "/api/live", "forbidden_origin"],
    [LOCAL, "GET", "/api/live?role=debuggee", `yes, for ${LOCAL}`],
    ["https://evil.example", "GET", "/api/live?role=debuggee", "forbidden_origin"],
    [LOCAL, "POST", "/api/breakpoints", "forbidden_origin"],
    [LOCAL, "POST", "/api/call/start", `yes, for ${LOCAL}`],
    [LOCAL, "POST", "/api/call/start/", "forbidden_origin"],
    [LOCAL, "GET", "/api/poll/abc", `yes, for ${LOCAL}`],
    [LOCAL, "GET", "/api/poll/abc/def", "forbidden_origin"],
    ["https://127.0.0.1:8443", "POST", "/api/functions", "yes, for https://127.0.0.1:8443"],
    ["null", "POST", "/api/call/start", "forbidden_origin"],
    ["http://192.168.1.5", "POST", "/api/call/start", "forbidden_origin"],
    ["http://localhost.evil.example", "POST", "/api/call/start", "forbidden_origin"],
    ["chrome-extension://abc", "POST", "/api/call/start", "forbidden_origin"],
  ])("%s %s %s: %s", (origin, method, path, expected) => {
    expect(check({ method, path, headers: { ...WRITE, origin } })).toBe(expected);
  });

  test("an allowed origin may report calls, and no more", () => {
    const policy = { allowedOrigins: ["https://staging.example"] };
    const headers = { ...WRITE, origin: "https://staging.example" };
    expect(check({ method: "POST", path: "/api/call/start", headers }, policy)).toStartWith("yes");
    expect(check({ method: "POST", path: "/api/behavior", headers }, policy)).toBe("forbidden_origin");
  });

  test("a preflight is judged by the method it asks for", () => {
    const ask = (path: string, method: string) =>
      check({ method: "OPTIONS", path, headers: { origin: LOCAL, "access-control-request-method": method } });
    expect(ask("/api/call/start", "POST")).toBe(`yes, for ${LOCAL}`);
    expect(ask("/api/call/start", "DELETE")).toBe("forbidden_origin");
    expect(ask("/api/behavior", "POST")).toBe("forbidden_origin");
    const { headers, status } = preflight(LOCAL);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(LOCAL);
    expect(headers.get("vary")).toBe("Origin");
    expect(headers.has("access-control-allow-credentials")).toBe(false);
  });

  test.each([
    ["cross-site", "no-cors", "/api/paused", "forbidden_origin"],
    ["same-site", "no-cors", "/api/poll-repl/x", "forbidden_origin"],
    ["cross-site", "no-cors", "/api/debug-client.js", "yes"],
    ["cross-site", "no-cors", "/api/health", "yes"],
    ["cross-site", "navigate", "/", "yes"],
    ["cross-site", "navigate", "/api/paused", "forbidden_origin"],
    ["cross-site", "no-cors", "/index.js", "forbidden_origin"],
    ["same-origin", "no-cors", "/index.js", "yes"],
    ["none", "navigate", "/api/paused", "yes"],
  ])("a %s %s request for %s: %s", (site, mode, path, expected) => {
    expect(check({ path, headers: { "sec-fetch-site": site, "sec-fetch-mode": mode } })).toBe(expected);
  });

  test.each([
    ["http://localhost", true],
    ["http://localhost:1", true],
    ["https://[::1]:8080", true],
    ["http://localhost:", false],
    ["http://localhost:3000/", false],
    ["http://localhost:123456", false],
    ["http://xlocalhost", false],
    ["HTTP://localhost", false],
    ["null", false],
  ])("isLocalOrigin(%p) is %p", (origin, expected) => expect(isLocalOrigin(origin)).toBe(expected));

  test("isDebuggeeRoute goes by method and whole path", () => {
    expect(isDebuggeeRoute("POST", "/api/call/complete")).toBe(true);
    expect(isDebuggeeRoute("GET", "/api/call/complete")).toBe(false);
    expect(isDebuggeeRoute("GET", "/api/functions")).toBe(false);
    expect(isDebuggeeRoute("POST", "/x/api/functions")).toBe(false);
    expect(isDebuggeeRoute("POST", "/api/functions/x")).toBe(false);
  });
});

describe("content types", () => {
  test.each([
    ["application/json", "yes"],
    ["APPLICATION/JSON", "yes"],
    [" application/json ; charset=utf-8", "yes"],
    ["application/vnd.api+json", "yes"],
    ["application/jsonp", "unsupported_media_type"],
    ["application/json-seq", "unsupported_media_type"],
    ["text/plain", "unsupported_media_type"],
    ["text/plain, application/json", "unsupported_media_type"],
    ["multipart/form-data; boundary=application/json", "unsupported_media_type"],
    ["", "unsupported_media_type"],
  ])("%p: %s", (type, expected) => {
    const headers = { "content-type": type };
    for (const method of ["POST", "PUT", "PATCH"])
      expect(check({ method, path: "/api/behavior", headers })).toBe(expected);
  });

  test("none: refused on a write, not missed on a removal", () => {
    expect(check({ method: "POST", path: "/api/behavior" })).toBe("unsupported_media_type");
    expect(check({ method: "DELETE", path: "/api/breakpoints/x" })).toBe("yes");
  });
});

describe.skipIf(process.getuid === undefined)("the other end's user", () => {
  const own = process.getuid?.() ?? 0;
  test.each<[string, PeerUid, string]>([
    ["the same", own, "yes"],
    ["root", 0, "yes"],
    ["unknown", null, "yes"],
    ["another", own + 4242, "forbidden_user"],
    ["of a closed connection", "closed", "forbidden_user"],
  ])("%s: %p: %s", (_, uid, expected) => {
    expect(check({ method: "POST", path: "/api/behavior", headers: WRITE, uid })).toBe(expected);
    expect(check({ method: "DELETE", path: "/api/breakpoints/x", uid })).toBe(expected);
  });

  test("is not asked for by a debuggee or a reader", () => {
    expect(check({ method: "POST", path: "/api/call/start", headers: WRITE, uid: own + 1 })).toBe("yes");
    expect(check({ method: "GET", path: "/api/paused", uid: own + 1 })).toBe("yes");
  });
});

describe("the token of a server that others can reach", () => {
  const policy = { token: "s3cret", allowedHosts: ["box:5174"] };
  const remote = { host: "box:5174", address: "192.168.1.9" };

  test("is asked of other machines only, and never for health", () => {
    expect(check(remote, policy)).toBe("unauthorized");
    expect(check({ ...remote, path: "/api/health" }, policy)).toBe("yes");
    expect(check({ ...remote, address: "127.0.0.1" }, policy)).toBe("yes");
    expect(check({ ...remote, address: null }, policy)).toBe("unauthorized");
  });

  test.each([
    [{ authorization: "Bearer s3cret" }, "yes"],
    [{ authorization: "bearer  s3cret" }, "yes"],
    [{ cookie: "a=b; cideldill_token=s3cret" }, "yes"],
    [{ authorization: "Bearer s3cre" }, "unauthorized"],
    [{ authorization: "Bearer s3crett" }, "unauthorized"],
    [{ authorization: "s3cret" }, "unauthorized"],
    [{ authorization: "Bearer " }, "unauthorized"],
    [{ cookie: "xcideldill_token=s3cret" }, "unauthorized"],
  ])("%j: %s", (headers, expected) => expect(check({ ...remote, headers }, policy)).toBe(expected));

  test("a strange Host is refused before the token is looked at", () => {
    const headers = { authorization: "Bearer s3cret" };
    expect(check({ ...remote, host: "evil.example:5174", headers }, policy)).toBe("forbidden_host");
  });

  test("a visit with it leaves with a cookie that scripts and other sites do not see", () => {
    const visit = (url: string, host = "box:5174") =>
      tokenVisit({ ...POLICY, ...policy }, new Request(url, { headers: { host } }));
    const response = visit("http://box:5174/?token=s3cret");
    expect(response?.status).toBe(303);
    expect(response?.headers.get("location")).toBe("/");
    expect(response?.headers.get("set-cookie")).toMatch(/^cideldill_token=s3cret; HttpOnly; SameSite=Strict/);
    expect(visit("http://box:5174/?token=wrong")).toBeNull();
    expect(visit("http://box:5174/api/paused?token=s3cret")).toBeNull();
    expect(() => visit("http://box:5174/?token=s3cret", "evil.example")).toThrow(Refusal);
  });

  test("sameToken", () => {
    expect(sameToken("a", "a")).toBe(true);
    expect(sameToken("a", "b")).toBe(false);
    expect(sameToken("", "a")).toBe(false);
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.255.0.9", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["128.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  ["::", false],
  ["0.0.0.0", false],
])("isLoopbackAddress(%p) is %p", (address, expected) => expect(isLoopbackAddress(address)).toBe(expected));
