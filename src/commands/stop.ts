/** `cideldill stop` */
import { type InstanceRecord, listServers } from "../discovery/index.ts";
import { defineCommand } from "./command.ts";
import { CliError, UsageError } from "./errors.ts";
import { sayProblem } from "./io.ts";
import { printable } from "./printable.ts";
import { stopEffects } from "./stop-effects.ts";
import { stopServer } from "./stop-server.ts";

export const command = defineCommand(
  {
    name: "stop",
    summary: "Stop a running server",
    description:
      "Stops the server, when only one runs; else --port or --all says which. Waits until it is gone and its files are cleaned up, and says which calls were paused there and which programs connected: unless they find a server again, their calls fail.",
    options: {
      port: {
        kind: "number",
        short: "p",
        value: "N",
        min: 1,
        max: 65535,
        whole: true,
        help: "Stop the server on this port",
      },
      all: { kind: "flag", help: "Stop every server of yours" },
    },
    examples: [
      ["cideldill stop --port 5174", "stop one of several"],
      ["cideldill stop --all", "at the end of a CI job"],
    ],
  },
  async ({ port, all }, io) => {
    if (all && port !== undefined) throw new UsageError("--port and --all exclude each other");
    const running = await listServers();
    const chosen = choose(running, port, all);
    if (chosen.length === 0) io.out.line("No server runs.");
    const results = await Promise.all(
      chosen.map(async (record) => {
        const effects = await stopEffects(record);
        return { effects, ...(await stopServer(record)) };
      }),
    );
    for (const [index, { problem, effects }] of results.entries()) {
      const record = chosen[index];
      if (record === undefined) continue;
      const name = `${printable(record.url)} (pid ${record.pid})`;
      if (problem === undefined) io.out.line(`Stopped ${name}${effects === "" ? "" : `; ${effects}`}.`);
      else sayProblem(`${name} was not stopped: ${printable(problem)}`, io.err);
    }
    return results.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
);

function choose(running: readonly InstanceRecord[], port: number | undefined, all: boolean) {
  if (all) return running;
  if (running.length === 0) throw new CliError("No server runs");
  const ports = running.map((record) => record.port).join(", ");
  if (port !== undefined) {
    const chosen = running.filter((record) => record.port === port);
    if (chosen.length === 0) throw new CliError(`No server of yours runs on port ${port}; running: ${ports}`);
    return chosen;
  }
  if (running.length > 1) {
    throw new UsageError(
      `${running.length} servers run, on the ports ${ports}: name one with --port, or --all`,
    );
  }
  return running;
}
