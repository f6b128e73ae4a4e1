/** Requests to release a call that could mean something else than was meant: refused, and the call stays paused. */
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

const REFUSED: readonly (readonly [body: Record<string, unknown>, error: string, says: string])[] = [
  [{ modified_arg: ["A", 1] }, "invalid_request", "did you mean modified_args"],
  [{ action: "skip", fake_resul: 3 }, "invalid_request", "did you mean fake_result"],
  [{ action: "modify" }, "missing_fields", "modified_args or modified_kwargs"],
  [{ action: "replace" }, "missing_fields", "replacement_function"],
  [{ modified_args: ["A"], fake_result: 2 }, "invalid_request", "fake_result does not go with"],
  [{ action: "continue", modified_args: ["A"] }, "invalid_request", "modified_args does not go with"],
  [{ action: "raise", fake_result: null }, "invalid_request", "fake_result does not go with"],
  [
    { action: "replace", replacement_function: "nobody registered this" },
    "function_not_found",
    "nobody registered this",
  ],
];

describe("refused, and the call stays paused", () => {
  for (const [body, error, says] of REFUSED) {
    test(JSON.stringify(body), async () => {
      const call = await client.paused({ preferred_format: "json", args: [jsonItem("A"), jsonItem(1)] });
      const answer = await client.post(`/api/paused/${call.pause}/continue`, body);
      expect(answer).toMatchObject({ status: error === "function_not_found" ? 404 : 400, body: { error } });
      expect(String(answer.body.message)).toContain(says);
      expect((await client.listPaused()).map(({ id }) => id)).toContain(call.pause);
      expect((await client.resume(call.pause)).status).toBe(200);
    });
  }
});

test("null fields say nothing, and fields nobody knows are no reason to refuse", async () => {
  const call = await client.paused({ preferred_format: "json", args: [jsonItem(1)] });
  const body = {
    action: "modify",
    modified_args: [2],
    modified_kwargs: null,
    exception_type: null,
    comment: "by hand",
  };
  expect(await client.released(call, body)).toMatchObject({ action: "modify", modified_args: [jsonItem(2)] });
});

test("replace may be named, or meant by naming the function", async () => {
  const [name, other] = [freshName(), freshName()];
  for (const function_name of [name, other])
    await client.post("/api/functions", { function_name, signature: "(a)" });
  for (const body of [{ action: "replace", replacement_function: other }, { replacement_function: other }]) {
    const call = await client.paused({ method_name: name, preferred_format: "json" });
    expect(await client.released(call, body)).toEqual({ action: "replace", function_name: other });
  }
});

test("a call that was paused at a server that is gone is paused again, breakpoint or not", async () => {
  const { body } = await client.start({ method_name: freshName(), was_paused: true });
  expect(body.action).toBe("poll");
  const free = await client.start({ method_name: freshName(), was_paused: false });
  expect(free.body.action).toBe("continue");
});
