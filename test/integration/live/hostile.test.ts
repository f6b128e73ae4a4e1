/** The live channel to who may not have it, and to who abuses it, over real sockets. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CLOSE, MAX_DEBUGGEE_FRAME_BYTES } from "../../../src/protocol/debuggee-frames.ts";
import { askOf, ChannelClient } from "../../support/channel-client.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { raw, request, WEBSOCKET } from "../hostile/support/raw.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const open = (path: string, ...headers: string[]) =>
  raw(server.port, request(`GET ${path}`, [`Host: localhost:${server.port}`, ...WEBSOCKET, ...headers]));

const lives = async () => {
  using program = await ChannelClient.connect(server.url);
  program.send(askOf(1, "f"));
  expect(await program.next("decision")).toMatchObject({ seq: 1 });
};

describe("case 17: the live channel", () => {
  test("opens for programs, our own page, and pages of another local port", async () => {
    for (const origin of [[], [`Origin: ${server.url}`], ["Origin: http://localhost:3000"]])
      expect((await open("/api/live?role=debuggee", ...origin)).status).toBe(101);
  });

  test("is refused to foreign pages and foreign hosts", async () => {
    for (const origin of [
      "null",
      "https://evil.example",
      "http://localhost.evil.example",
      "chrome-extension://a",
    ]) {
      expect(await open("/api/live?role=debuggee", `Origin: ${origin}`)).toMatchObject({
        status: 403,
        error: "forbidden_origin",
      });
    }
    const rebound = request("GET /api/live?role=debuggee", ["Host: evil.example", ...WEBSOCKET]);
    expect(await raw(server.port, rebound)).toMatchObject({ status: 403, error: "forbidden_host" });
  });

  test("another role is the event feed, with its rules", async () => {
    for (const query of [
      "",
      "?role=",
      "?role=Debuggee",
      "?role=reader&role=debuggee",
      "?x=/api/live?role=debuggee",
    ])
      expect((await open(`/api/live${query}`, "Origin: http://localhost:3000")).error).toBe(
        "forbidden_origin",
      );
    expect((await open("/api/live/?role=debuggee", "Origin: http://localhost:3000")).error).toBe(
      "forbidden_origin",
    );
  });

  test("says what it is to who asks for it plainly", async () => {
    const plain = request("GET /api/live?role=debuggee", [`Host: localhost:${server.port}`]);
    expect(await raw(server.port, plain)).toMatchObject({ status: 404, error: "not_found" });
  });
});

test("a frame that is too large ends its connection, and nobody else's", async () => {
  const program = await ChannelClient.connect(server.url);
  program.sendText("x".repeat(MAX_DEBUGGEE_FRAME_BYTES + 1));
  await program.end();
  await lives();
});

test("a value of 50 MB is taken", async () => {
  using program = await ChannelClient.connect(server.url);
  program.send(askOf(1, "large", ["x".repeat(50_000_000)]));
  expect(await program.next("decision")).toMatchObject({ seq: 1 });
}, 30_000);

test("a reader of the event feed that talks is cut off", async () => {
  const feed = new WebSocket(`${server.url.replace("http", "ws")}/api/live`);
  await new Promise((resolve) => {
    feed.onopen = resolve;
  });
  feed.send("x".repeat(1_000_000));
  const { code } = await new Promise<CloseEvent>((resolve) => {
    feed.onclose = resolve;
  });
  expect(code).toBe(1003);
});

test("a frame that breaks the protocol ends the connection with a reason", async () => {
  const program = await ChannelClient.connect(server.url);
  program.sendText('{"t":"calls","batch":1,"rows":5}');
  expect(await program.next("refused")).toMatchObject({ of: "calls", batch: 1, error: "invalid_frame" });
  expect(await program.end()).toMatchObject({ code: CLOSE.BROKEN });
});

test("a program that floods is answered, and the server answers others meanwhile", async () => {
  using program = await ChannelClient.connect(server.url);
  for (let seq = 1; seq <= 20_000; seq++) program.send(askOf(seq, "flood", [seq]));
  expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  let answered = 0;
  while (answered < 20_000) {
    await program.next("decision");
    answered += 1;
  }
}, 30_000);
