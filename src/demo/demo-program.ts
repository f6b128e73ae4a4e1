/** The demo's program in a process of its own, for a server that offers it. */
import { startChild } from "./child.ts";

/** Long enough to look around, short enough to come to an end. */
const ITERATIONS = 50;

/** Starts it with the server it is for. What it prints is for nobody: the page shows its calls. */
export function startDemoProgram(serverUrl: string): { exited: Promise<unknown>; stop(): Promise<void> } {
  const child = startChild(["demo-program", "--sequence", "primes", "--iterations", String(ITERATIONS)], {
    stdout: "pipe",
    env: { ...process.env, CIDELDILL: undefined, CIDELDILL_SERVER_URL: serverUrl },
  });
  // A full pipe would stop it.
  child.output.pipeTo(new WritableStream()).catch(() => {});
  return child;
}
