/** Calls under way when their server is killed: they are told as lost, and get their end when their program tells it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallDetail, CallPage } from "../../src/protocol/records.ts";
import { cidOf } from "../../src/server/values/cid.ts";
import { askOf, ChannelClient } from "../support/channel-client.ts";

const CLI = join(import.meta.dir, "../../src/cli.ts");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cideldill-lost-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ PATH: process.env.PATH ?? "", HOME: folder, CIDELDILL_HOME: join(folder, "home") });

async function serve() {
  const portFile = join(folder, "home", "port");
  rmSync(portFile, { force: true });
  const child = Bun.spawn([process.execPath, CLI, "serve", "--port", "0", "--behavior", "go"], {
    stdout: "ignore",
    stderr: "inherit",
    env: env(),
  });
  while (!(await Bun.file(portFile).exists())) await Bun.sleep(10);
  const url = `http://localhost:${Number(await Bun.file(portFile).text())}`;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await child.exited;
  };
  return {
    url,
    end,
    post: async (path: string, body: unknown) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
      return (await response.json()) as { call_id: string; status?: string };
    },
    calls: async (q: string) => {
      const response = await fetch(`${url}/api/calls?${new URLSearchParams({ q })}`);
      return ((await response.json()) as CallPage).calls;
    },
    call: async (id: string) => (await (await fetch(`${url}/api/calls/${id}`)).json()) as CallDetail,
    [Symbol.asyncDispose]: () => end("SIGKILL"),
  };
}

const start = { process_pid: process.pid, process_start_time: 1, preferred_format: "json", args: [] };

for (const signal of ["SIGKILL", "SIGTERM"] as const)
  test(`a call that runs when its server gets ${signal} is lost, and has an end when its program tells it`, async () => {
    const name = `over.http.${signal}`;
    const first = await serve();
    const { call_id: told } = await first.post("/api/call/start", { ...start, method_name: name });
    const { call_id: silent } = await first.post("/api/call/start", { ...start, method_name: name });
    expect((await first.calls(`fn:${name}`)).map(({ status }) => status)).toEqual(["running", "running"]);
    await first.end(signal);

    await using second = await serve();
    expect((await second.calls(`fn:${name} status:lost`)).map(({ call_id }) => call_id)).toEqual([
      silent,
      told,
    ]);
    expect(await second.calls(`fn:${name} status:running`)).toEqual([]);
    expect((await second.calls(`fn:${name} -status:running`)).length).toBe(2);
    expect(await second.call(told)).toMatchObject({
      status: "lost",
      duration_ms: null,
      status_reason: expect.stringContaining("server"),
    });
    const shown = Bun.spawnSync([process.execPath, CLI, "calls", `fn:${name}`], { env: env() });
    expect(shown.stdout.toString().match(/ lost {3}/g)).toHaveLength(2);

    const data = JSON.stringify({ done: true });
    const end = {
      call_id: told,
      status: "success",
      result_cid: cidOf(data),
      result_data: data,
      result_serialization_format: "json",
    };
    expect(await second.post("/api/call/complete", end)).toEqual({ status: "ok" } as never);
    expect(await second.call(told)).toMatchObject({
      status: "success",
      status_reason: null,
      result: { pretty: { done: true } },
    });
    expect((await second.call(told)).duration_ms).toBeGreaterThan(0);
    expect((await second.calls(`fn:${name} status:lost`)).map(({ call_id }) => call_id)).toEqual([silent]);
    const errors = (await (await fetch(`${second.url}/api/com-errors`)).json()) as { errors: unknown[] };
    expect(errors.errors).toEqual([]);
  });

test("a live client that comes back has its call running again, once, and ends it", async () => {
  const first = await serve();
  const program = await ChannelClient.connect(first.url);
  program.send(askOf(1, "over.channel", [1]));
  await program.next("decision");
  const [begun] = await first.calls("fn:over.channel");
  expect(begun?.status).toBe("running");
  await first.end("SIGKILL");

  await using second = await serve();
  expect((await second.calls("fn:over.channel")).map(({ status }) => status)).toEqual(["lost"]);
  using again = await program.again(second.url);
  again.send(askOf(1, "over.channel", [1]));
  await again.next("decision");
  const running = await second.calls("fn:over.channel");
  expect(running.map(({ number, status }) => [number, status])).toEqual([
    [begun?.number as number, "running"],
  ]);
  again.send({ t: "end", seq: 1, status: 0, outcome: [50, "5"], duration_ms: 7, wait: false });
  while ((await second.calls("fn:over.channel status:running")).length > 0) await Bun.sleep(10);
  expect(await second.calls("fn:over.channel")).toMatchObject([{ status: "success", result_text: "5" }]);
});
