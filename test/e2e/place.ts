/**
 * A folder with a home of its own, in which the command line runs as a person or a script would run it: as a process.
 * Nothing of the person's own settings gets in, and nothing that was started outlives the test.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A busy machine takes its time, in ms. */
const PATIENCE_MS = 25_000;

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** What `serve --json` prints. */
export interface ReadyLine {
  url: string;
  port: number;
  requested_port: number;
  instance_id: string;
  pid: number;
  port_file: string | null;
  db: string;
  token?: string;
  problem?: string;
}

export type Env = Record<string, string | undefined>;

/** A process and what it has printed so far. */
export class Started {
  readonly child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  stdout = "";
  stderr = "";
  readonly #read: Promise<unknown>;

  constructor(child: Bun.Subprocess<"ignore", "pipe", "pipe">) {
    this.child = child;
    this.#read = Promise.all([
      collect(child.stdout, (text) => (this.stdout += text)),
      collect(child.stderr, (text) => (this.stderr += text)),
    ]);
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Waits until it has printed something that matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = await eventually(
      () => pattern.exec(`${this.stdout}${this.stderr}`),
      `${pattern} to be printed`,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; printed was:\n${this.stdout}${this.stderr}`);
    });
    return found;
  }

  /** Its first line, as JSON. */
  async ready(): Promise<ReadyLine> {
    await this.printed(/^\{.*\}\n/);
    return JSON.parse(this.stdout.split("\n")[0] ?? "") as ReadyLine;
  }

  async finished(): Promise<Finished> {
    const code = await this.child.exited;
    await this.#read;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }
}

async function collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) add(decoder.decode(chunk, { stream: true }));
}

export class Place {
  readonly folder: string;
  readonly home: string;
  readonly cwd: string;
  readonly #command: readonly string[];
  readonly #started: Started[] = [];

  /** @param command What starts the command line; it may need the new folder's path. */
  constructor(command: readonly string[] | ((folder: string) => readonly string[])) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "cideldill-cli-")));
    this.home = join(this.folder, "home");
    this.cwd = join(this.folder, "work");
    mkdirSync(this.home);
    mkdirSync(this.cwd);
    this.#command = typeof command === "function" ? command(this.folder) : command;
  }

  get portFile(): string {
    return join(this.home, ".cideldill/port");
  }

  /** Names of the records, without what else may lie there. */
  get records(): string[] {
    const folder = join(this.home, ".cideldill/servers");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  env(more: Env = {}): Record<string, string> {
    const env: Env = { PATH: process.env.PATH, HOME: this.home, USERPROFILE: this.home, ...more };
    if (process.env.SystemRoot !== undefined) env.SystemRoot = process.env.SystemRoot;
    return Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }

  /** Starts the command line; it is ended with the place. */
  start(args: readonly string[], options: { env?: Env; cwd?: string } = {}): Started {
    return this.spawn([...this.#command, ...args], options);
  }

  /** Starts any program in this place. */
  spawn(command: readonly string[], options: { env?: Env; cwd?: string } = {}): Started {
    const child = Bun.spawn([...command], {
      cwd: options.cwd ?? this.cwd,
      env: this.env(options.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const started = new Started(child);
    this.#started.push(started);
    return started;
  }

  /** Runs the command line to its end. */
  run(args: readonly string[], options: { env?: Env; cwd?: string } = {}): Promise<Finished> {
    return this.start(args, options).finished();
  }

  /** Starts a server and waits until it is ready. */
  async serve(args: readonly string[] = ["--port", "0"], options: { env?: Env; cwd?: string } = {}) {
    const process = this.start(["serve", "--json", ...args], options);
    return { process, ...(await process.ready()) };
  }

  /** What starts the command line. */
  get command(): readonly string[] {
    return this.#command;
  }

  /** What a person would type, for a shell. */
  get shellCommand(): string {
    return this.#command.map((word) => `'${word}'`).join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#started) if (child.exitCode === null) child.kill("SIGTERM");
    await Promise.race([Promise.all(this.#started.map(({ child }) => child.exited)), Bun.sleep(3_000)]);
    for (const { child } of this.#started) if (child.exitCode === null) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something is there, looking again and again. */
export async function eventually<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const found = await look();
    if (found) return found;
    await Bun.sleep(15);
  }
  throw new Error(`Waited ${patienceMs} ms for ${what}`);
}
