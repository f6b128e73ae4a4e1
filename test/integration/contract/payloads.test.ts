/** Payload items on their way in: content addressing, resending, and every refusal. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { bare, dillItem, type Fields, jsonItem, pickle, sha512, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

const refused = (error: string, more: Fields = {}) => ({
  status: 400,
  body: { error, message: expect.stringMatching(/^\S.+\.$/), ...more },
});

describe("items without data", () => {
  test("of which none is held: every missing CID is named, nothing is recorded, and the resend works", async () => {
    const [a, b, c, d] = [dillItem(pickle.str("a")), jsonItem("b"), jsonItem({ c: 1 }), jsonItem("held")];
    await client.start({ args: [d] });
    const fields = { target: bare(a), args: [bare(b), bare(d)], kwargs: { c: bare(c) } };
    const { status, body } = await client.start(fields);
    expect({ status, error: body.error }).toEqual({ status: 400, error: "cid_not_found" });
    expect(new Set(body.missing_cids as string[])).toEqual(new Set([a.cid, b.cid, c.cid]));
    expect(body).not.toHaveProperty("call_id");
    const again = await client.start({ target: a, args: [b, bare(d)], kwargs: { c } });
    expect(again).toMatchObject({ status: 200, body: { action: "continue" } });
    expect((await client.start(fields)).status).toBe(200);
  });

  test("may refer to data that comes in the same request", async () => {
    const item = jsonItem("twice in one call");
    expect((await client.start({ args: [bare(item), item] })).status).toBe(200);
  });

  test("say nothing of their format: the payload knows it", async () => {
    const item = jsonItem({ shown: "as JSON" });
    await client.start({ args: [item] });
    const call = await client.paused({ args: [bare(item)], preferred_format: "json" });
    const listed = (await client.listPaused()).find(({ id }) => id === call.pause);
    expect(listed?.call_data).toMatchObject({ pretty_args: [{ shown: "as JSON" }], args: [item] });
    expect(await client.released(call, { modified_kwargs: {} })).toMatchObject({ modified_args: [item] });
  });

  test("of a result: the completion is asked for again, and the call is still open", async () => {
    const { body } = await client.start({});
    const result = jsonItem("a result");
    const missing = await client.complete(body.call_id, { result_cid: result.cid });
    expect(missing).toMatchObject(refused("cid_not_found", { missing_cids: [result.cid] }));
    const whole = { result_cid: result.cid, result_data: result.data, result_serialization_format: "json" };
    expect((await client.complete(body.call_id, whole)).body).toEqual({ status: "ok" });
  });
});

describe("the CID is always checked", () => {
  test("against the decoded bytes of a pickle and the UTF-8 of a JSON text", async () => {
    const good = dillItem(pickle.int(1));
    const wrong = sha512("something else");
    expect(await client.start({ args: [{ ...good, cid: wrong }] })).toMatchObject(
      refused("cid_mismatch", { expected_cid: good.cid, provided_cid: wrong }),
    );
    // The text of the base64 is a common mistake.
    expect((await client.start({ args: [{ ...good, cid: sha512(good.data) }] })).body.error).toBe(
      "cid_mismatch",
    );
    const text = jsonItem("é");
    expect((await client.start({ args: [{ ...text, cid: sha512("e") }] })).body.error).toBe("cid_mismatch");
    expect((await client.start({ args: [text] })).status).toBe(200);
  });

  test("also where the same CID comes a second time with other data", async () => {
    const item = jsonItem("the truth");
    const liar = { ...item, data: '"a lie"' };
    expect(await client.start({ args: [item, liar] })).toMatchObject(refused("cid_mismatch"));
    expect(await client.start({ args: [item], kwargs: { k: liar } })).toMatchObject(refused("cid_mismatch"));
  });

  test("of a held payload, too: what is stored is never replaced", async () => {
    const item = jsonItem("stored first");
    await client.start({ args: [item] });
    expect((await client.start({ args: [{ ...item, data: '"other"' }] })).body.error).toBe("cid_mismatch");
    const call = await client.paused({ args: [item] });
    expect((await client.listPaused()).find(({ id }) => id === call.pause)?.call_data.pretty_args).toEqual([
      "stored first",
    ]);
    await client.resume(call.pause);
  });

  test("in results, exceptions, events and functions as well", async () => {
    const cid = sha512("nothing like it");
    const { body } = await client.start({});
    for (const prefix of ["result", "exception"]) {
      const fields = {
        [`${prefix}_cid`]: cid,
        [`${prefix}_data`]: "1",
        [`${prefix}_serialization_format`]: "json",
      };
      expect(await client.complete(body.call_id, { status: "exception", ...fields })).toMatchObject(
        refused("cid_mismatch"),
      );
      expect(
        await client.post("/api/call/event", { ...client.callStart, status: "exception", ...fields }),
      ).toMatchObject(refused("cid_mismatch"));
    }
    expect(
      await client.post("/api/functions", {
        function_name: "f",
        function_cid: cid,
        function_data: "1",
        function_serialization_format: "json",
      }),
    ).toMatchObject(refused("cid_mismatch"));
  });
});

describe("refusals name what is wrong", () => {
  const json = jsonItem(1);
  const dill = dillItem(pickle.int(1));
  test.each<[string, Fields]>([
    ["invalid_serialization_format", { args: [{ ...json, serialization_format: "xml" }] }],
    ["invalid_serialization_format", { args: [{ ...json, serialization_format: "" }] }],
    ["invalid_json", { args: [{ cid: sha512("{"), data: "{", serialization_format: "json" }] }],
    ["invalid_json", { args: [{ cid: sha512(""), data: "", serialization_format: "json" }] }],
    ["invalid_json", { args: [{ cid: sha512("NaN"), data: "NaN", serialization_format: "json" }] }],
    ["invalid_dill", { args: [dillItem(Buffer.from("hello"))] }],
    ["invalid_dill", { args: [dillItem(Buffer.from(""))] }],
    ["invalid_dill", { args: [dillItem(Buffer.from("\x80\x04K", "latin1"))] }],
    ["invalid_payload", { args: [{ ...dill, data: "***" }] }],
    ["invalid_payload", { args: [{ ...dill, data: ` ${dill.data}` }] }],
    ["invalid_payload", { args: [5] }],
    ["invalid_payload", { args: ["text"] }],
    ["invalid_payload", { args: [{}] }],
    ["invalid_payload", { args: [{ cid: 5 }] }],
    ["invalid_payload", { args: [{ cid: json.cid, data: 5 }] }],
    ["invalid_payload", { args: "text" }],
    ["invalid_payload", { kwargs: [] }],
    ["invalid_payload", { kwargs: { k: null } }],
    ["invalid_payload", { target: "text" }],
    ["missing_process_identity", { process_pid: undefined }],
    ["missing_process_identity", { process_start_time: null }],
    ["invalid_preferred_format", { preferred_format: "yaml" }],
    ["invalid_request", { method_name: undefined }],
    ["invalid_request", { method_name: "" }],
    ["invalid_request", { method_name: 5 }],
    ["invalid_request", { call_type: "sideways" }],
    ["invalid_request", { process_pid: "12" }],
    ["invalid_request", { process_start_time: "now" }],
    ["invalid_request", { call_site: { stack_trace: "top" } }],
  ])("%s for %j", async (error, fields) => {
    expect(await client.start(fields)).toMatchObject(refused(error));
  });

  test("what must be left out by a Python client may as well be null", async () => {
    const nothing = { target: null, kwargs: null, signature: null, call_type: null, page_url: null };
    expect((await client.start({ ...nothing, preferred_format: null })).status).toBe(200);
  });
});

test("keyword arguments and functions may be called __proto__", async () => {
  const item = jsonItem("polluted?");
  const body = JSON.stringify({
    ...client.callStart,
    method_name: "__proto__",
    preferred_format: "json",
  }).replace(
    '"kwargs":{}',
    `"kwargs":{"__proto__":${JSON.stringify(item)},"constructor":${JSON.stringify(item)}}`,
  );
  await client.post("/api/breakpoints", { function_name: "__proto__", behavior: "stop" });
  const { body: action } = await client.post("/api/call/start", body);
  expect(action.action).toBe("poll");
  const [paused] = (await client.listPaused()).filter(
    ({ call_data }) => call_data.method_name === "__proto__",
  );
  expect(Object.keys(paused?.call_data.pretty_kwargs ?? {})).toEqual(["__proto__", "constructor"]);
  expect(({} as Fields).cid).toBeUndefined();
  expect((await client.resume(paused?.id ?? "", { modified_args: [] })).status).toBe(200);
  const { body: ready } = await client.get(String(action.poll_url));
  expect(JSON.stringify(ready)).toContain('"__proto__"');
  expect((await client.send("DELETE", "/api/breakpoints/__proto__")).status).toBe(200);
});
