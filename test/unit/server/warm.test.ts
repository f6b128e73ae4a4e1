/** What a server asks itself before a page does. */
import { expect, test } from "bun:test";
import { warm } from "../../../src/server/warm.ts";
import { startTestServer } from "../../support/server.ts";

const never = new AbortController().signal;
const answering = (status: number, asked: string[]) =>
  ({
    url: new URL("http://localhost:4321"),
    fetch: (request: Request) => {
      asked.push(`${request.headers.get("host")} ${new URL(request.url).pathname}`);
      return new Response("", { status });
    },
  }) as unknown as Bun.Server<unknown>;

test("every address is asked for the page and its first calls", async () => {
  const asked: string[] = [];
  await warm([answering(200, asked), answering(200, asked)], never);
  const once = ["/", "/api/calls", "/api/paused"].map((path) => `localhost:4321 ${path}`);
  expect(asked).toEqual([...once, ...once]);
});

test("a refusal is told", async () => {
  expect(warm([answering(403, [])], never)).rejects.toThrow("/: 403");
});

test("a server does not refuse itself, and takes live connections afterwards", async () => {
  const lines: string[] = [];
  await using server = await startTestServer({ debug: (line) => lines.push(line) });
  await Bun.sleep(1_000);
  expect((await fetch(server.url)).ok).toBe(true);
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/live`);
  const opened = await new Promise((done) => {
    socket.onopen = () => done(true);
    socket.onclose = () => done(false);
  });
  socket.close();
  expect(opened).toBe(true);
  expect(lines.filter((line) => /refused|not warm/.test(line))).toEqual([]);
});
