/** Processes of this very program that never outlive it. */
import { fileURLToPath } from "node:url";

/** A process that was asked to end gets so long before it is killed, in ms. */
const STOP_PATIENCE_MS = 4_000;

export interface Child {
  /** What it prints; empty unless it was started with a pipe. */
  readonly output: ReadableStream<Uint8Array>;
  /** Its exit code; 128 and the signal's number when a signal ended it. */
  readonly exited: Promise<number>;
  /** Ends it in order, or kills it. */
  stop(): Promise<void>;
}

/** What starts this program again: an executable is started as it is, the sources with the Bun that runs us. */
function selfCommand(): string[] {
  const isCompiled = /[/\\](\$bunfs|~BUN)[/\\]/.test(import.meta.path);
  return isCompiled
    ? [process.execPath]
    : [process.execPath, fileURLToPath(new URL("../cli.ts", import.meta.url))];
}

/**
 * Starts this program with other arguments; its errors go where ours go.
 *
 * @example
 * const child = startChild(["serve", "--json"], { stdout: "pipe" });
 */
export function startChild(
  args: readonly string[],
  options: { stdout: "inherit" | "pipe"; env?: Record<string, string | undefined> },
): Child {
  const child = Bun.spawn([...selfCommand(), ...args], {
    stdio: ["ignore", options.stdout, "inherit"],
    env: options.env ?? process.env,
  });
  const onExit = () => void child.kill("SIGTERM");
  process.on("exit", onExit);
  const exited = child.exited.finally(() => process.off("exit", onExit));
  return {
    output: child.stdout ?? new Blob([]).stream(),
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      const ended = await Promise.race([exited, Bun.sleep(STOP_PATIENCE_MS)]);
      if (ended === undefined) child.kill("SIGKILL");
      await exited;
    },
  };
}
