/** `cideldill mcp` */
import { resolve } from "node:path";
import { isProcessAlive } from "../discovery/index.ts";
import { BreakpointManager, listen, type RunningServer } from "../server/index.ts";
import { defineCommand } from "./command.ts";
import type { Output } from "./io.ts";
import { printable } from "./printable.ts";
import { catchStopSignals } from "./stop-signals.ts";

export const command = defineCommand(
  {
    name: "mcp",
    summary: "Let an AI agent debug: speak MCP on the standard streams",
    description:
      "For hosts that start their MCP servers themselves, such as an agent in a terminal or an editor. Joins the running server, so that agents and people see one state; where there is none it starts one, which ends with it. Nothing but protocol is written to stdout. A running server speaks MCP over HTTP as well, at /mcp. docs/mcp.md has the configuration of the usual hosts.",
    options: {
      server: { kind: "text", value: "URL", help: "Use this server, instead of looking for one" },
      portFile: { kind: "text", value: "FILE", help: "Look in this port file (default ~/.cideldill/port)" },
      start: { kind: "flag", negated: true, help: "Do not start a server where none runs" },
      instructions: {
        kind: "flag",
        help: "Print what an agent should know about debugging this way, and exit",
      },
      debug: { kind: "flag", help: "Print what goes wrong to stderr" },
    },
    examples: [
      ["claude mcp add cideldill -- cideldill mcp", "with Claude Code"],
      ["cideldill mcp --instructions >> AGENTS.md", "teach an agent the workflow"],
    ],
  },
  async ({ server, portFile, start, instructions, debug }, { out, err }) => {
    if (instructions) {
      const { INSTRUCTIONS } = await import("../server/mcp/instructions.ts");
      for (const line of INSTRUCTIONS.trimEnd().split("\n")) out.line(line);
      return 0;
    }
    // Whatever a library says must not stand between two messages.
    console.log = console.info = console.debug = console.error;
    const [{ serveOverStdio }, { RemoteBackend }] = await Promise.all([
      import("../server/mcp/stdio.ts"),
      import("../server/mcp/remote-backend.ts"),
    ]);
    let own: RunningServer | undefined;
    const backend = new RemoteBackend({
      serverUrl: server,
      portFile: portFile === undefined ? undefined : resolve(portFile),
      start: start
        ? async () => {
            own ??= await listenFor(err, portFile);
            return own.url;
          }
        : undefined,
    });
    const say = (error: Error) => {
      if (debug) err.line(`cideldill mcp: ${printable(error.message)}`);
    };
    await Promise.race([serveOverStdio(backend, say), catchStopSignals().first]);
    backend.close();
    await own?.stop();
    return 0;
  },
);

function listenFor(err: Output, portFile: string | undefined): Promise<RunningServer> {
  return listen({
    manager: new BreakpointManager({ isAlive: isProcessAlive }),
    warn: (message) => err.line(printable(message)),
    ...(portFile === undefined ? {} : { portFile: resolve(portFile) }),
  });
}
