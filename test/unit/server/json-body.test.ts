import { describe, expect, test } from "bun:test";
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "../../../src/protocol/constants.ts";
import { Refusal } from "../../../src/server/engine/refusal.ts";
import { checkContentLength, readJson } from "../../../src/server/http/json-body.ts";

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://localhost/", { method: "POST", body, headers });

async function read(body: BodyInit | null, headers?: Record<string, string>): Promise<unknown> {
  try {
    return await readJson(post(body, headers));
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** A body of unknown length, as chunks arrive. */
function chunks(...parts: (string | Uint8Array)[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const part of parts)
        controller.enqueue(typeof part === "string" ? new TextEncoder().encode(part) : part);
      controller.close();
    },
  });
}

describe("readJson", () => {
  test.each([
    ["{}", {}],
    ['{"a":[1,"é",null]}', { a: [1, "é", null] }],
    [" 5 ", 5],
    ["", null],
    [" \n\t", null],
    ["null", null],
  ])("%j", async (text, value) => expect(await read(text)).toEqual(value));

  test.each([["{"], ["nope"], ["{'a':1}"], ["[1,]"], ["NaN"], ['"open'], ["{}{}"], ["]"], ['"\\"']])(
    "%j is invalid_json, with the reason",
    async (text) => expect(await read(text)).toMatch(/^invalid_json: The body is not valid JSON: \w.+\.$/),
  );

  test("nesting up to the limit", async () => {
    expect(await read(nested(MAX_JSON_DEPTH))).toBeArray();
    expect(await read(nested(MAX_JSON_DEPTH + 1))).toMatch(/^invalid_json: The body nests deeper/);
    expect(await read("[".repeat(5_000_000))).toMatch(/^invalid_json: The body nests deeper/);
    expect(await read("[]".repeat(MAX_JSON_DEPTH + 1))).toMatch(/^invalid_json: The body is not valid/);
  });

  test("brackets and commas in strings do not count, whatever is escaped there", async () => {
    const text = `${"[".repeat(MAX_JSON_DEPTH * 2)}\\"\\\\${",".repeat(3_000_000)}`;
    expect(await read(`{"a":"${text}","b":"\\\\"}`)).toHaveProperty("b", "\\");
  });

  test("the number of values", async () => {
    expect(await read(`[${"0,".repeat(1_000_000)}0]`)).toBeArrayOfSize(1_000_001);
    expect(await read(`[${"0,".repeat(2_000_001)}0]`)).toMatch(
      /^payload_too_large: The body holds more than/,
    );
    expect(await read(`[${"{},".repeat(2_000_001)}0]`)).toMatch(/^payload_too_large/);
  });

  test("chunks of unknown length: characters may be cut anywhere, the size is counted", async () => {
    const bytes = new TextEncoder().encode('{"a":"é\u{1F600}"}');
    expect(await read(chunks(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual({
      a: "é\u{1F600}",
    });
    const piece = new Uint8Array(1024 * 1024).fill(0x20);
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += piece.length;
        controller.enqueue(piece);
      },
    });
    expect(await read(endless)).toMatch(/^payload_too_large/);
    expect(pulled).toBeLessThan(MAX_BODY_BYTES + 16 * piece.length);
  });
});

test("checkContentLength goes by what is announced", () => {
  const check = (length: string | null) => () =>
    checkContentLength(new Headers(length === null ? {} : { "content-length": length }));
  expect(check(null)).not.toThrow();
  expect(check("0")).not.toThrow();
  expect(check(String(MAX_BODY_BYTES))).not.toThrow();
  expect(check(String(MAX_BODY_BYTES + 1))).toThrow(Refusal);
  expect(check("1e12")).toThrow(Refusal);
});
