/** Calls of a Python client: dill pickles made by hand, and what Python itself reads in our answers. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { PYTHON, reprs } from "./support/python.ts";
import { bare, dillItem, type Item, jsonItem, pickle, sha512, WireClient } from "./support/wire-client.ts";

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

const bytesOf = (data: unknown) => Buffer.from(String(data), "base64");

test("a paused Python call shows its values to people, and its own bytes to programs", async () => {
  const [text, number] = [dillItem(pickle.str("héllo")), dillItem(pickle.int(7))];
  const call = await client.paused({ target: dillItem(pickle.none), args: [text], kwargs: { n: number } });
  const listed = (await client.listPaused()).find(({ id }) => id === call.pause);
  expect(listed?.call_data).toMatchObject({
    preferred_format: "dill",
    args: [{ ...text, serialization_format: "dill" }],
    kwargs: { n: { ...number, serialization_format: "dill" } },
    pretty_target: null,
    pretty_args: ["héllo"],
    pretty_kwargs: { n: 7 },
  });
  await client.resume(call.pause);
});

describe("modified values", () => {
  const values = [
    null,
    true,
    0,
    -5,
    300,
    2 ** 40,
    1.5,
    "",
    "héllo \u{1F600}",
    [],
    {},
    [1, ["two", { three: null }]],
    { key: [false] },
  ];
  const expected = [
    "None",
    "True",
    "0",
    "-5",
    "300",
    "1099511627776",
    "1.5",
    "''",
    "'héllo \u{1F600}'",
    "[]",
    "{}",
    "[1, ['two', {'three': None}]]",
    "{'key': [False]}",
  ];

  test("arrive as pickles, under the CID of their bytes", async () => {
    const action = await client.released(await client.paused(), {
      action: "modify",
      modified_args: values,
      modified_kwargs: { k: "v" },
    });
    const items = [...(action.modified_args as Item[]), (action.modified_kwargs as { k: Item }).k];
    expect(items).toHaveLength(values.length + 1);
    for (const item of items) {
      const bytes = bytesOf(item.data);
      expect([bytes[0], bytes.at(-1)]).toEqual([0x80, 0x2e]);
      expect(item).toEqual({ cid: sha512(bytes), data: expect.any(String), serialization_format: "dill" });
    }
  });

  test.skipIf(!PYTHON)("are what Python loads", async () => {
    const action = await client.released(await client.paused(), { action: "modify", modified_args: values });
    const items = action.modified_args as Item[];
    expect(await reprs(...items.map(({ data }) => data))).toEqual(expected);
  });

  test("the call's own value comes back as its CID alone: Python looks up the object it still holds", async () => {
    const [first, second] = [dillItem(pickle.str("kept")), dillItem(pickle.int(1))];
    const call = await client.paused({ args: [first, second], kwargs: { k: second } });
    const action = await client.released(call, { modified_args: [bare(second), bare(first)] });
    expect(action).toEqual({
      action: "modify",
      modified_args: [bare(second), bare(first)],
      modified_kwargs: { k: bare(second) },
    });
  });

  test("another call's value comes with its data", async () => {
    const elsewhere = dillItem(pickle.str("from another call"));
    await client.start({ args: [elsewhere] });
    const action = await client.released(await client.paused(), { modified_args: [bare(elsewhere)] });
    expect(action.modified_args).toEqual([{ ...elsewhere, serialization_format: "dill" }]);
  });

  test("a pickle made elsewhere is passed on byte for byte", async () => {
    const item = { ...dillItem(pickle.system("true")), serialization_format: "dill" };
    const action = await client.released(await client.paused(), { modified_args: [item] });
    expect(action.modified_args).toEqual([item]);
  });
});

describe("results", () => {
  test("a skipped call's result is a pickle", async () => {
    const action = await client.released(await client.paused(), { action: "skip", fake_result: { ok: [1] } });
    const bytes = bytesOf(action.fake_result_data);
    expect(action).toMatchObject({
      action: "skip",
      fake_result_cid: sha512(bytes),
      fake_result_serialization_format: "dill",
    });
    expect(action).not.toHaveProperty("fake_result");
    if (PYTHON) expect(await reprs(action.fake_result_data)).toEqual(["{'ok': [1]}"]);
  });

  test("fake_result_data in base64 is passed on", async () => {
    const { data, cid } = dillItem(pickle.str("ready made"));
    const action = await client.released(await client.paused(), { action: "skip", fake_result_data: data });
    expect(action).toMatchObject({ fake_result_data: data, fake_result_cid: cid });
  });

  test("what is neither base64 nor a pickle is refused, and the call stays paused", async () => {
    const call = await client.paused();
    const refuse = async (data: string) =>
      (await client.resume(call.pause, { action: "skip", fake_result_data: data })).body.error;
    expect(await refuse("not base64!")).toBe("invalid_payload");
    expect(await refuse(Buffer.from("not a pickle").toString("base64"))).toBe("invalid_dill");
    expect((await client.resume(call.pause)).status).toBe(200);
  });

  test("a finished call's result and exception are kept readable", async () => {
    const first = await client.paused({ args: [dillItem(pickle.int(2))] });
    await client.resume(first.pause);
    const result = dillItem(pickle.str("done"));
    await client.complete(first.callId, {
      result_cid: result.cid,
      result_data: result.data,
      result_client_ref: 3,
    });
    const [entry] = await client.history(first.name);
    expect(entry).toMatchObject({
      id: first.callId,
      function_name: first.name,
      completed_at: expect.any(Number),
      call_data: { pretty_args: [2], pretty_result: "done", result_cid: result.cid, status: "success" },
    });
  });

  test("a browser's call beside it is answered in JSON: each call has its own format", async () => {
    const python = await client.paused({ args: [jsonItem("a JSON argument")] });
    const browser = await client.paused({ preferred_format: "json" });
    const decision = { action: "skip", fake_result: "same" };
    expect((await client.released(browser, decision)).fake_result_data).toBe('"same"');
    expect(bytesOf((await client.released(python, decision)).fake_result_data).includes("same")).toBe(true);
  });
});
