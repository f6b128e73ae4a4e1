/** A real server in the test's own process, on a free port, with a private home. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BreakpointManager, type BreakpointManagerOptions } from "../../src/server/engine/manager.ts";
import { type ListenOptions, listen, type RunningServer } from "../../src/server/listen.ts";

export interface TestServer extends RunningServer {
  manager: BreakpointManager;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * @example
 * await using server = await startTestServer();
 * await fetch(`${server.url}/api/health`);
 */
export async function startTestServer(
  options: Partial<ListenOptions> & BreakpointManagerOptions = {},
): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "cideldill-server-"));
  const { behavior, clock, isAlive, newId, ...listenOptions } = options;
  const manager =
    options.manager ??
    new BreakpointManager({
      ...(behavior ? { behavior } : {}),
      ...(clock ? { clock } : {}),
      ...(isAlive ? { isAlive } : {}),
      ...(newId ? { newId } : {}),
    });
  const running = await listen({
    port: 0,
    db: ":memory:",
    portFile: join(home, "port"),
    ...listenOptions,
    manager,
  }).catch((error: unknown) => {
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  const stop = async () => {
    await running.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { ...running, manager, stop, [Symbol.asyncDispose]: stop };
}
