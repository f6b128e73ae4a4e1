/** BreakpointServer: the plan's tests of a server and its discovery file, by their names. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../../src/discovery/index.ts";
import { BreakpointManager, BreakpointServer } from "../../../src/server/index.ts";

let folder: string;
const running: BreakpointServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cideldill-plan-"));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(port: number, file: string): Promise<BreakpointServer> {
  const server = new BreakpointServer(new BreakpointManager(), {
    port,
    portFile: join(folder, file),
    db: ":memory:",
  });
  running.push(server);
  await server.start();
  return server;
}
const written = (file: string): number => Number(readFileSync(join(folder, file), "utf8"));

test("test_server_writes_port_to_discovery_file", async () => {
  const server = await serve(0, "port");
  const port = written("port");
  expect(port).toBeGreaterThanOrEqual(1024);
  expect(port).toBe(server.getPort());
  expect((await fetch(`http://localhost:${port}/api/breakpoints`)).status).toBe(200);
});

test("test_server_uses_specified_port_if_available", async () => {
  const port = await findFreePort();
  expect((await serve(port, "port")).getPort()).toBe(port);
  expect(written("port")).toBe(port);
});

test("test_server_falls_back_if_port_occupied", async () => {
  const port = await findFreePort();
  await serve(port, "port");
  const second = await serve(port, "port2");
  expect(written("port")).toBe(port);
  expect(written("port2")).toBe(second.getPort());
  expect(second.getPort()).not.toBe(port);
  expect(second.getPort()).toBeGreaterThan(1024);
});

test("a server without its files publishes itself again", async () => {
  const server = await serve(0, "port");
  rmSync(join(folder, "port"));
  const deadline = Date.now() + 10_000;
  while (!existsSync(join(folder, "port")) && Date.now() < deadline) await Bun.sleep(50);
  expect(written("port")).toBe(server.getPort());
}, 15_000);

test("it has a port only while it runs, and starts once", async () => {
  const server = await serve(0, "port");
  expect(server.start()).rejects.toThrow("runs already");
  await server.stop();
  expect(() => server.getPort()).toThrow("does not run");
});
