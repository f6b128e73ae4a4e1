/** What the server says about itself: health, the API's description, the script for browsers. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Fields, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

test("health names the service, its version and this run of it", async () => {
  const { body, headers } = await client.get("/api/health");
  expect(body).toEqual({
    service: "cideldill",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    protocol_version: 1,
    instance_id: server.record.instance_id,
    pid: process.pid,
    started_at: expect.any(Number),
  });
  expect(headers.get("cache-control")).toBe("no-store");
});

interface Operation {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Fields }> };
  responses: Record<string, { description?: string; content?: Record<string, { schema: Fields }> }>;
  operationId: string;
}
interface Description {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
}

/** Every route of the contract, with a field that its request and its answer must describe. */
const ROUTES: readonly [method: string, path: string, asks: string | null, answers: string | null][] = [
  ["post", "/api/call/start", "preferred_format", "call_id"],
  ["get", "/api/poll/{id}", null, "status"],
  ["get", "/api/poll-repl/{id}", null, "eval_id"],
  ["post", "/api/call/repl-result", "result_cid", "status"],
  ["post", "/api/call/complete", "exception_data", "status"],
  ["post", "/api/call/event", "pretty_kwargs", "status"],
  ["get", "/api/functions", null, "function_signatures"],
  ["post", "/api/functions", "function_metadata", "signature"],
  ["get", "/api/breakpoints", null, "breakpoint_after_behaviors"],
  ["post", "/api/breakpoints", "timestamp", "function_name"],
  ["delete", "/api/breakpoints/{name}", null, "status"],
  ["post", "/api/breakpoints/{name}/behavior", "behavior", "status"],
  ["post", "/api/breakpoints/{name}/after_behavior", "behavior", "status"],
  ["post", "/api/breakpoints/{name}/replacement", "replacement_function", "status"],
  ["get", "/api/breakpoints/{name}/history", null, "history"],
  ["get", "/api/behavior", null, "behavior"],
  ["post", "/api/behavior", "behavior", "behavior"],
  ["get", "/api/paused", null, "paused"],
  ["post", "/api/paused/{id}/continue", "modified_args", "pause_id"],
  ["post", "/api/repl/start", "pause_id", "session_id"],
  ["post", "/api/repl/{session}/eval", "expr", "is_error"],
  ["post", "/api/repl/{session}/close", null, "status"],
  ["get", "/api/repl/sessions", null, "sessions"],
  ["get", "/api/repl/{session}", null, "session"],
  ["post", "/api/report-com-error", null, "status"],
  ["get", "/api/com-errors", null, "errors"],
  ["get", "/api/health", null, "instance_id"],
];

/** The property names anywhere in a schema. */
function properties(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === "properties" ? Object.keys(value as object) : []),
    ...properties(value),
  ]);
}

