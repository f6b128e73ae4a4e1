/** `cideldill functions` and `programs` against a real server. */
import { expect, test } from "bun:test";
import { main } from "../../src/commands/main.ts";
import { ChannelClient } from "../support/channel-client.ts";
import { startTestServer } from "../support/server.ts";
import { fakeIo } from "../unit/commands/fake-io.ts";
import { WireClient } from "./contract/support/wire-client.ts";

async function cli(url: string, ...argv: string[]) {
  const io = fakeIo();
  expect(await main([...argv, "--server", url], io)).toBe(0);
  return io.written;
}

test("functions: none, all with their breakpoints, those with a text in their name", async () => {
  await using server = await startTestServer();
  const ask = (...argv: string[]) => cli(server.url, "functions", ...argv);
  expect(await ask()).toEqual({ out: [], err: ["No program has made a function known yet."] });

  const client = new WireClient(server.url);
  await client.post("/api/functions", { function_name: "shop.findOrder", signature: "(id, options)" });
  await client.post("/api/functions", { function_name: "cache.get\u202e", signature: 1 });
  await client.post("/api/breakpoints", { function_name: "shop.findOrder", behavior: "stop" });
  const { out, err } = await ask();
  expect(err).toEqual([]);
  expect(out.map((line) => line.split(/ {2,}/))).toEqual([
    ["FUNCTION", "BREAKPOINT", "PARAMETERS"],
    ["cache.get\\u202e", "1 parameter"],
    ["shop.findOrder", "stop", "(id, options)"],
  ]);
  expect((await ask("ORDER", "--json")).out.map((line) => JSON.parse(line))).toEqual([
    { function_name: "shop.findOrder", signature: "(id, options)", breakpoint: "stop" },
  ]);
  expect((await ask("findOdrer")).err).toEqual([
    'No known function has "findOdrer" in its name; did you mean shop.findOrder?',
  ]);
  expect((await ask("nothing")).err).toEqual(['No known function has "nothing" in its name.']);
});

test("programs: none, and those that are connected", async () => {
  await using server = await startTestServer();
  const ask = (...argv: string[]) => cli(server.url, "programs", ...argv);
  expect(await ask()).toEqual({ out: [], err: ["No program reports calls."] });

  using program = await ChannelClient.connect(server.url);
  await program.next("welcome");
  const { out } = await ask();
  expect(out.map((line) => line.split(/ {2,}/))).toEqual([
    ["PROGRAM", "CONNECTION", "SINCE", "CALLS", "RUNTIME"],
    [`shop.ts ${process.pid}`, "live", "just now", "0", "bun"],
  ]);
  expect((await ask("--json")).out.map((line) => JSON.parse(line))).toMatchObject([
    { process_pid: process.pid, program: "/home/me/shop.ts", connection: "live" },
  ]);
});
