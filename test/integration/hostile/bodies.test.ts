/** Bodies of every size and shape: the documented error, a bounded memory, and a server that lives. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { sha512, WireClient } from "../contract/support/wire-client.ts";
import { JSON_TYPE, raw, request } from "./support/raw.ts";
import { type ServerProcess, serveInChild } from "./support/serve-child.ts";

let server: ServerProcess;
let client: WireClient;
beforeAll(async () => {
  server = await serveInChild();
  client = new WireClient(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const MB = 1024 * 1024;
const lives = async () => expect((await client.get("/api/health")).status).toBe(200);
const headers = { "content-type": "application/json" };

describe("malformed bodies", () => {
  test.each([
    ["{"],
    [""],
    ["   "],
    ["null"],
    ["nul"],
    ["{'a':1}"],
    ['{"behavior":"go"'],
    ['{"behavior":"go"}}'],
    ['{"behavior":"go",}'],
    ["\x00"],
    ["\ufeff\ufeff{}"],
    ["<xml/>"],
    ["behavior=go"],
  ])("%j: invalid_json", async (body) => {
    const answer = await client.send("POST", "/api/behavior", body, headers);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "invalid_json", message: expect.any(String) },
    });
  });

  test.each([["[]"], ["5"], ['"go"'], ["true"], ["{}"], ['{"behavior":null}'], ['{"behavior":{"$ne":1}}']])(
    "%s: invalid_request",
    async (body) => {
      const answer = await client.send("POST", "/api/behavior", body, headers);
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    },
  );

  test("invalid UTF-8 is no reason to fail", async () => {
    const head = request("POST /api/report-com-error", [
      `Host: localhost:${server.port}`,
      JSON_TYPE,
    ]).trimEnd();
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const answer = await raw(
      server.port,
      Buffer.concat([Buffer.from(`${head}\r\nContent-Length: ${body.length}\r\n\r\n`), body]),
    );
    expect(answer.status).toBe(200);
  });
});

describe("deep and wide bodies", () => {
  test.each([
    ["[".repeat(1_000_000)],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ])("nesting is refused before it is parsed (%#)", async (body) => {
    const answer = await client.send("POST", "/api/report-com-error", body, headers);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "invalid_json", message: expect.stringContaining("2000") },
    });
  });

  test("a payload's own JSON is checked as well", async () => {
    const data = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const item = { cid: sha512(data), data, serialization_format: "json" };
    expect((await client.start({ args: [item] })).status).toBeGreaterThanOrEqual(200);
    await lives();
  });

  test("brackets within strings do not count, quotes and backslashes in them do not confuse", async () => {
    const note = `${"[{".repeat(10_000)}\\"${"\\".repeat(9)}`;
    expect((await client.post("/api/report-com-error", { note })).status).toBe(200);
  });

  test("more values than anybody sends are refused before they are parsed, and memory stays bounded", async () => {
    const before = server.memory();
    const body = `{"a":[${"[],".repeat(20 * MB)}0]}`;
    const answer = await client.send("POST", "/api/report-com-error", body, headers);
    expect(answer).toMatchObject({ status: 413, body: { error: "payload_too_large" } });
    expect(server.memory() - before).toBeLessThan(500);
  });
});

describe("100 MB bodies", () => {
  const big = 100 * MB;

  test("announced: refused by their length, before they are read", async () => {
    const before = server.memory();
    for (const length of [81 * MB, big, 200 * MB, 5_000 * MB, 2 ** 50]) {
      const headers = [`Host: localhost:${server.port}`, JSON_TYPE, `Content-Length: ${length}`];
      const answer = await raw(server.port, request("POST /api/call/start", headers));
      expect(answer).toMatchObject({ status: 413, error: "payload_too_large" });
    }
    expect(server.memory() - before).toBeLessThan(100);
  });

  test("announced and sent: 413 for those who send first and read later, too", async () => {
    const before = server.memory();
    for (let round = 0; round < 3; round++) {
      const answer = await client.send("POST", "/api/call/start", "x".repeat(big), headers).catch(() => null);
      // Where the connection is cut while it is still sending, a client may see no answer; most do.
      if (answer) expect(answer).toMatchObject({ status: 413, body: { error: "payload_too_large" } });
    }
    await lives();
    expect(server.memory() - before).toBeLessThan(400);
  });

  test("chunked, of unknown length: refused once they are too long", async () => {
    const before = server.memory();
    for (const size of [big, 300 * MB]) {
      const answer = await chunked(size);
      expect(answer).toContain("HTTP/1.1 413");
      expect(answer).toContain('"payload_too_large"');
    }
    await lives();
    expect(server.memory() - before).toBeLessThan(500);
  });

  test("a 50 MB value is no problem", async () => {
    const data = JSON.stringify("v".repeat(50 * MB));
    const item = { cid: sha512(data), data, serialization_format: "json" };
    expect((await client.start({ args: [item], preferred_format: "json" })).status).toBe(200);
    expect((await client.start({ args: [{ cid: item.cid, serialization_format: "json" }] })).status).toBe(
      200,
    );
  });
});

/** Sends a JSON string in chunks until it is done or answered. */
function chunked(size: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1");
    const piece = "x".repeat(MB);
    let sent = 0;
    const send = () => {
      while (sent < size && answer === "") {
        sent += MB;
        if (!socket.write(`${MB.toString(16)}\r\n${piece}\r\n`)) return;
      }
      if (answer === "") socket.write("0\r\n\r\n");
    };
    socket.on("connect", () => {
      const head = request("POST /api/call/start", [
        `Host: localhost:${server.port}`,
        JSON_TYPE,
        "Transfer-Encoding: chunked",
      ]);
      socket.write(head);
      send();
    });
    socket.on("drain", send);
    socket.on("data", (data: Buffer) => {
      answer += data.toString("latin1");
      if (answer.includes("}")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

test("requests that are no HTTP at all end, and harm nobody", async () => {
  const host = `Host: localhost:${server.port}`;
  for (const bytes of [
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    `GET / HTTP/1.1\r\n${host}\r\nX: ${"a".repeat(200_000)}\r\n\r\n`,
    `GET /${"a".repeat(200_000)} HTTP/1.1\r\n${host}\r\n\r\n`,
    `POST /api/behavior HTTP/1.1\r\n${host}\r\n${JSON_TYPE}\r\nContent-Length: -5\r\n\r\n`,
    `POST /api/behavior HTTP/1.1\r\n${host}\r\n${JSON_TYPE}\r\nContent-Length: 99999999999999999999\r\n\r\n`,
    `POST /api/behavior HTTP/1.1\r\n${host}\r\n${JSON_TYPE}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /api/behavior HTTP/1.1\r\n${host}\r\n${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `BREW /pot HTTP/1.1\r\n${host}\r\n\r\n`,
    "\r\n\r\n\r\n",
  ]) {
    const answer = await raw(server.port, Buffer.from(bytes, "latin1"), "127.0.0.1", 500);
    expect(answer.status === 0 || answer.status >= 400).toBe(true);
  }
  await lives();
});