describe("the API's description", () => {
  let description: Description;
  beforeAll(async () => {
    description = (await client.get("/openapi.json")).body as never;
  });
  const operations = () =>
    Object.entries(description.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );

  test("is the same under both addresses", async () => {
    expect((await client.get("/api/openapi.json")).body).toEqual(description as never);
    expect(description.openapi).toMatch(/^3\.1\./);
    expect(description.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  });

  test.each(ROUTES.map((route) => [...route] as const))(
    "%s %s is in it, typed",
    (method, path, asks, answers) => {
      const operation = description.paths[path]?.[method];
      expect(operation).toBeDefined();
      if (asks !== null) {
        expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(["application/json"]);
        expect(properties(operation?.requestBody?.content["application/json"])).toContain(asks);
      }
      const ok = operation?.responses[200]?.content?.["application/json"]?.schema;
      if (answers !== null) expect(properties(ok)).toContain(answers);
      const refusals = Object.keys(operation?.responses ?? {}).filter((status) => status >= "400");
      for (const status of refusals) {
        const schema = operation?.responses[status]?.content?.["application/json"]?.schema;
        expect(schema?.required).toEqual(["error", "message"]);
      }
      if (asks !== null) expect(refusals).toContain("400");
    },
  );

  test("has only methods that exist, answers with a description, and every parameter of a path", () => {
    expect(operations().length).toBeGreaterThan(25);
    for (const { path, method, operation } of operations()) {
      expect(["get", "post", "patch", "delete"]).toContain(method);
      expect(operation.summary).toBeString();
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const response of Object.values(operation.responses)) expect(response.description).toBeString();
      const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      expect(named.map(({ name }) => name)).toEqual(inPath);
      expect(named.every(({ required }) => required)).toBe(true);
    }
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("lists nothing that the server does not answer", async () => {
    for (const { path, method } of operations()) {
      if (["/api/live", "/api/debug-client.js", "/api/demo"].includes(path)) continue;
      const real = path.replace(/\{\w+\}/g, "unknown");
      const { body } = await client.send(method.toUpperCase(), real, method === "post" ? {} : undefined);
      // A file of no calls is empty.
      expect(["not_found", "method_not_allowed", "internal_error"]).not.toContain(String(body?.error));
    }
  });
});

describe("unknown routes and methods", () => {
  test.each([
    ["GET", "/api/nope", 404, "not_found"],
    ["POST", "/api/nope", 404, "not_found"],
    ["DELETE", "/api", 404, "not_found"],
    ["GET", "/nope.html", 404, "not_found"],
    ["POST", "/", 404, "not_found"],
    ["GET", "/api/call/start", 405, "method_not_allowed"],
    ["PUT", "/api/behavior", 405, "method_not_allowed"],
    ["PATCH", "/api/breakpoints/x", 405, "method_not_allowed"],
    ["POST", "/api/health", 405, "method_not_allowed"],
    ["DELETE", "/api/paused", 405, "method_not_allowed"],
  ])("%s %s: %d %s", async (method, path, status, error) => {
    const answer = await client.send(method, path, method === "GET" ? undefined : {});
    expect(answer).toMatchObject({ status, body: { error, message: expect.stringContaining(path) } });
    expect(answer.headers.get("content-type")).toContain("application/json");
  });
});

test.each([
  ["/api/pausd", "/api/paused"],
  ["/api/function", "/api/functions"],
  ["/paused", "/api/paused"],
  ["/breakpoint", "/breakpoints"],
  ["/api/nope", undefined],
])("%s: %p may be meant", async (path, meant) => {
  const { body } = await client.send("GET", path);
  const said = /did you mean ([^?]+)\?/.exec(String(body?.message))?.[1];
  expect(said).toBe(meant);
});

const PAGE = join(import.meta.dir, "../../../web/dist/index.html");

test.skipIf(!existsSync(PAGE))("pages are found by what people call them", async () => {
  const places = await Promise.all(
    ["/calls?q=fn:charge", "/programs", "/programs/", "/rules"].map(async (path) => {
      const { status, headers } = await fetch(server.url + path, { redirect: "manual" });
      return [status, headers.get("location")];
    }),
  );
  expect(places).toEqual([
    [302, "/?q=fn:charge"],
    [302, "/processes"],
    [302, "/processes"],
    [302, "/breakpoints"],
  ]);
  expect((await fetch(`${server.url}/programs`)).headers.get("content-type")).toContain("text/html");
});

const SCRIPT = join(import.meta.dir, "../../../web/dist/debug-client.js");

test.skipIf(!existsSync(SCRIPT))("the browser client has this server's address in it", async () => {
  const origin = "http://localhost:3000";
  for (const host of ["localhost", "127.0.0.1"]) {
    const response = await fetch(`http://${host}:${server.port}/api/debug-client.js`, {
      headers: { origin },
    });
    const script = await response.text();
    expect(response.headers.get("content-type")).toContain("text/javascript");
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    expect(script).toContain(`http://${host}:${server.port}`);
    expect(script).not.toContain("__CIDELDILL_SERVER_URL__");
  }
});
