import { afterEach, expect, test } from "bun:test";
import { stopServer } from "../../../src/commands/stop-server.ts";
import {
  getPidNamespace,
  getProcessStartTicks,
  getProcessStartTime,
  type InstanceRecord,
  isProcessAlive,
} from "../../../src/discovery/index.ts";

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

/** A process that is no server of ours. */
function innocent(): number {
  const child = Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
  children.push(child);
  return child.pid;
}

function recordOf(pid: number, fields: Partial<InstanceRecord> = {}): InstanceRecord {
  const ticks = getProcessStartTicks(pid);
  return {
    instance_id: crypto.randomUUID(),
    url: "http://localhost:9",
    port: 9,
    host: "127.0.0.1",
    pid,
    process_start_time: getProcessStartTime(pid) ?? Date.now() / 1_000,
    ...(ticks === undefined ? {} : { process_start_ticks: ticks }),
    pid_namespace: getPidNamespace(),
    version: "0.0.0",
    cwd: "/",
    db: ":memory:",
    port_file: null,
    started_at: Date.now() / 1_000,
    ...fields,
  };
}

const isLinux = process.platform === "linux";

test.skipIf(!isLinux)("a pid that belongs to another process by now is left alone", async () => {
  const pid = innocent();
  const record = recordOf(pid);
  await stopServer({ ...record, process_start_ticks: (record.process_start_ticks ?? 0) - 500 });
  expect(isProcessAlive(pid)).toBe(true);
});

test("a server of another container is left alone, and the message says where it is", async () => {
  const pid = innocent();
  const { problem } = await stopServer(recordOf(pid, { pid_namespace: "elsewhere/boot/pid:[1]/net:[1]" }));
  expect(problem).toContain("another container or machine");
  expect(isProcessAlive(pid)).toBe(true);
});

test("this very process is never stopped", async () => {
  const result = await stopServer(recordOf(process.pid));
  expect(result.problem ?? "left alone").toMatch(/very process|left alone/);
});

test.skipIf(!isLinux)("a port where another server answers proves nothing about a pid", async () => {
  const stranger = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hello") });
  try {
    const pid = innocent();
    const ticks = getProcessStartTicks(pid) ?? 0;
    const record = recordOf(pid, {
      url: `http://127.0.0.1:${stranger.port}`,
      process_start_ticks: ticks + 100,
    });
    await stopServer(record);
    expect(isProcessAlive(pid)).toBe(true);
  } finally {
    await stranger.stop(true);
  }
});

test("a process that is gone needs no stopping", async () => {
  const child = Bun.spawn(["true"]);
  const record = recordOf(child.pid);
  await child.exited;
  expect(await stopServer(record)).toEqual({});
});
