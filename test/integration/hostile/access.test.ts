/** Case 17: who may not even ask. Every refusal comes before anything has changed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { JSON_TYPE, type RawAnswer, raw, request, WEBSOCKET } from "./support/raw.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ours = () => `Host: localhost:${server.port}`;
/** Would change the global behavior, from stop to go. */
const CHANGE = '{"behavior":"go"}';
const unchanged = () => expect(server.manager.behavior).toBe("stop");

describe("case 17: Host", () => {
  const hosts = (): [string, string[]][] => {
    const { port } = server;
    return [
      ["a rebinding name", [`Host: attacker.example:${port}`]],
      ["a name that begins like ours", [`Host: localhost.evil.example:${port}`]],
      ["a name that ends like ours", [`Host: evil-localhost:${port}`]],
      ["localhost6", [`Host: localhost6:${port}`]],
      ["a subdomain of localhost", [`Host: app.localhost:${port}`]],
      ["a trailing dot", [`Host: localhost.:${port}`]],
      ["0.0.0.0", [`Host: 0.0.0.0:${port}`]],
      ["[::]", [`Host: [::]:${port}`]],
      ["another loopback address", [`Host: 127.0.0.2:${port}`]],
      ["an address as one number", [`Host: 2130706433:${port}`]],
      ["a mapped address", [`Host: [::ffff:127.0.0.1]:${port}`]],
      ["the wrong port", ["Host: localhost:1"]],
      ["no port", ["Host: localhost"]],
      ["a padded port", [`Host: localhost:0${port}`]],
      ["user info", [`Host: localhost:${port}@evil.example`]],
      ["an empty one", ["Host:"]],
      ["two, ours first", [ours(), "Host: evil.example"]],
      ["two, ours last", ["Host: evil.example", ours()]],
      ["ours twice", [ours(), ours()]],
      ["a list", [`Host: localhost:${port}, evil.example`]],
      ["ours only in X-Forwarded-Host", ["Host: evil.example", `X-Forwarded-Host: localhost:${port}`]],
    ];
  };

  test("every strange one is refused, with a reason", async () => {
    for (const [name, headers] of hosts()) {
      const answer = await raw(server.port, request("POST /api/behavior", [...headers, JSON_TYPE], CHANGE));
      expect({ name, status: answer.status, error: answer.error }).toEqual({
        name,
        status: 403,
        error: "forbidden_host",
      });
      expect(answer.body).toContain(`localhost:${server.port}`);
    }
    unchanged();
  });

  test("none at all", async () => {
    const modern = await raw(server.port, request("POST /api/behavior", [JSON_TYPE], CHANGE));
    expect(modern.status).toBe(400);
    const old = request("POST /api/behavior", [JSON_TYPE], CHANGE).replace("HTTP/1.1", "HTTP/1.0");
    expect(await raw(server.port, old)).toMatchObject({ status: 403, error: "forbidden_host" });
    unchanged();
  });

  test("a whole URL in the request line does not speak for the Host header", async () => {
    const line = `POST http://localhost:${server.port}/api/behavior`;
    const answer = await raw(server.port, request(line, ["Host: evil.example", JSON_TYPE], CHANGE));
    expect(answer.error).toBe("forbidden_host");
    unchanged();
  });

  test("pages and reads are refused the same", async () => {
    for (const path of [
      "/",
      "/docs",
      "/openapi.json",
      "/api/paused",
      "/api/health",
      "/api/debug-client.js",
    ]) {
      const answer = await raw(server.port, request(`GET ${path}`, [`Host: evil.example:${server.port}`]));
      expect({ path, error: answer.error }).toEqual({ path, error: "forbidden_host" });
      expect(answer.head).not.toContain("ccess-Control-Allow-Origin");
    }
  });

  test("our own names are ours in any case", async () => {
    for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"]) {
      const answer = await raw(server.port, request("GET /api/health", [`Host: ${name}:${server.port}`]));
      expect({ name, status: answer.status }).toEqual({ name, status: 200 });
    }
  });
});

const FOREIGN = [
  "null",
  "http://evil.example",
  "https://192.168.1.7:5174",
  "chrome-extension://abcdefghijklmnop",
];
const OTHER_LOCAL_PORT = "http://localhost:3000";

