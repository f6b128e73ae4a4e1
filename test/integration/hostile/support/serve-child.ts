import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ServerProcess {
  port: number;
  url: string;
  /** Resident memory in MB, now; 0 where the system does not tell. */
  memory(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `serve.ts` and waits until it listens. */
export async function serveInChild(): Promise<ServerProcess> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "serve.ts")], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    env: { ...process.env },
  });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  if (!Number.isInteger(port) || port === 0) throw new Error("the server did not start");
  return {
    port,
    url: `http://localhost:${port}`,
    memory: () => {
      if (process.platform !== "linux") return 0;
      const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await Promise.race([child.exited, Bun.sleep(3_000)]);
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
