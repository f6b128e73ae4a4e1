/** `POST /api/rules/preview`: what a rule would have done with the calls that are recorded. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { jsonItem, WireClient } from "../contract/support/wire-client.ts";

let server: TestServer;
let client: WireClient;

beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  client = new WireClient(server.url);
  for (let amount = 0; amount < 10; amount++) {
    const { body } = await client.start({
      method_name: "tools.refund",
      args: [jsonItem({ amount })],
      preferred_format: "json",
    });
    const failed = amount % 5 === 0;
    const result = jsonItem({ ok: amount });
    await client.complete(
      body.call_id,
      failed
        ? { status: "exception", exception_type: "CardError", exception_message: "declined" }
        : { result_cid: result.cid, result_data: result.data, result_serialization_format: "json" },
    );
  }
  await client.start({ method_name: "other", args: [] });
});
afterAll(() => server.stop());

const preview = async (rule: Record<string, unknown>) => (await client.post("/api/rules/preview", rule)).body;

describe("the preview of a rule", () => {
  test("counts the calls it would have acted on, the newest first", async () => {
    const body = await preview({ function: "tools.refund", condition: "args[0].amount > 6" });
    expect(body).toMatchObject({ examined: 10, matched: 3, complete: true, last_error: null });
    const calls = body.calls as { args_text: string }[];
    expect(calls.map(({ args_text }) => args_text)).toEqual([
      "{ amount: 9 }",
      "{ amount: 8 }",
      "{ amount: 7 }",
    ]);
  });

  test("knows what came of a call, which functions a pattern means, and values", async () => {
    const threw = {
      function: "tools.*",
      match: "glob",
      when: "exception",
      condition: 'error.type == "CardError"',
    };
    expect(await preview(threw)).toMatchObject({ examined: 10, matched: 2 });
    const result = { function: "tools.refund", when: "result", condition: "result.ok >= 8" };
    expect(await preview(result)).toMatchObject({ matched: 2 });
    const { cid } = jsonItem({ amount: 4 });
    expect(await preview({ function: "*", match: "glob", when: "any", value: { cid } })).toMatchObject({
      matched: 1,
    });
    expect(await preview({ function: "nobody.called" })).toMatchObject({ examined: 0, matched: 0 });
  });

  test("says why a condition cannot be evaluated, and refuses one that is not well said", async () => {
    const failing = await preview({ function: "tools.refund", condition: "args[1].amount > 6" });
    expect(failing).toMatchObject({ matched: 0 });
    expect(String(failing.last_error)).toContain("column");
    const { status, body } = await client.post("/api/rules/preview", { function: "f", condition: "args[" });
    expect({ status, error: body.error }).toEqual({ status: 400, error: "invalid_rule" });
  });

  test("keeps nothing", async () => {
    await preview({ function: "tools.refund" });
    expect((await client.get("/api/rules")).body.rules).toEqual([]);
  });
});
