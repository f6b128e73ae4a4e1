/** What the discovery tests share: private folders, records, and servers that say who they are. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InstanceRecord } from "../../../src/discovery/index.ts";
import { registeredServers } from "../../../src/discovery/liveness.ts";
import { makeRecord as makeServerRecord } from "./server-record.ts";

const undo: (() => unknown)[] = [];

/** Runs after the current test, last registered first. */
export function cleanUpLater(action: () => unknown): void {
  undo.push(action);
}

/**
 * Undoes what the test did. Every test file hands it to `afterEach` itself: this module is loaded once for all of
 * them, and a hook set here would serve the first alone.
 */
export async function cleanUp(): Promise<void> {
  for (const action of undo.splice(0).reverse()) await action();
}

/** The environment for a child; without it, Bun passes on the one this process was started with. */
export const childEnv = () => ({ ...process.env });

/** A folder of this test's own. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cideldill-discovery-")));
  cleanUpLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Sets environment variables for this test; undefined unsets. */
export function setEnv(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name];
    cleanUpLater(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** A discovery home of this test's own; nothing published stays registered. */
export function privateHome(): string {
  const home = join(tempFolder(), ".cideldill");
  setEnv({ CIDELDILL_HOME: home });
  cleanUpLater(() => registeredServers().clear());
  return home;
}

let clock = 0;

/** A record of this process; each is newer than the one before. */
export function makeRecord(fields: Partial<InstanceRecord> = {}): InstanceRecord {
  clock += 1;
  return makeServerRecord(fields.port ?? 20_000 + clock, {
    started_at: Date.now() / 1000 + clock,
    ...fields,
  });
}

/** A process that does nothing until the test ends. */
export function idleProcess(): Bun.Subprocess {
  const child = Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
  cleanUpLater(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  return child;
}

/** A pid that belonged to a process and now does not. */
export async function deadPid(): Promise<number> {
  const child = Bun.spawn(["true"]);
  await child.exited;
  return child.pid;
}

/** An HTTP server on a free port of 127.0.0.1, stopped after the test. */
export function serve(answer: (request: Request) => Response | Promise<Response>): {
  port: number;
  url: string;
} {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer, idleTimeout: 0 });
  cleanUpLater(() => server.stop(true));
  const port = server.port ?? 0;
  return { port, url: `http://localhost:${port}` };
}

/** A server that answers `/api/health` as ours does, and remembers every path it was asked for. */
export function serveHealth(instanceId: string = randomUUID()) {
  const asked: string[] = [];
  const server = serve((request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json({
      service: "cideldill",
      version: "1.2.3",
      protocol_version: 1,
      instance_id: instanceId,
      pid: process.pid,
      started_at: Date.now() / 1000,
    });
  });
  return { ...server, instanceId, asked };
}

/** What a call throws, or undefined. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Names in a folder, sorted; none when it is missing. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Root passes every permission check, so what rests on modes cannot be tried as root. */
export const IS_ROOT = process.getuid?.() === 0;

/** A named pipe, which a careless reader would wait at for ever. */
export function makeFifo(path: string): void {
  if (Bun.spawnSync(["mkfifo", path]).exitCode !== 0) throw new Error(`mkfifo ${path} failed`);
}
