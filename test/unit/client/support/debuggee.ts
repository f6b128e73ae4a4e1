/** Programs that use the client, as processes of their own: a blocked thread cannot serve the server it waits for. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScriptedServer } from "./scripted-server.ts";

const ROOT = join(import.meta.dir, "../../../..");
export const SOURCES = join(ROOT, "src/client");

export type Runtime = "bun" | "node";
export const RUNTIMES: readonly Runtime[] = ["bun", "node"];

/** A folder for programs and the library as Node gets it. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "cideldill-client-"));
  #built: Promise<string> | null = null;
  #programs = 0;
  readonly #running = new Set<Bun.Subprocess>();

  /** The library, bundled as the package ships it. */
  library(): Promise<string> {
    this.#built ??= this.#build();
    return this.#built;
  }

  async #build(): Promise<string> {
    const outdir = join(this.folder, "lib");
    const built = await Bun.build({
      entrypoints: [join(SOURCES, "index.ts"), join(SOURCES, "sync-worker.ts")],
      outdir,
      target: "node",
      format: "esm",
      naming: "[name].js",
    });
    if (!built.success) throw new AggregateError(built.logs, "the library could not be built");
    return join(outdir, "index.js");
  }

  /** Writes a program; `code` sees everything the library exports. */
  async write(runtime: Runtime, code: string): Promise<string> {
    const entry = runtime === "bun" ? join(SOURCES, "index.ts") : await this.library();
    const file = join(this.folder, `program-${++this.#programs}.mjs`);
    writeFileSync(file, `import * as cideldill from ${JSON.stringify(entry)};\n${PRELUDE}\n${code}\n`);
    return file;
  }

  async start(runtime: Runtime, code: string, env: Record<string, string> = {}): Promise<Debuggee> {
    return this.spawn([runtime === "bun" ? process.execPath : "node", await this.write(runtime, code)], env);
  }

  spawn(command: string[], env: Record<string, string> = {}): Debuggee {
    const child = Bun.spawn(command, {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#running.add(child);
    child.exited.then(() => this.#running.delete(child));
    return new Debuggee(child);
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const PRELUDE = `
const { withDebug, withDebugSync, debugCall, asyncDebugCall, configureDebug, registerReplacement, getDebugInfo } = cideldill;
const say = (value) => console.log(JSON.stringify(value));
`;

export class Debuggee {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #output: Promise<string>;
  readonly #errors: Promise<void>;
  /** What it has written there so far. */
  stderr = "";

  constructor(child: Bun.Subprocess<"ignore", "pipe", "pipe">) {
    this.#child = child;
    this.#output = new Response(child.stdout).text();
    this.#errors = this.#listen(child.stderr);
  }

  async #listen(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) this.stderr += decoder.decode(chunk, { stream: true });
  }

  /** What it said, a value a line, once it has ended. */
  async finish(): Promise<{ code: number; said: unknown[]; stderr: string }> {
    const [code, output] = await Promise.all([this.#child.exited, this.#output, this.#errors]);
    const said = output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);
    return { code, said, stderr: this.stderr };
  }

  /** What a program that ended well said; fails with its stderr otherwise. */
  async said(): Promise<unknown[]> {
    const { code, said, stderr } = await this.finish();
    if (code !== 0) throw new Error(`the program ended with ${code}:\n${stderr}`);
    return said;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  kill(): void {
    this.signal("SIGKILL");
  }
}

/** The scripted server behind a port, holding polls as the contract allows. */
export function serveScripted(port = 0): {
  scripted: ScriptedServer;
  url: string;
  port: number;
  bodies: string[];
  /** Requests of this path are answered when this has come. */
  delay: { path: string; until: Promise<unknown> } | null;
  stop(): void;
} {
  const scripted = new ScriptedServer();
  const bodies: string[] = [];
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const body = request.method === "POST" ? await request.text() : undefined;
      if (body !== undefined) bodies.push(body);
      const path = new URL(request.url).pathname;
      if (served.delay?.path === path) await served.delay.until;
      const answer = scripted.handle(request.method, path, body);
      return Response.json(answer.body, { status: answer.status });
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const served = {
    scripted,
    url,
    port: server.port ?? 0,
    bodies,
    delay: null as { path: string; until: Promise<unknown> } | null,
    stop: () => void server.stop(true),
  };
  return served;
}

/** Waits until a check holds, and gives what it gave. */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await Bun.sleep(10);
  }
}
