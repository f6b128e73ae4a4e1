/** Breakpoints, functions, replacements and history: what is set, by whom, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { freshName, jsonItem, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

const add = (name: string, fields: Record<string, unknown> = {}) =>
  client.post("/api/breakpoints", { function_name: name, ...fields });
const list = async () =>
  (await client.get("/api/breakpoints")).body as {
    breakpoints: string[];
    breakpoint_behaviors: Record<string, string>;
    breakpoint_after_behaviors: Record<string, string>;
    breakpoint_replacements: Record<string, string>;
  };

describe("a breakpoint", () => {
  test("is added once, listed with all it does, and removed", async () => {
    const name = freshName();
    expect((await add(name)).body).toEqual({ status: "ok", function_name: name });
    await add(name);
    const listed = await list();
    expect(listed.breakpoints.filter((other) => other === name)).toHaveLength(1);
    expect(listed.breakpoint_behaviors[name]).toBe("yield");
    expect(listed.breakpoint_after_behaviors[name]).toBe("yield");
    expect(listed.breakpoint_replacements).not.toHaveProperty(name);
    expect((await client.send("DELETE", `/api/breakpoints/${name}`)).body).toMatchObject({ status: "ok" });
    expect((await list()).breakpoints).not.toContain(name);
    expect((await client.send("DELETE", `/api/breakpoints/${name}`)).status).toBe(404);
  });

  test("is removed also by a client that names a content type and sends no body", async () => {
    const name = freshName();
    await add(name);
    const headers = { "content-type": "application/json" };
    expect((await client.send("DELETE", `/api/breakpoints/${name}`, undefined, headers)).status).toBe(200);
  });

  test.each([
    ["a/b"],
    ["Klass.méthode"],
    ["with space"],
    ["100%"],
    ["?q#h"],
    ["../up"],
    ["\u{1F600}"],
    ["constructor"],
  ])("may be called %p", async (name) => {
    const path = `/api/breakpoints/${encodeURIComponent(name)}`;
    await add(name);
    expect((await client.post(`${path}/behavior`, { behavior: "go" })).body.function_name).toBe(name);
    expect((await list()).breakpoint_behaviors[name]).toBe("go");
    expect((await client.get(`${path}/history`)).body).toEqual({ function_name: name, history: [] });
    expect((await client.send("DELETE", path)).status).toBe(200);
  });

  test("goes on behaving as set; continue means go", async () => {
    const name = freshName();
    await add(name, { behavior: "stop" });
    expect((await list()).breakpoint_behaviors[name]).toBe("stop");
    await add(name, { behavior: "continue" });
    expect((await list()).breakpoint_behaviors[name]).toBe("go");
    await add(name);
    expect((await list()).breakpoint_behaviors[name]).toBe("go");
    await client.post(`/api/breakpoints/${name}/behavior`, { behavior: "yield" });
    await client.post(`/api/breakpoints/${name}/after_behavior`, { behavior: "continue" });
    const listed = await list();
    expect([listed.breakpoint_behaviors[name], listed.breakpoint_after_behaviors[name]]).toEqual([
      "yield",
      "go",
    ]);
  });

  test("refusals", async () => {
    const name = freshName();
    await add(name);
    const error = async (path: string, body: unknown) => {
      const answer = await client.post(path, body);
      return [answer.status, answer.body.error];
    };
    for (const part of ["behavior", "after_behavior"]) {
      expect(await error(`/api/breakpoints/nobody/${part}`, { behavior: "go" })).toEqual([
        404,
        "breakpoint_not_found",
      ]);
      expect(await error(`/api/breakpoints/${name}/${part}`, { behavior: "dance" })).toEqual([
        400,
        "invalid_request",
      ]);
      expect(await error(`/api/breakpoints/${name}/${part}`, {})).toEqual([400, "invalid_request"]);
    }
    expect(await error(`/api/breakpoints/${name}/behavior`, { behavior: "exception" })).toEqual([
      400,
      "invalid_request",
    ]);
    expect(await error("/api/breakpoints/nobody/replacement", { replacement_function: name })).toEqual([
      404,
      "breakpoint_not_found",
    ]);
    expect(await error("/api/breakpoints", {})).toEqual([400, "invalid_request"]);
    expect(await error("/api/breakpoints", { function_name: "" })).toEqual([400, "invalid_request"]);
    expect(await error("/api/breakpoints", { function_name: name, behavior: "dance" })).toEqual([
      400,
      "invalid_request",
    ]);
  });
});

describe("the Python client's registration, which has a timestamp and no behavior", () => {
  const register = (name: string, fields: Record<string, unknown> = {}) =>
    add(name, { timestamp: Date.now() / 1000, ...fields });

  test("makes the first call stop under the global stop, and go under go", async () => {
    const name = freshName();
    expect((await register(name, { signature: "(x: int) -> int" })).body).toEqual({
      status: "ok",
      function_name: name,
    });
    await client.post("/api/behavior", { behavior: "stop" });
    expect((await client.start({ method_name: name })).body.action).toBe("poll");
    await client.post("/api/behavior", { behavior: "go" });
    expect((await client.start({ method_name: name })).body.action).toBe("continue");
    await client.post("/api/behavior", { behavior: "stop" });
  });

  test("never overrides what a person set", async () => {
    const [name, other] = [freshName(), freshName("other")];
    await client.post("/api/functions", { function_name: other });
    await add(name, { behavior: "go" });
    await client.post(`/api/breakpoints/${name}/after_behavior`, { behavior: "stop" });
    await client.post(`/api/breakpoints/${name}/replacement`, { replacement_function: other });
    const before = await list();
    await register(name);
    await register(name, { behavior: "stop" });
    expect(await list()).toEqual(before);
  });

  test("of a function without a breakpoint keeps its signature known", async () => {
    const name = freshName();
    await register(name, { signature: "()" });
    expect((await client.get("/api/functions")).body).toMatchObject({
      function_signatures: { [name]: "()" },
    });
  });
});

describe("functions", () => {
  const register = (fields: Record<string, unknown>) => client.post("/api/functions", fields);

  test("registering one breaks nowhere", async () => {
    const name = freshName();
    const source = jsonItem({ name, source: "() => 1" });
    const answer = await register({
      function_name: name,
      signature: "(a)",
      function_cid: source.cid,
      function_data: source.data,
      function_serialization_format: "json",
      function_client_ref: 4,
      function_metadata: { doc: "says hello" },
    });
    expect(answer.body).toEqual({ status: "ok", function_name: name, signature: "(a)" });
    expect((await client.get("/api/functions")).body).toMatchObject({
      functions: expect.arrayContaining([name]),
      function_signatures: { [name]: "(a)" },
      function_metadata: { [name]: { doc: "says hello" } },
    });
    expect((await list()).breakpoints).not.toContain(name);
    expect((await client.start({ method_name: name })).body.action).toBe("continue");
    // Its source is held now.
    expect((await client.start({ args: [{ cid: source.cid, serialization_format: "json" }] })).status).toBe(
      200,
    );
  });

  test("signatures are texts, numbers, or nothing", async () => {
    const [text, number, zero, none] = [freshName(), freshName(), freshName(), freshName()];
    expect((await register({ function_name: text, signature: "(x)" })).body.signature).toBe("(x)");
    expect((await register({ function_name: number, signature: 2 })).body.signature).toBe(2);
    expect((await register({ function_name: zero, signature: 0 })).body.signature).toBe(0);
    expect((await register({ function_name: none, signature: null })).body.signature).toBeNull();
    const { body } = await client.get("/api/functions");
    const signatures = body.function_signatures as Record<string, unknown>;
    expect([signatures[text], signatures[number], signatures[zero]]).toEqual(["(x)", 2, 0]);
    expect(signatures).not.toHaveProperty(none);
    expect((body.functions as string[]).includes(none)).toBe(true);
  });

  test("a malformed registration is refused", async () => {
    expect((await register({ signature: "(x)" })).body.error).toBe("invalid_request");
    expect((await register({ function_name: "f", signature: [] })).body.error).toBe("invalid_request");
  });

  test("a replacement must take the same parameters", async () => {
    const [name, same, other, unknown] = [freshName(), freshName(), freshName(), freshName()];
    await register({ function_name: name, signature: "(x)" });
    await register({ function_name: same, signature: "(x)" });
    await register({ function_name: other, signature: "(x, y)" });
    await register({ function_name: unknown });
    await add(name, { behavior: "stop" });
    const replace = (by: string | null) =>
      client.post(`/api/breakpoints/${name}/replacement`, { replacement_function: by });
    expect(await replace(other)).toMatchObject({
      status: 400,
      body: { error: "signature_mismatch", message: expect.stringContaining("(x, y)") },
    });
    expect(await replace("never registered")).toMatchObject({
      status: 404,
      body: { error: "function_not_found" },
    });
    const call = await client.paused({ method_name: name });
    expect((await client.resume(call.pause, { replacement_function: other })).body.error).toBe(
      "signature_mismatch",
    );
    expect((await client.resume(call.pause, { replacement_function: same })).status).toBe(200);
    expect((await replace(same)).body).toMatchObject({ status: "ok", replacement_function: same });
    expect((await list()).breakpoint_replacements[name]).toBe(same);
    expect((await replace(unknown)).status).toBe(200);
    for (const cleared of [null, "", name]) {
      await replace(same);
      await replace(cleared);
      expect((await list()).breakpoint_replacements).not.toHaveProperty(name);
    }
    const [two, three] = [freshName(), freshName()];
    await register({ function_name: two, signature: 2 });
    await register({ function_name: three, signature: 3 });
    await add(two);
    expect(
      (await client.post(`/api/breakpoints/${two}/replacement`, { replacement_function: three })).body.error,
    ).toBe("signature_mismatch");
  });
});

describe("history", () => {
  test("holds the finished calls of a function, newest last, as many as asked for", async () => {
    const name = freshName();
    for (let index = 0; index < 5; index++) {
      const { body } = await client.start({ method_name: name, args: [jsonItem(index)] });
      await client.complete(body.call_id);
    }
    await client.start({ method_name: name, args: [jsonItem("not finished")] });
    const argsOf = (entries: unknown) =>
      (entries as { call_data: { pretty_args: unknown[] } }[]).map(
        ({ call_data }) => call_data.pretty_args[0],
      );
    expect(argsOf(await client.history(name))).toEqual([0, 1, 2, 3, 4]);
    const { body } = await client.get(`/api/breakpoints/${name}/history?limit=2`);
    expect(body.function_name).toBe(name);
    expect(argsOf(body.history)).toEqual([3, 4]);
  });

  test.each([["0"], ["-1"], ["many"], ["1.5"], ["1e9"]])("limit=%s is refused", async (limit) => {
    const { status, body } = await client.get(`/api/breakpoints/f/history?limit=${limit}`);
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_request" });
    expect(body.message).toMatch(/limit|expected integer/);
  });
});
