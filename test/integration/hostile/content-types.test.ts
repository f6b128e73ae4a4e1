/** Case 17: what may be sent, and by which method. Every refusal comes before anything has changed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { raw, request } from "./support/raw.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ours = () => `Host: localhost:${server.port}`;
/** Would change the global behavior, from stop to go. */
const CHANGE = '{"behavior":"go"}';
const unchanged = () => expect(server.manager.behavior).toBe("stop");

describe("case 17: content types", () => {
  const types: readonly (readonly string[])[] = [
    ["Content-Type: text/plain"],
    ["Content-Type: application/x-www-form-urlencoded"],
    ["Content-Type: multipart/form-data; boundary=x"],
    ["Content-Type: application/jsonp"],
    ["Content-Type: text/plain; application/json"],
    ["Content-Type:"],
    [],
    ["Content-Type: text/plain", "Content-Type: application/json"],
  ];

  test("what a page can send without asking is refused on every write", async () => {
    const paths = [
      "/api/behavior",
      "/api/call/start",
      "/api/paused/x/continue",
      "/api/repl/x/close",
      "/api/breakpoints",
    ];
    for (const path of paths) {
      for (const type of types) {
        const answer = await raw(server.port, request(`POST ${path}`, [ours(), ...type], CHANGE));
        expect({ path, type, status: answer.status, error: answer.error }).toEqual({
          path,
          type,
          status: 415,
          error: "unsupported_media_type",
        });
      }
    }
    unchanged();
  });

  test("JSON with parameters is JSON", async () => {
    const type = "content-type: Application/JSON; charset=utf-8";
    expect(
      (await raw(server.port, request("POST /api/behavior", [ours(), type], '{"behavior":"stop"}'))).status,
    ).toBe(200);
  });
});

test("case 17: GET changes nothing", async () => {
  server.manager.addBreakpoint("kept", { behavior: "go" });
  const call = await fetch(`${server.url}/api/call/start`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"method_name":"paused_one","process_pid":0,"process_start_time":1}',
  });
  expect(call.status).toBe(200);
  const before = JSON.stringify([
    server.manager.breakpoints(),
    server.manager.behavior,
    server.manager.paused().length,
  ]);
  for (const path of [
    "/api/behavior?behavior=go",
    "/api/breakpoints?function_name=x",
    "/api/breakpoints/kept?_method=DELETE",
    "/api/breakpoints/kept/behavior?behavior=stop",
    "/api/paused/x/continue",
    "/api/repl/start?pause_id=x",
  ]) {
    await raw(server.port, request(`GET ${path}`, [ours(), "X-HTTP-Method-Override: DELETE"]));
  }
  expect(
    JSON.stringify([server.manager.breakpoints(), server.manager.behavior, server.manager.paused().length]),
  ).toBe(before);
});