describe("case 17: Origin", () => {
  const post = (path: string, origin: string, body: string) =>
    raw(server.port, request(`POST ${path}`, [ours(), `Origin: ${origin}`, JSON_TYPE], body));

  test("foreign pages, and pages of another local port, control nothing", async () => {
    const own = `localhost:${server.port}`;
    const strange = [
      ...FOREIGN,
      OTHER_LOCAL_PORT,
      `ftp://${own}`,
      `http://${own}.evil.example`,
      `http://x@${own}`,
      own,
    ];
    for (const origin of strange) {
      const answer = await post("/api/behavior", origin, CHANGE);
      expect({ origin, status: answer.status, error: answer.error }).toEqual({
        origin,
        status: 403,
        error: "forbidden_origin",
      });
      expect(answer.head.toLowerCase()).not.toContain("access-control-allow-origin");
    }
    unchanged();
  });

  test("they read nothing either", async () => {
    for (const path of [
      "/api/paused",
      "/api/breakpoints",
      "/api/com-errors",
      "/api/functions",
      "/openapi.json",
    ]) {
      for (const origin of [...FOREIGN, OTHER_LOCAL_PORT]) {
        const answer = await raw(server.port, request(`GET ${path}`, [ours(), `Origin: ${origin}`]));
        expect({ path, origin, error: answer.error }).toEqual({ path, origin, error: "forbidden_origin" });
      }
    }
  });

  test("a page of another local port may be a debuggee, a foreign one may not", async () => {
    const call = '{"method_name":"f","process_pid":0,"process_start_time":1}';
    const answer = await post("/api/call/start", OTHER_LOCAL_PORT, call);
    expect(answer.status).toBe(200);
    expect(answer.head.toLowerCase()).toContain(`access-control-allow-origin: ${OTHER_LOCAL_PORT}`);
    for (const origin of FOREIGN)
      expect((await post("/api/call/start", origin, call)).error).toBe("forbidden_origin");
  });

  test("a preflight promises no more than that", async () => {
    const ask = (path: string, method: string, origin: string) =>
      raw(
        server.port,
        request(`OPTIONS ${path}`, [ours(), `Origin: ${origin}`, `Access-Control-Request-Method: ${method}`]),
      );
    const debuggee = await ask("/api/call/start", "POST", OTHER_LOCAL_PORT);
    expect(debuggee.status).toBe(204);
    expect(debuggee.head.toLowerCase()).not.toContain("access-control-allow-credentials");
    for (const [path, method] of [
      ["/api/behavior", "POST"],
      ["/api/paused/x/continue", "POST"],
      ["/api/breakpoints/x", "DELETE"],
      ["/api/call/start", "DELETE"],
      ["/api/repl/x/eval", "POST"],
    ] as const)
      expect((await ask(path, method, OTHER_LOCAL_PORT)).error).toBe("forbidden_origin");
    for (const origin of FOREIGN) expect((await ask("/api/call/start", "POST", origin)).status).toBe(403);
  });

  test("requests without an Origin that a browser marks as another site's are refused", async () => {
    const get = (path: string, ...headers: string[]) =>
      raw(server.port, request(`GET ${path}`, [ours(), ...headers]));
    for (const site of ["cross-site", "same-site"]) {
      expect((await get("/api/paused", `Sec-Fetch-Site: ${site}`)).error).toBe("forbidden_origin");
      expect((await get("/api/poll-repl/x", `Sec-Fetch-Site: ${site}`)).error).toBe("forbidden_origin");
      expect((await get("/", `Sec-Fetch-Site: ${site}`, "Sec-Fetch-Mode: no-cors")).error).toBe(
        "forbidden_origin",
      );
    }
    expect((await get("/api/paused", "Sec-Fetch-Site: same-origin")).status).toBe(200);
    expect((await get("/api/paused", "Sec-Fetch-Site: none")).status).toBe(200);
  });
});

describe("a refusal", () => {
  test("can be read by the page that may ask, and is never taken for anything but JSON", async () => {
    const headers = [ours(), `Origin: ${OTHER_LOCAL_PORT}`, JSON_TYPE];
    const readable = async (answer: Promise<RawAnswer>, error: string) => {
      const { head, error: code } = await answer;
      expect(code).toBe(error);
      expect(head.toLowerCase()).toContain(`access-control-allow-origin: ${OTHER_LOCAL_PORT}`);
    };
    const start = (body: string, ...more: string[]) =>
      raw(server.port, request("POST /api/call/start", [...headers, ...more], body));
    await readable(start("{"), "invalid_json");
    await readable(start("{}"), "invalid_request");
    await readable(start("", "Content-Length: 100000000"), "payload_too_large");
    await readable(raw(server.port, request("GET /api/poll/nobody", headers)), "pause_not_found");
    for (const line of ["GET /api/nope", "GET /nope", "POST /api/behavior"]) {
      const { head } = await raw(server.port, request(line, [ours(), "Origin: null", JSON_TYPE], "{}"));
      expect(head.toLowerCase()).toContain("content-type: application/json");
      expect(head.toLowerCase()).toContain("x-content-type-options: nosniff");
    }
  });
});

describe("case 17: the event feed over a WebSocket", () => {
  const open = (origin?: string) =>
    raw(
      server.port,
      request("GET /api/live", [
        ours(),
        ...WEBSOCKET,
        ...(origin === undefined ? [] : [`Origin: ${origin}`]),
      ]),
    );

  test("is refused to foreign pages and to pages of another local port", async () => {
    for (const origin of [...FOREIGN, OTHER_LOCAL_PORT]) {
      const answer = await open(origin);
      expect({ origin, status: answer.status, error: answer.error }).toEqual({
        origin,
        status: 403,
        error: "forbidden_origin",
      });
    }
    const rebound = await raw(server.port, request("GET /api/live", ["Host: evil.example", ...WEBSOCKET]));
    expect(rebound.error).toBe("forbidden_host");
  });

  test("says what it is to who asks for it plainly", async () => {
    const answer = await raw(server.port, request("GET /api/live", [ours()]));
    expect(answer).toMatchObject({ status: 404, error: "not_found" });
    expect(answer.body).toContain("WebSocket");
  });

  test("opens for our own page, and for programs", async () => {
    expect((await open(`http://localhost:${server.port}`)).status).toBe(101);
    expect((await open()).status).toBe(101);
  });
});
