/**
 * What `npx cideldill` and `bunx cideldill` start: the command line on Bun. The server is Bun's, so on a machine that
 * has only Node it needs one: the npm package `bun`, fetched once by npx, or an installed one.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../src/cli.ts", import.meta.url));
const args = process.argv.slice(2);
/** The version this package is tested with. */
const BUN = "bun@1.4.5";

if (process.versions.bun) await import(cli);
else run("bun", [cli, ...args], () => run("npx", ["--yes", BUN, cli, ...args], explain));

/** Runs a program in our place: its streams, signals and exit code are ours. */
function run(command: string, argv: string[], onMissing: () => void): void {
  const child = spawn(command, argv, { stdio: "inherit", shell: process.platform === "win32" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("error", onMissing);
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function explain(): void {
  console.error(
    "cideldill runs on Bun, and neither bun nor npx was found. Install Bun, or use the standalone executable.",
  );
  process.exit(1);
}
