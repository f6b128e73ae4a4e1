/** A server of our own in a process of its own, for benchmarks: with a folder that goes away. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "..");

export interface BenchServer {
  url: string;
  pid: number;
  folder: string;
  /** The file with the calls. */
  db: string;
  /** What a program needs to find it. */
  env: Record<string, string>;
  /** Resident bytes. */
  memory(): number;
  stop(): Promise<void>;
}

/** @param options.fill Writes the file with the calls before the server opens it. */
export async function startServer({ fill }: { fill?: (db: string) => void } = {}): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-bench-"));
  const file = join(folder, "port");
  const db = join(folder, "calls.db");
  const env = { PATH: process.env.PATH ?? "", HOME: folder, CIDELDILL_HOME: folder };
  fill?.(db);
  const child = Bun.spawn(
    [process.execPath, join(ROOT, "src/cli.ts"), "serve", "--port", "0", "--port-file", file, "--db", db],
    { env, stdin: "ignore", stdout: "ignore", stderr: "inherit" },
  );
  const url = `http://127.0.0.1:${await portIn(file)}`;
  return {
    url,
    pid: child.pid,
    folder,
    db,
    env: { ...env, CIDELDILL_SERVER_URL: url },
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    },
    async stop() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A WebSocket echo and nothing else: the floor of every exchange. */
export async function startEcho(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-echo-"));
  const file = join(folder, "port");
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "programs/echo.ts"), file], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  return {
    url: `http://127.0.0.1:${await portIn(file)}`,
    async stop() {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function portIn(file: string): Promise<number> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const port = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    if (port > 0) return port;
    if (Date.now() > deadline) throw new Error(`no port in ${file}`);
    await Bun.sleep(5);
  }
}

/** Runs a program of `bench/programs` to its end and reads the JSON it prints last. */
export async function runProgram<T>(
  command: readonly string[],
  args: readonly string[],
  env: Record<string, string>,
): Promise<T> {
  const child = Bun.spawn([...command, ...args], { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed`);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "null") as T;
}
