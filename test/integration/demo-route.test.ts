/** The demo that the page offers: a program of ours beside a real server. */
import { afterEach, expect, test } from "bun:test";
import { startDemoProgram } from "../../src/demo/demo-program.ts";
import { ALIASES } from "../../src/demo/names.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const demo = { functions: ALIASES, start: startDemoProgram };
const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/demo`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: "{}",
  });

interface Paused {
  id: string;
  call_data: { method_name: string };
}

async function firstPause(url: string): Promise<Paused> {
  for (;;) {
    const { paused } = (await (await fetch(`${url}/api/paused`)).json()) as { paused: Paused[] };
    if (paused[0]) return paused[0];
    await Bun.sleep(20);
  }
}

test("it pauses at its first call, and ends with the server", async () => {
  const programs: { exited: Promise<unknown> }[] = [];
  const start = (url: string) => {
    const program = startDemoProgram(url);
    programs.push(program);
    return program;
  };
  server = await startTestServer({ demo: { functions: ALIASES, start } });
  const answer = await post(server.url);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { available: true, running: true, functions: [...ALIASES] },
  ]);
  expect((await firstPause(server.url)).call_data.method_name).toBe("sequence_fn");
  // Asked again, it goes on running; there is no second one.
  expect((await post(server.url)).status).toBe(200);
  expect(programs).toHaveLength(1);
  await server.stop();
  server = undefined;
  await programs[0]?.exited;
});

test("a server inside another program says what to do instead", async () => {
  server = await startTestServer();
  const answer = await post(server.url);
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { message: string }).message).toContain("cideldill demo");
});

test("no foreign page starts anything", async () => {
  server = await startTestServer({ demo });
  for (const origin of ["http://evil.example", "http://localhost:3000", "null"]) {
    expect((await post(server.url, { origin })).status).toBe(403);
  }
  const state = (await (await fetch(`${server.url}/api/demo`)).json()) as { running: boolean };
  expect(state.running).toBe(false);
});
